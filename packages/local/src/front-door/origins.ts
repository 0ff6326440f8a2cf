import type { Cloud } from '../cloud.ts';
import type { HttpApi } from '../http-api/api.ts';
import { type HttpAnswer, type HttpRequest, message } from '../http-api/http.ts';
import { StartError } from '../start-error.ts';
import { customHeadersOf } from './custom-headers.ts';
import type { OriginConfig } from './distribution-config.ts';
import { bucketOf, createS3Origin } from './s3-origin.ts';

/** Where requests of a behaviour go. */
export interface Origin {
  /** `Host` of the requests to it. */
  readonly host: string;
  /** Stands before the path of every request. */
  readonly path: string;
  /** `OriginCustomHeaders`, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  answer(request: HttpRequest): Promise<HttpAnswer>;
}

interface Surroundings {
  readonly apis: readonly HttpApi[];
  readonly distributionArn: string;
  /** What messages call the distribution. */
  readonly place: string;
}

/** The origins of a distribution, by id. Throws a StartError for one that leads nowhere. */
export const createOrigins = (
  cloud: Cloud,
  configs: readonly OriginConfig[],
  surroundings: Surroundings,
): ReadonlyMap<string, Origin> => {
  const origins = new Map<string, Origin>();
  for (const config of configs) {
    const place = `${surroundings.place}: origin ${config.Id}`;
    origins.set(config.Id, {
      path: config.OriginPath ?? '',
      headers: customHeadersOf(config.OriginCustomHeaders ?? [], place),
      ...targetOf(cloud, config, surroundings, place),
    });
  }
  return origins;
};

const targetOf = (
  cloud: Cloud,
  { DomainName, OriginAccessControlId }: OriginConfig,
  { apis, distributionArn }: Surroundings,
  place: string,
): Pick<Origin, 'host' | 'answer'> => {
  const bucket = bucketOf(DomainName);
  if (bucket !== undefined) {
    const isSigned = OriginAccessControlId !== undefined;
    return {
      host: DomainName,
      answer: createS3Origin(cloud, bucket, isSigned ? distributionArn : undefined),
    };
  }
  // A domain begins with the API's id; packaged without Compose, with the name of its context.
  const label = DomainName.split('.')[0];
  const api = apis.find(({ id, service }) => id === label || service === label);
  if (api === undefined) throw new StartError(`${place} leads to ${DomainName}, which is none of the APIs`);
  const { domainName } = api;
  return {
    host: domainName,
    // API Gateway tells its APIs apart by the host, and refuses one that it doesn't know.
    answer: async (request) =>
      request.headers.host === domainName ? api.answer(request) : message(403, 'Forbidden'),
  };
};
