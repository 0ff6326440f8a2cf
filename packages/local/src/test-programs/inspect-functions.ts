// Run by inspect.test.ts in a process of its own, as a debugger attaches to a whole process: starts the service that
// it is given, says where a debugger may attach, then answers each line of its input, `<function> <event>`.
import inspector from 'node:inspector';
import { createInterface } from 'node:readline';
import type { PackagedService } from '../cloudformation/templates.ts';
import { createCloud } from '../create-cloud.ts';
import { start } from '../lambda/start.ts';
import { silentLog } from '../log.ts';

const [service, dataFolder] = process.argv.slice(2).map((text) => JSON.parse(text)) as [
  PackagedService,
  string,
];
const templates = [service];
const { cloud, provide } = await createCloud({
  templates,
  dataFolder,
  endpointPort: 0,
  stage: 'local',
  region: 'us-east-1',
  log: silentLog,
});
const lambda = await start(cloud, { templates, inspect: true });
provide('lambda', lambda.api);
inspector.open(0, '127.0.0.1');
console.log(JSON.stringify(inspector.url()));
for await (const line of createInterface({ input: process.stdin })) {
  const [name, event = '{}'] = line.split(' ');
  void cloud
    .invoke(`emporium-shop-local-${name}`, JSON.parse(event))
    .then((answer) => console.log(JSON.stringify(answer)));
}
process.exit();
