import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Log } from './cloud.ts';
import type { PackagedService } from './cloudformation/templates.ts';

/** A service packaged by hand: its resources, and each function's source. */
export interface TestService {
  readonly service?: string;
  readonly resources: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  /** `name → source of index.js`; the function's S3Key has to be `<name>.zip`. */
  readonly functions?: Record<string, string>;
}

/** Writes a template and its functions' code into a new temporary folder. */
export const packageForTest = ({
  service = 'shop',
  resources,
  outputs = {},
  functions = {},
}: TestService): PackagedService => {
  const folder = mkdtempSync(join(tmpdir(), `${service}-`));
  write(
    join(folder, 'cloudformation-template-update-stack.json'),
    JSON.stringify({ Resources: resources, Outputs: outputs }, null, 2),
  );
  for (const [name, source] of Object.entries(functions)) write(join(folder, name, 'index.js'), source);
  return { service, folder, buildFolder: folder };
};

const write = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

/** A function `emporium-<service>-local-<name>` and its role, which may do `allow`: `[[action, resource], …]`. */
export const functionForTest = (
  name: string,
  {
    service = 'shop',
    allow = [],
    ...properties
  }: { service?: string; allow?: readonly (readonly [string, unknown])[]; [property: string]: unknown } = {},
): Record<string, unknown> => ({
  [`${name}Role`]: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: `role-${name}`,
      Policies: [
        {
          PolicyName: 'link',
          PolicyDocument: {
            Statement: allow.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
          },
        },
      ],
    },
  },
  [`${name}Function`]: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: `emporium-${service}-local-${name}`,
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] },
      Code: { S3Bucket: 'deployment', S3Key: `serverless/${name}.zip` },
      ...properties,
    },
  },
});

/** A log that a test can read. */
export const recordingLog = (): Log & { readonly lines: string[] } => {
  const lines: string[] = [];
  const write = (level: string) => (label: string, message: string) =>
    void lines.push(`${level} ${label} ${message}`);
  return { lines, info: write('info'), warn: write('warn'), error: write('error') };
};

/** Longer than any test may take: what never comes must not keep the process from ending. */
const EVENTUALLY_MS = 120_000;

/** Waits until `probe` gives something; a test's own time-out ends it where it never does. */
export const eventually = async <T>(probe: () => T | undefined | Promise<T | undefined>): Promise<T> => {
  const deadline = performance.now() + EVENTUALLY_MS;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error('What was awaited never came');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** The source of `callAws(service, target, input)` for a function: a signed AWS call with nothing but Node. */
export const callAwsSource = `
import { createHash, createHmac } from 'node:crypto';
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const callAws = (service, target, input) => {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const body = JSON.stringify(input);
  const time = new Date().toISOString().replace(/[-:]|\\.\\d+/g, '');
  const scope = [time.slice(0, 8), AWS_REGION, service, 'aws4_request'];
  const canonical = ['POST', '/', '', 'host:' + new URL(AWS_ENDPOINT_URL).host, '', 'host', sha256(body)].join('\\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\\n');
  const signature = hmac(scope.reduce(hmac, 'AWS4' + AWS_SECRET_ACCESS_KEY), toSign).toString('hex');
  const credential = AWS_ACCESS_KEY_ID + '/' + scope.join('/');
  return fetch(AWS_ENDPOINT_URL, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': time,
      'x-amz-security-token': AWS_SESSION_TOKEN,
      'x-amz-target': target,
      authorization: 'AWS4-HMAC-SHA256 Credential=' + credential + ', SignedHeaders=host, Signature=' + signature,
    },
  });
};`;
