// `npm run bench [part…]`: the numbers we hold ourselves to, each printed with its bar, honest also where it falls short.
import { spawnSync } from 'node:child_process';

const PARTS = [
  { name: 'device', what: 'SDK size and instructions per log call', script: 'device/size/measure.mjs' },
  { name: 'logs', what: 'decoding dictionary logs, messages a second', script: 'bench/logs.mjs' },
  { name: 'explain', what: 'explaining one crash, beside gdb', script: 'bench/explain.mjs' },
  { name: 'engine', what: 'the debug engine, beside the native tools', script: 'bench/engine.mjs' },
  { name: 'intake', what: 'durable intake in process, and records to rows', script: 'bench/intake.mjs' },
  { name: 'ingest', what: 'durable ingest over HTTP', script: 'bench/ingest.mjs' },
];

export function bench(names) {
  const wanted = names.length === 0 ? PARTS : PARTS.filter(({ name }) => names.includes(name));
  if (wanted.length === 0) {
    console.error(`There is no such part. Parts: ${PARTS.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  const statuses = wanted.map(({ what, script }) => {
    console.log(`\n== ${what} (node ${script}) ==`);
    return spawnSync(process.execPath, [script], { stdio: 'inherit' }).status ?? 1;
  });
  return Math.max(...statuses);
}
