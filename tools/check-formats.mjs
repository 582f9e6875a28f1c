// Runs every worked example of docs/formats through the decoder that its fence names, so that a page and the code that claims
// to follow it cannot drift apart. An example is two fences:
//
//     ```hex scanMessage            bytes; white space and everything behind a # is ignored. Options as JSON may follow the name
//     ```json                       what the decoder gives; bytes are written as hex
//
// and on the trace page one: ```json validateTrace. A page whose bytes no host reads says so: "None, because …".
// With --write the JSON fences are rewritten from what the decoders give.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { validateTrace } from '@noinit/api/validators';
import { fromHex, toHex } from '@noinit/bytes';
import * as dumps from '@noinit/dumps';
import * as logs from '@noinit/logs';
import * as symbols from '@noinit/symbols';
import * as wire from '@noinit/wire';

const DECODERS = {
  ...wire,
  ...logs,
  ...dumps,
  decodeLogEntries,
  decodeBlockStream,
  decodeRttStream,
  scanDescriptors,
  openSymbolCache,
};
const BYTES_EXAMPLE = /```hex (?<name>\w+)(?<options> \{.*\})?\n(?<hex>[^`]*)```\s*```json\n(?<json>[^`]*)```/g;
const NO_EXAMPLE = /^## Worked example\nNone, because \w/m;
const TRACE_EXAMPLE = /```json validateTrace\n(?<json>[^`]*)```/g;

/**
 * What is wrong with the pages in `folder`, one text each; empty where nothing is. A page with neither an example nor a reason for
 * having none is wrong too.
 * @param {string} folder
 * @returns {string[]}
 */
export function checkFormats(folder) {
  return pagesIn(folder).flatMap((page) => {
    const text = readFileSync(join(folder, page), 'utf8');
    const bytes = [...text.matchAll(BYTES_EXAMPLE)].map(({ groups }) => checkBytes(groups));
    const traces = [...text.matchAll(TRACE_EXAMPLE)].map(({ groups }) => checkTrace(groups));
    if (bytes.length + traces.length === 0 && NO_EXAMPLE.test(text)) return [];
    if (bytes.length + traces.length === 0) return [`${page}: no worked example`];
    return [...bytes, ...traces].filter((problem) => problem !== undefined).map((problem) => `${page}: ${problem}`);
  });
}

/** @param {string} folder */
export function writeFormats(folder) {
  for (const page of pagesIn(folder)) {
    const text = readFileSync(join(folder, page), 'utf8');
    const rewritten = text.replaceAll(BYTES_EXAMPLE, (example, name, options, hex, json) => {
      const fresh = layout(decode({ name, options, hex }));
      return `${example.slice(0, example.lastIndexOf(json))}${fresh}\n\`\`\``;
    });
    if (rewritten !== text) writeFileSync(join(folder, page), rewritten);
  }
}

function checkBytes({ name, options, hex, json }) {
  if (!(name in DECODERS)) return `there is no decoder ${name}`;
  const actual = decode({ name, options, hex });
  const expected = JSON.parse(json);
  return isDeepStrictEqual(actual, expected) ? undefined : `${name} gives\n${layout(actual)}\nthe page says\n${layout(expected)}`;
}

function checkTrace({ json }) {
  const check = validateTrace(JSON.parse(json));
  return check.kind === 'invalid' ? `not a trace: ${check.problems.join('; ')}` : undefined;
}

/** As JSON would carry it: absent where undefined, bytes as hex. */
function decode({ name, options, hex }) {
  const bytes = fromHex(hex.replace(/#.*$/gm, ''));
  const result = DECODERS[name](bytes, ...(options ? [JSON.parse(options)] : []));
  return JSON.parse(JSON.stringify(result, (_key, value) => (value instanceof Uint8Array ? toHex(value) : value)));
}

/** The dictionary comes as the hex of a section `noinit_log` at address 0. */
function decodeLogEntries(bytes, { section, ...options }) {
  return logs.decodeLogEntries(bytes, { ...options, ...(section ? { dictionary: dictionaryIn(section) } : {}) });
}

/** The same, for whatever build the ring names. */
function decodeBlockStream(bytes, { section }) {
  return logs.decodeBlockStream(bytes, { dictionaryOf: () => dictionaryIn(section) });
}

function decodeRttStream(bytes, { section }) {
  return logs.decodeRttStream(bytes, { dictionaryOf: () => dictionaryIn(section) });
}

function scanDescriptors(bytes, { address }) {
  return logs.scanDescriptors(bytes, address, { littleEndian: true, addressSize: 4 });
}

function dictionaryIn(section) {
  const sections = [{ name: 'noinit_log', address: 0, bytes: fromHex(section.replaceAll(' ', '')) }];
  return new logs.LogDictionary(logs.collectContent(sections, { littleEndian: true, addressSize: 4 }));
}

/** What the cache of this ELF file says of addresses. Nothing of the ELF file itself is asked. */
function openSymbolCache(bytes, { buildId, elfSize, addresses }) {
  const cache = symbols.openSymbolCache(bytes, { buildId, littleEndian: true, contents: { size: elfSize } });
  if (typeof cache === 'string') return cache;
  return addresses.map((at) => ({ at, scopes: cache.code.locate(at), cfa: cache.frames.rowAt(at)?.cfa }));
}

/** JSON that breaks a line only where it would be too long. */
function layout(value, indent = '') {
  const short = JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
  if (short.length + indent.length <= 120 || typeof value !== 'object' || value === null) return short;
  const inner = `${indent}  `;
  const entries = Array.isArray(value)
    ? value.map((each) => inner + layout(each, inner))
    : Object.entries(value).map(([key, each]) => `${inner}${JSON.stringify(key)}: ${layout(each, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${entries.join(',\n')}\n${indent}${close}`;
}

function pagesIn(folder) {
  return readdirSync(folder).filter((name) => name.endsWith('.md'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(fileURLToPath(import.meta.url), '../../docs/formats');
  if (process.argv.includes('--write')) writeFormats(folder);
  const problems = checkFormats(folder);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
