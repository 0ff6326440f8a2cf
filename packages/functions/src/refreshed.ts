/** A value that is loaded again now and then. */
export interface Refreshed<Value> {
  /** The value: fresh where it can be had, the last known one where it can't. Callers share one load. */
  get(): Promise<Value>;
  /** The value, loaded again for somebody whom the known one did not serve; but not twice within the pause. */
  reload(): Promise<Value>;
}

/** How a value is loaded, and for how long it is kept. */
export interface RefreshedOptions<Value> {
  readonly load: () => Promise<Value>;
  /** How old the value may get. */
  readonly ttlSeconds: number;
  /** How long after the beginning of a load no other is begun, unless there is no value at all. */
  readonly pauseSeconds: number;
  /** Told of a load that failed while an older value goes on being served. */
  readonly onFailure?: (error: unknown) => void;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * A value in the memory of one container that outlives the failure of where it comes from.
 *
 * @throws what `load` throws, while there is no value yet.
 * @example
 * const secret = createRefreshed({ ttlSeconds: 300, pauseSeconds: 10, load: () => readSecret(arn) });
 * await secret.get();
 */
export const createRefreshed = <Value>({
  load,
  ttlSeconds,
  pauseSeconds,
  onFailure = () => {},
  now = Date.now,
}: RefreshedOptions<Value>): Refreshed<Value> => {
  let known: { readonly value: Value } | undefined;
  let freshUntil = 0;
  let pausedUntil = 0;
  let loading: Promise<Value> | undefined;

  const attempt = async (begun: number): Promise<Value> => {
    try {
      const value = await load();
      known = { value };
      // Counted from when it was asked for: what has changed meanwhile is not in it.
      freshUntil = begun + ttlSeconds * 1000;
      return value;
    } catch (error) {
      if (known === undefined) throw error;
      onFailure(error);
      return known.value;
    } finally {
      loading = undefined;
    }
  };

  const begin = (): Promise<Value> => {
    const begun = now();
    pausedUntil = begun + pauseSeconds * 1000;
    loading = attempt(begun);
    return loading;
  };

  const unlessPaused = async (): Promise<Value> => {
    if (loading !== undefined) return loading;
    return known !== undefined && now() < pausedUntil ? known.value : begin();
  };

  return {
    get: async () => (known !== undefined && now() < freshUntil ? known.value : unlessPaused()),
    reload: unlessPaused,
  };
};
