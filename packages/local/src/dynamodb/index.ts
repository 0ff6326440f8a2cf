export { type DynamoDb, type DynamoDbOptions, startDynamoDb } from './engine.ts';
