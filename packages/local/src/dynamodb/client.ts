import { randomUUID } from 'node:crypto';
import { AwsError, type WireAnswer } from '../cloud.ts';
import { createConnections } from './connection.ts';

/** Calls the engine over connections that stay open. */
export interface Client {
  /** Passes a request's bytes on and gives the answer's. */
  forward(target: string, body: Buffer | string): Promise<WireAnswer>;
  /** `input` as text, or as what becomes it. Throws the engine's error as an AwsError. */
  call<Output>(target: string, input: unknown): Promise<Output>;
  close(): void;
}

/** The engine asks for a signature to be there; who calls was found out before. */
const HEAD = [
  'POST / HTTP/1.1',
  'host: 127.0.0.1',
  'content-type: application/x-amz-json-1.0',
  'authorization: AWS4-HMAC-SHA256 Credential=local/20250101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local',
  'x-amz-date: 20250101T000000Z',
].join('\r\n');

const answerHeaders = () => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amzn-requestid': randomUUID(),
});

export const createClient = (port: number): Client => {
  const connections = createConnections(port);
  const forward = async (target: string, body: Buffer | string): Promise<WireAnswer> => {
    const head = `${HEAD}\r\nx-amz-target: ${target}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
    try {
      return { ...(await connections.send(head, body)), headers: answerHeaders() };
    } catch (error) {
      const { message } = error as Error;
      throw new AwsError('InternalServerError', `DynamoDB does not answer: ${message}`, 500);
    }
  };
  return {
    forward,
    call: async <Output>(target: string, input: unknown) => {
      const answer = await forward(target, typeof input === 'string' ? input : JSON.stringify(input));
      const output = JSON.parse(answer.body.toString() || '{}') as Output & WireError;
      if (answer.status < 300) return output;
      const code = output.__type?.split('#').at(-1) ?? 'InternalServerError';
      throw new DynamoDbError(code, output.message ?? output.Message ?? code, answer.status, output);
    },
    close: () => connections.close(),
  };
};

interface WireError {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}

/** `details` is the whole answer: a cancelled transaction says in `CancellationReasons` which condition failed. */
export class DynamoDbError extends AwsError {
  readonly details: unknown;

  constructor(code: string, message: string, status: number, details: unknown) {
    super(code, message, status);
    this.details = details;
  }
}
