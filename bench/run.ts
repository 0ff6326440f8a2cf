import { measureBundles } from './bundles.ts';
import { measureShop } from './shop.ts';
import { median, type Percentiles } from './statistics.ts';
import { measureWorkflow } from './workflow.ts';

// npm run bench [-- --seconds 60]
const option = (name: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? undefined : (process.argv[at + 1] ?? '');
};
const seconds = Number(option('seconds') ?? 20);

console.error('Bundling every function twice …');
const bundles = measureBundles();
console.error(`Starting the shop and loading it for ${seconds} s …`);
const shop = await measureShop(seconds);
const workflow = await measureWorkflow();

const ms = ({ p50, p95, p99 }: Percentiles) => ({
  p50: p50.toFixed(1),
  p95: p95.toFixed(1),
  p99: p99.toFixed(1),
});
console.table({
  'start to ready, ms': ms(shop.startToReady),
  'warm GET, ms': ms(shop.warmGet),
  'workflow of five tasks, ms': ms(workflow),
  'place to confirmed, ms': ms(shop.placeToConfirmed),
});
console.table({
  'orders a second': shop.throughput.ordersPerSecond.toFixed(1),
  'orders placed': shop.throughput.placed,
  'orders lost': shop.throughput.lost,
  'memory in all, MiB': (shop.memory / 2 ** 20).toFixed(0),
});
console.table(
  Object.fromEntries(
    bundles.map(({ name, size, defaultSize, importTime, defaultImportTime }) => [
      name,
      {
        KB: Math.round(size / 1000),
        'default KB': Math.round(defaultSize / 1000),
        'size ratio': (size / defaultSize).toFixed(2),
        'import ms': importTime.toFixed(0),
        'default ms': defaultImportTime.toFixed(0),
        'time ratio': (importTime / defaultImportTime).toFixed(2),
      },
    ]),
  ),
);
const ratios = {
  size: median(bundles.map(({ size, defaultSize }) => size / defaultSize)),
  importTime: median(bundles.map(({ importTime, defaultImportTime }) => importTime / defaultImportTime)),
};
console.log(
  JSON.stringify({ node: process.version, ...shop, workflow, bundles, medianRatioToDefaults: ratios }),
);
