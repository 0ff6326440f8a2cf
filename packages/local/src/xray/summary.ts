import { type Segment, type Trace, walk } from './traces.ts';

type Annotation = string | number | boolean;

/** What can be asked of a trace without reading it. */
export interface Summary {
  readonly id: string;
  readonly start: number;
  /** Seconds: to the end of all, and to the answer of the first segment. */
  readonly duration: number;
  readonly responseTime: number;
  readonly hasFault: boolean;
  readonly hasError: boolean;
  readonly hasThrottle: boolean;
  readonly isPartial: boolean;
  readonly annotations: ReadonlyMap<string, readonly Annotation[]>;
  readonly services: readonly { readonly name: string; readonly type: string | undefined }[];
  readonly http: Readonly<
    Record<'url' | 'method' | 'status' | 'useragent' | 'clientip', string | number | undefined>
  >;
}

export const summarize = ({ id, segments }: Trace): Summary => {
  const all: Segment[] = [];
  for (const segment of segments) walk(segment, (each) => all.push(each));
  const root = segments.find(({ parent_id }) => parent_id === undefined) ?? segments[0];
  const start = Math.min(...segments.map(({ start_time }) => start_time));
  const ends = segments.flatMap(({ end_time }) => end_time ?? []);
  const annotations = new Map<string, Annotation[]>();
  for (const segment of all) {
    for (const [name, value] of Object.entries(segment.annotations ?? {})) {
      const values = annotations.get(name) ?? [];
      if (!values.includes(value)) annotations.set(name, [...values, value]);
    }
  }
  const { request, response } =
    segments.find(({ http }) => http?.request !== undefined)?.http ?? root?.http ?? {};
  return {
    id,
    start,
    duration: Math.max(start, ...ends) - start,
    responseTime: (root?.end_time ?? start) - (root?.start_time ?? start),
    hasFault: all.some(({ fault }) => fault === true),
    hasError: all.some(({ error }) => error === true),
    hasThrottle: all.some(({ throttle }) => throttle === true),
    isPartial: all.some(({ in_progress }) => in_progress === true),
    annotations,
    services: segments.map(({ name, origin }) => ({ name, type: origin })),
    http: {
      url: request?.url,
      method: request?.method,
      useragent: request?.user_agent,
      clientip: request?.client_ip,
      status: response?.status,
    },
  };
};

const annotationValue = (value: Annotation) => {
  if (typeof value === 'string') return { StringValue: value };
  return typeof value === 'number' ? { NumberValue: value } : { BooleanValue: value };
};

/** A summary as GetTraceSummaries gives it. */
export const toWire = (summary: Summary) => {
  const { http, services, annotations } = summary;
  const serviceIds = services.map(({ name, type }) => ({ Name: name, Names: [name], Type: type }));
  return {
    Id: summary.id,
    StartTime: summary.start,
    Duration: summary.duration,
    ResponseTime: summary.responseTime,
    HasFault: summary.hasFault,
    HasError: summary.hasError,
    HasThrottle: summary.hasThrottle,
    IsPartial: summary.isPartial,
    Http: {
      HttpURL: http.url,
      HttpMethod: http.method,
      HttpStatus: http.status,
      UserAgent: http.useragent,
      ClientIp: http.clientip,
    },
    Annotations: Object.fromEntries(
      [...annotations].map(([name, values]) => [
        name,
        values.map((value) => ({ AnnotationValue: annotationValue(value), ServiceIds: serviceIds })),
      ]),
    ),
    ServiceIds: serviceIds,
    EntryPoint: serviceIds[0],
    Users: [],
  };
};
