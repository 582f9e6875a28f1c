// Keeps the one-way flow of ARCHITECTURE.md. A problem is
//   1. an import of a package that does not stand below (or, for some, is not on their short list),
//   2. an import of a workspace package that package.json does not declare,
//   3. an import past a package's entries, or of a relative path into another package,
//   4. files of one package that import each other in a circle,
//   5. `testing` imported by something that is not a test.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Lowest first. A package may import what stands on the lines above its own. */
const LEVELS = [
  ['bytes', 'model'],
  ['wire', 'elf', 'dwarf', 'demangle', 'gdb-remote', 'store', 'api'],
  ['symbols', 'dumps', 'capture'],
  ['unwind', 'values', 'logs'],
  ['postmortem'],
  ['facts'],
  ['ingest'],
  ['server'],
  ['web', 'demo'],
  // The command line starts the demo beside the server.
  ['cli'],
];
const APPS = new Set(['web', 'demo', 'cli']);
/** Shorter than the level would allow: the page carries no decoders, and the demo is a stranger to the host. */
const ONLY = new Map([
  ['bytes', []],
  ['model', []],
  ['api', ['model']],
  ['web', ['api', 'model']],
  ['demo', ['model']],
]);
/** Builders for tests: they stand above what they build with. */
const TESTING = 'testing';
const TESTING_MAY_IMPORT = new Set(LEVELS.slice(0, 2).flat());

const SCOPE = '@noinit/';
const LEVEL_OF = new Map(LEVELS.flatMap((names, level) => names.map((name) => [name, level])));
const IMPORT =
  /(?<statement>^\s*(?:import|export)\b(?<typeOnly>\s+type\b)?(?:[^'";]*?\bfrom)?\s*|\bimport\s*\(\s*|\bimport\.meta\.resolve\s*\(\s*)['"](?<target>[^'"]+)['"]/gm;

/**
 * Everything that is wrong below `root`, one sentence each; empty where nothing is.
 * @param {string} root folder that holds `packages` and `apps`
 * @returns {string[]}
 */
export function checkImports(root) {
  return ['packages', 'apps'].flatMap((group) => {
    const folder = join(root, group);
    if (!existsSync(folder)) return [];
    const packages = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')));
    return packages.flatMap((name) => checkPackage(root, name, join(folder, name)));
  });
}

function checkPackage(root, name, folder) {
  const at = relative(root, folder);
  if (name !== TESTING && !LEVEL_OF.has(name)) return [`${at}: the package has no level in tools/check-imports.mjs`];
  const manifest = readManifest(folder);
  const files = ['src', 'test'].flatMap((part) => sourceFiles(join(folder, part)));
  const imports = files.map((file) => ({ file, found: readImports(file) }));
  const problems = imports.flatMap(({ file, found }) =>
    found.flatMap(({ target }) => checkTarget({ root, folder, name, manifest, file, target })),
  );
  const circles = findCircles(localGraph(imports)).map((files) => {
    return `${at}: a circle of imports: ${files.map((file) => relative(folder, file)).join(' → ')}`;
  });
  return [...problems, ...circles];
}

function checkTarget({ root, folder, name, manifest, file, target }) {
  const at = relative(root, file);
  if (target.startsWith('.')) {
    const path = resolve(dirname(file), target);
    if (!relative(folder, path).startsWith('..')) return [];
    // Device and fixture helpers are no packages; tests may use them.
    const isPackage = ['packages', 'apps'].includes(relative(root, path).split(/[\\/]/)[0]);
    return isTest(file) && !isPackage ? [] : [`${at}: '${target}' leaves the package; import it by its name`];
  }
  if (!target.startsWith(SCOPE)) return [];
  const [to, ...entry] = target.slice(SCOPE.length).split('/');
  return [
    ...checkDirection(at, name, to, isTest(file)),
    ...checkDeclared(at, name, to, manifest, isTest(file)),
    ...checkEntry({ at, root, to, entry: entry.join('/') }),
  ];
}

function checkDirection(at, from, to, test) {
  // A test may start its own package as a user would; a package that needs itself by name is two.
  if (from === to) return test ? [] : [`${at}: ${from} imports itself by name`];
  if (from === TESTING) return TESTING_MAY_IMPORT.has(to) || test ? [] : [`${at}: testing must not import ${to}`];
  if (to === TESTING) return test ? [] : [`${at}: testing may be imported by tests only`];
  if (!LEVEL_OF.has(to)) return [`${at}: there is no package ${to}`];
  const below = ONLY.get(from)?.includes(to) ?? LEVEL_OF.get(to) < LEVEL_OF.get(from);
  // The tests of an app put the product together from outside.
  const appTest = test && APPS.has(from) && !APPS.has(to);
  return below || appTest ? [] : [`${at}: ${from} must not import ${to}`];
}

function checkDeclared(at, from, to, manifest, test) {
  const declared = { ...manifest.dependencies, ...(test ? manifest.devDependencies : {}) };
  if (`${SCOPE}${to}` in declared || from === to) return [];
  return [`${at}: ${SCOPE}${to} is not in ${from}'s package.json${test ? '' : ' dependencies'}`];
}

/** An entry is a name in the other package's `exports`. */
function checkEntry({ at, root, to, entry }) {
  if (!entry) return [];
  const folder = ['packages', 'apps']
    .map((group) => join(root, group, to))
    .find((each) => existsSync(join(each, 'package.json')));
  const entries = folder ? (readManifest(folder).exports ?? {}) : {};
  return `./${entry}` in entries ? [] : [`${at}: '${entry}' is no entry of ${SCOPE}${to}`];
}

/** Imports that remain when the program runs: types of one another are no circle. */
function localGraph(imports) {
  const known = new Set(imports.map(({ file }) => file));
  return new Map(
    imports.map(({ file, found }) => {
      const targets = found.filter(({ target, typeOnly }) => target.startsWith('.') && !typeOnly);
      return [file, targets.map(({ target }) => resolve(dirname(file), target)).filter((each) => known.has(each))];
    }),
  );
}

function findCircles(graph) {
  const circles = [];
  const done = new Set();
  const visit = (file, path) => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    done.add(file);
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}

function readImports(file) {
  const text = withoutComments(readFileSync(file, 'utf8'));
  return [...text.matchAll(IMPORT)].map(({ groups }) => ({ target: groups.target, typeOnly: groups.typeOnly !== undefined }));
}

/** Whole-line comments only: an import in one is an example. */
function withoutComments(text) {
  return text.replace(/^\s*(?:\/\/.*|\/\*[\s\S]*?\*\/)/gm, '');
}

function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|tsx|mts|mjs)$/.test(entry.name))
    .map((entry) => resolve(entry.parentPath ?? entry.path, entry.name));
}

function isTest(file) {
  return /\.test\.tsx?$/.test(file) || file.split(/[\\/]/).includes('test');
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkImports(resolve(process.argv[2] ?? '.'));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
