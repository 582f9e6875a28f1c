// The programs that addresses are put to. All read hexadecimal addresses and write, for each, the address and then pairs of
// lines: a function, its place; the innermost first.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGimli } from './gimli.mjs';

const OURS = fileURLToPath(new URL('locate.mjs', import.meta.url));
const MAX_OUTPUT = 1 << 30;

/** `slow`: so slow that few addresses are asked. `votes`: its answers count for the truth. */
export function findTools() {
  const gimli = buildGimli();
  const llvm = ['--output-style=GNU', '--addresses', '--functions', '--inlines', '--demangle'];
  const all = [
    { name: 'noinit', command: ({ elf, cache }) => [process.execPath, OURS, elf, cache] },
    { name: 'gimli addr2line', command: ({ elf }) => [gimli.program, elf], missing: gimli.missing, votes: true },
    { name: 'addr2line', command: ({ elf }) => ['addr2line', '-afiCe', elf], installed: 'binutils' },
    {
      name: 'arm-none-eabi-addr2line',
      command: ({ elf }) => ['arm-none-eabi-addr2line', '-afiCe', elf],
      installed: 'binutils-arm-none-eabi',
      votes: true,
    },
    {
      name: 'llvm-symbolizer',
      command: ({ elf }) => ['llvm-symbolizer-14', ...llvm, `--obj=${elf}`],
      installed: 'llvm-14',
      votes: true,
    },
    {
      name: 'eu-addr2line',
      command: ({ elf }) => ['eu-addr2line', '-a', '-f', '-i', '-C', '-e', elf],
      installed: 'elfutils',
      slow: true,
    },
  ];
  return all.filter((tool) => {
    const missing = tool.missing ?? (tool.installed && isMissing(tool) ? `apt-get install ${tool.installed}` : undefined);
    if (missing !== undefined) console.log(`SKIPPED ${tool.name}: ${missing}`);
    return missing === undefined;
  });
}

function isMissing({ command }) {
  return spawnSync(command({ elf: '/dev/null' })[0], ['--version']).error !== undefined;
}

/** What the tool writes for these addresses, and how long its process lived. */
export function ask(tool, image, addresses) {
  const [program, ...parameters] = tool.command(image);
  const input = `${addresses.map((at) => `0x${at.toString(16).padStart(8, '0')}`).join('\n')}\n`;
  const start = performance.now();
  const { stdout, status } = spawnSync(program, parameters, { input, encoding: 'utf8', maxBuffer: MAX_OUTPUT, env: ENVIRONMENT });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${tool.name} ended with status ${status}`);
  return { stdout, ms };
}

/** gdb's line and function symbol of each address, where it is installed; it tells no inlined functions this way. */
export function askGdb(elf, addresses) {
  if (isMissing({ command: () => ['gdb-multiarch'] })) return undefined;
  const commands = addresses.map((at) => `echo \\n@@\\n\ninfo line *${at}`).join('\n');
  const script = join(tmpdir(), `noinit-bench-gdb-${process.pid}`);
  writeFileSync(script, commands);
  const parameters = ['-q', '-nx', '-batch', '-x', script, elf];
  const { stdout } = spawnSync('gdb-multiarch', parameters, { encoding: 'utf8', maxBuffer: MAX_OUTPUT });
  rmSync(script);
  return stdout
    .split('\n@@\n')
    .slice(1)
    .map((answer) => {
      const [, line, path, name] = /^Line (\d+) of "([^"]+)"[^<]*<([^+>]+)/.exec(answer) ?? [];
      return path === undefined ? [] : [{ name, file: path.split('/').at(-1), line: Number(line) }];
    });
}

const ENVIRONMENT = { ...process.env, DEBUGINFOD_URLS: '', LC_ALL: 'C' };

/** Each answer as functions and places, innermost first; no functions where the tool knows none. */
export function parseAnswers(text) {
  const answers = [];
  let lines = [];
  for (const line of text.split('\n')) {
    if (/^0x[0-9a-f]+$/.test(line)) {
      if (lines.length > 0) answers.push(parseFrames(lines));
      lines = [line];
    } else if (line !== '') lines.push(line);
  }
  if (lines.length > 0) answers.push(parseFrames(lines));
  return answers;
}

function parseFrames(lines) {
  const frames = [];
  for (let index = 1; index + 1 < lines.length; index += 2) {
    // elfutils: `name inlined at file:line:column in outer`.
    const name = lines[index].replace(/ inlined at .*/, '');
    const [, file = '', line = '0'] = /^(.*?):(\d+|\?)/.exec(lines[index + 1]) ?? [];
    if (name !== '??' || Number(line) > 0) frames.push({ name, file: file.split('/').at(-1), line: Number(line) || 0 });
  }
  return frames;
}
