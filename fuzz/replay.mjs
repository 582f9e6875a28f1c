// Runs every input that fuzzing has ever found, the way its door runs it now.
import { DOOR_NAMES, openDoor } from './doors.mjs';
import { finds } from './fixtures.mjs';
import { MAX_INPUT_MS } from './watch.mjs';

let failures = 0;
let replayed = 0;
for (const name of DOOR_NAMES) {
  const inputs = finds(name);
  if (inputs.length === 0) continue;
  const door = await openDoor(name);
  for (const { name: file, bytes } of inputs) {
    const why = troubleOf(door, bytes);
    replayed++;
    if (why === undefined) continue;
    failures++;
    console.error(`fixtures/fuzz/${name}/${file}: ${why}`);
  }
}
console.log(`${replayed} inputs replayed, ${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;

function troubleOf(door, bytes) {
  const began = process.cpuUsage();
  try {
    door.run(bytes);
  } catch (error) {
    if (!door.isRefusal(error)) return error.stack;
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000 > MAX_INPUT_MS ? `takes over ${MAX_INPUT_MS} ms` : undefined;
}
