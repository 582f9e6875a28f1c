/** Compiles and links; reads what each file put into the image out of the linker's map. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVICE, sdkFiles } from './targets.mjs';

export const folder = mkdtempSync(join(tmpdir(), 'noinit-size-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export function run(tool, ...args) {
  return execFileSync(tool, args.flat(), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 });
}

const gcc = (target, ...args) => run(`${target.prefix}gcc`, target.flags, ...args);

const cflags = (target) => [
  ...['-std=c11', '-ffunction-sections', '-fdata-sections', '-ffreestanding', `-I${DEVICE}include`, `-I${DEVICE}src`],
  ...[`-I${DEVICE}ports/qemu`, `-DBOARD_${target.board.replaceAll('-', '_')}`],
];

let made = 0;

/** One object; `name` tells it in the map. */
export function compile(target, file, flags, name) {
  const at = join(folder, String(made++));
  mkdirSync(at);
  const object = join(at, `${name.replaceAll('/', '__')}.o`);
  const args = [...cflags(target), ...flags, '-c', file, '-o', object];
  if (target.isClang) run('clang-14', '--target=arm-none-eabi', ...target.cpu, '-mthumb', args);
  else gcc(target, args);
  return object;
}

const compiled = new Map();
const preprocessed = new Map();

/** The SDK's objects with these flags, compiled once. */
export function sdkObjects(target, flags) {
  const key = [target.name, ...flags].join(' ');
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const objects = sdkFiles(target).map(({ module, file }) => compileUnlessKnown(target, file, flags, `sdk__${module}`));
  compiled.set(key, objects);
  return objects;
}

/** Most options change a few files: what looks the same behind the preprocessor is the same object. */
function compileUnlessKnown(target, file, flags, name) {
  const text = gcc(target, cflags(target), flags, '-E', '-P', file);
  const key = [target.name, name, ...flags.filter((flag) => !flag.startsWith('-D')), text].join('\n');
  const object = preprocessed.get(key) ?? compile(target, file, flags, name);
  preprocessed.set(key, object);
  return object;
}

const scripts = new Map();

function linkerScript(target) {
  const known = scripts.get(target.name);
  if (known !== undefined) return known;
  const script = join(folder, `${target.name}.ld`);
  const memory = [`-DROM_ORIGIN=${target.rom[0]}`, `-DROM_LENGTH=${target.rom[1]}`].concat([
    `-DRAM_ORIGIN=${target.ram[0]}`,
    `-DRAM_LENGTH=${target.ram[1]}`,
  ]);
  gcc(target, '-E', '-P', '-x', 'c', memory, `${DEVICE}ports/qemu/qemu.ld.in`, '-o', script);
  scripts.set(target.name, script);
  return script;
}

/** Links; gives the file, and bytes of flash, RAM and retained memory for each object by its name. */
export function link(target, objects, flags = []) {
  const elf = join(folder, `${made++}.elf`);
  const map = `${elf}.map`;
  run(
    `${target.prefix}gcc`,
    target.linkFlags,
    ['-nostartfiles', '-T', linkerScript(target), '-T', `${DEVICE}linker/noinit_log.ld`, '-Wl,--build-id=sha1'],
    ['-Wl,--gc-sections', '-Wl,--no-warn-rwx-segments', `-Wl,-Map=${map}`, '-Wl,--entry=reset_entry'],
    flags,
    objects,
    target.libraries,
    '-o',
    elf,
  );
  return { elf, parts: partsOf(readFileSync(map, 'utf8')), sizes: sectionSizes(target, elf) };
}

/** Bytes that go to flash, bytes of RAM, and retained ones; of the whole image, padding included. */
function sectionSizes(target, elf) {
  const lines = run(`${target.prefix}size`, '-A', elf).split('\n');
  const size = (name) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(/\s+/)[1] ?? 0);
  const tables = size('noinit_sources') + size('noinit_backends');
  return {
    flash: size('.text') + size('.data') + size('.ARM.exidx') + tables,
    ram: size('.data') + size('.bss'),
    retained: size('.noinit'),
  };
}

function partsOf(map) {
  const parts = new Map();
  const used = map.slice(map.indexOf('Linker script and memory map'));
  for (const [, section, bytes, object] of used.matchAll(/^ (\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S+\.o\)?)$/gm)) {
    const name = object
      .slice(object.lastIndexOf('/') + 1)
      .replace(/(\.c)?\.o\)?$/, '')
      .replaceAll('__', '/');
    const part = parts.get(name) ?? { flash: 0, ram: 0, retained: 0 };
    const size = Number.parseInt(bytes, 16);
    if (/^\.(text|rodata|vectors|ARM\.exidx|srodata)|^noinit_(sources|backends)/.test(section)) part.flash += size;
    else if (/^\.s?data/.test(section)) {
      part.flash += size;
      part.ram += size;
    } else if (/^\.s?bss/.test(section)) part.ram += size;
    else if (/^\.noinit/.test(section)) part.retained += size;
    parts.set(name, part);
  }
  return parts;
}

/** What the files whose name matches have put into the image. */
export function costOf({ parts }, pattern) {
  const cost = { flash: 0, ram: 0, retained: 0 };
  for (const [name, part] of parts) {
    if (!pattern.test(name)) continue;
    cost.flash += part.flash;
    cost.ram += part.ram;
    cost.retained += part.retained;
  }
  return cost;
}
