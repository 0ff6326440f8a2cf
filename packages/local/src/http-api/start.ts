import type { Cloud } from '../cloud.ts';
import { createHttpApi, type HttpApi } from './api.ts';
import type { CorsConfiguration } from './cors.ts';

/** The HTTP APIs of all templates. `now` gives ms since 1970. */
export const startHttpApis = (cloud: Cloud, now: () => number = Date.now): readonly HttpApi[] =>
  cloud
    .ofType<{ CorsConfiguration?: CorsConfiguration }>('AWS::ApiGatewayV2::Api')
    .map((resource) => createHttpApi(cloud, resource, now));
