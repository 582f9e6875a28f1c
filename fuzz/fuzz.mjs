// `npm run fuzz [door] [seconds] [--seed n]`: bends inputs of each door and keeps what a door takes badly (fuzz/README.md).
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DOOR_NAMES, openDoor } from './doors.mjs';
import { findFolder } from './fixtures.mjs';
import { inputNumber } from './input.mjs';
import { watchDoor } from './watch.mjs';

const DEFAULT_SECONDS = 20;

/** Gives the exit status: 1 where something was found. */
export async function fuzz(args) {
  if (args[0] === '--list') {
    console.log(DOOR_NAMES.join('\n'));
    return 0;
  }
  const wanted = readArguments(args);
  if (!wanted) {
    console.error(`usage: npm run fuzz [${DOOR_NAMES.join('|')}] [seconds] [--seed n] [--from n]`);
    return 2;
  }
  let found = 0;
  for (const door of wanted.doors) found += await fuzzDoor(door, wanted);
  return found === 0 ? 0 : 1;
}

function readArguments(args) {
  const rest = [...args];
  const option = (name, otherwise) => {
    const at = rest.indexOf(name);
    return at < 0 ? otherwise : Number(rest.splice(at, 2)[1]);
  };
  const seed = option('--seed', 1);
  const from = option('--from', 0);
  const doors = rest.filter((word) => DOOR_NAMES.includes(word));
  const numbers = rest.filter((word) => !DOOR_NAMES.includes(word)).map(Number);
  const seconds = numbers[0] ?? DEFAULT_SECONDS;
  const isUsable = [seed, from, seconds, ...numbers].every((number) => number >= 0) && numbers.length <= 1;
  return isUsable ? { doors: doors.length > 0 ? doors : DOOR_NAMES, seconds, seed, from } : undefined;
}

async function fuzzDoor(door, { seconds, seed, from }) {
  const run = await watchDoor({ door, seed, seconds, from });
  const rate = Math.round(run.executions / run.seconds);
  console.log(
    `${door}: seed ${seed}, ${run.executions} executions in ${run.seconds.toFixed(1)} s, ${rate}/s, ${run.finds.length} finds`,
  );
  for (const find of run.finds)
    console.log(`  input ${find.number}: ${find.why}\n    ${find.place}\n    ${await keep(door, seed, find)}`);
  return run.finds.length;
}

/** Stores a find where the tests run it again. */
async function keep(door, seed, find) {
  const bytes = find.bytes ?? (await remake(door, seed, find.number));
  const folder = findFolder(door);
  mkdirSync(folder, { recursive: true });
  const path = `${folder}/${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.bin`;
  writeFileSync(path, bytes);
  return path;
}

async function remake(door, seed, number) {
  const { Random } = await import('../packages/testing/dist/random.js');
  return inputNumber(await openDoor(door), seed, number, Random);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await fuzz(process.argv.slice(2));
