/** What the operations besides PutEvents are asked with; each takes of it what is its own. */
export interface Input {
  readonly Name?: string;
  readonly NamePrefix?: string;
  readonly Rule?: string;
  readonly EventBusName?: string;
  readonly ArchiveName?: string;
  readonly EventSourceArn?: string;
  readonly ReplayName?: string;
  readonly State?: string;
  readonly EventPattern?: string;
  readonly Event?: string;
  readonly Limit?: number;
  readonly NextToken?: string;
}

/** One action: which resource it touches, and its answer. */
interface Operation {
  resource(input: Input): string;
  handle(input: Input): unknown;
}

/** By the name of the action. */
export type Operations = Readonly<Record<string, Operation>>;

/** A page of a list, as far as it was asked for. */
export const page = <T>(name: string, items: readonly T[], { Limit = 100, NextToken = '0' }: Input) => {
  const from = Number(NextToken);
  const next = from + Limit;
  return {
    [name]: items.slice(from, next),
    ...(next < items.length && { NextToken: String(next) }),
  };
};

/** What no resource stands for. */
export const everything = (): string => '*';
