/** Orders above it, in minor units, wait for a person. Throws where it isn't configured. */
export const reviewLimit = (environment = process.env): number => {
  const limit = Number(environment.REVIEW_LIMIT || Number.NaN);
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw new Error(
    'REVIEW_LIMIT of placeOrder must be a whole number of minor units: set it under "environment" in services/orders/serverless.yml',
  );
};
