export { type CapturedLogs, captureLogs } from './capture-logs.ts';
export { type HttpEventOptions, httpEvent } from './http-event.ts';
export { lambdaContext } from './lambda-context.ts';
export { linkForTest } from './links.ts';
export { type QueuedEvent, sqsEvent } from './sqs-event.ts';
export { type StreamedItem, streamEvent } from './stream-event.ts';
export { startTables, type TestTables } from './tables.ts';
