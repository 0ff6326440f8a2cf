/** The platform's bus, by the variable in which the link to it stands. */
export const platformBus = {
  get name(): string {
    const link = process.env.LINK_platform_EventBus;
    if (link === undefined) {
      throw new Error(
        `platform.EventBus is not linked to ${process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'this function'}: give it an "outbox" event in serverless.yml`,
      );
    }
    return (JSON.parse(link) as { name: string }).name;
  },
};
