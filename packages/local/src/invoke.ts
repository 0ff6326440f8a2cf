import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { functionEnvironment, processEnvironment } from './command/environment.ts';
import { findFunction } from './command/functions.ts';
import { dataFolderOf } from './command/options.ts';
import { findRunning } from './command/running-shop.ts';
import { framework } from './package/run.ts';
import { StartError } from './start-error.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const help = `npm run invoke -- <service> <function> [options of sls invoke local]

  npm run invoke -- orders placeOrder
  npm run invoke -- orders placeOrder --data '{"body":"{}"}'
  npm run invoke -- catalog getProduct --path my-event.json

Without --data or --path the function is given the event.json beside its handler.`;

const invoke = async ([serviceName, key, ...rest]: readonly string[]): Promise<number> => {
  if (serviceName === undefined || key === undefined || serviceName.startsWith('-')) {
    throw new StartError(help);
  }
  const { service, sampleEvent, usesAws } = findFunction(root, serviceName, key);
  const shop = findRunning(dataFolderOf(process.env.EMPORIUM_DATA, root));
  if (usesAws && shop === undefined) {
    throw new StartError(
      `${serviceName}.${key} uses resources of the shop, and none runs: npm start in another terminal first`,
    );
  }
  const functionName = `emporium-${serviceName}-local-${key}`;
  const hasInput = rest.some((argument) => /^(?:-d|-p|--data|--path)(?:=|$)/.test(argument));
  const variables = shop === undefined ? {} : functionEnvironment(functionName, shop);
  const args = [
    ...['invoke', 'local', '--stage', 'local', '--function', key],
    ...(hasInput ? [] : ['--path', sampleEvent]),
    ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...rest,
  ];
  const child = spawn(process.execPath, [framework, ...args], {
    cwd: service.folder,
    env: { ...process.env, ...processEnvironment(functionName, shop) },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
};

try {
  process.exitCode = await invoke(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
