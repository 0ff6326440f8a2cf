/** A name or a level in `serverless.yml` or `resources.ts` that doesn't exist. The message says what would be right. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
