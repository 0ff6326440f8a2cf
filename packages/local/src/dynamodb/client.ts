import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { AwsError, type WireAnswer } from '../cloud.ts';

/** Calls the engine over connections that stay open. */
export interface Client {
  /** Passes a request's bytes on and gives the answer's. */
  forward(target: string, body: Buffer | string): Promise<WireAnswer>;
  /** Throws the engine's error as an AwsError. */
  call<Output>(target: string, input: unknown): Promise<Output>;
  close(): void;
}

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  // The engine asks for a signature to be there; who calls was found out before.
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20250101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local',
  'x-amz-date': '20250101T000000Z',
};

export const createClient = (port: number): Client => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const forward = (target: string, body: Buffer | string): Promise<WireAnswer> =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port,
          agent,
          method: 'POST',
          headers: { ...headers, 'x-amz-target': target, 'content-length': Buffer.byteLength(body) },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.once('error', reject);
          incoming.once('end', () =>
            resolve({
              status: incoming.statusCode ?? 500,
              headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
              body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
            }),
          );
        },
      );
      outgoing.once('error', (error) =>
        reject(new AwsError('InternalServerError', `DynamoDB does not answer: ${error.message}`, 500)),
      );
      outgoing.end(body);
    });
  return {
    forward,
    call: async <Output>(target: string, input: unknown) => {
      const answer = await forward(target, JSON.stringify(input));
      const output = JSON.parse(answer.body.toString() || '{}') as Output & WireError;
      if (answer.status < 300) return output;
      const code = output.__type?.split('#').at(-1) ?? 'InternalServerError';
      throw new DynamoDbError(code, output.message ?? output.Message ?? code, answer.status, output);
    },
    close: () => agent.destroy(),
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
