/** The measured figures as Markdown tables. */
const table = (head, rows) =>
  [head, head.map((_, index) => (index === 0 ? '---' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const round = (value) => Math.round(value * 100) / 100;

/** A row a name, a column a core; what was measured on the first core alone has a dash elsewhere. */
function byCore(cores, of) {
  const columns = cores.map((core) => new Map(of(core)));
  return [...columns[0].keys()].map((name) => [name, ...columns.map((column) => column.get(name) ?? '–')]);
}

export function tablesOf({ compilers, cores, linkTime, faultStacks, budgets }) {
  const names = cores.map(({ core }) => core);
  const section = (title, head, of) => `## ${title}\n\n${table([head, ...names], byCore(cores, of))}`;
  return [
    `${compilers.join('; ')}.`,
    `## Budgets, Cortex-M3\n\n${table(
      ['what', 'measured', 'bar', ''],
      budgets.map(({ name, value, bar, held, isMet, isHeld }) => [
        name,
        value,
        bar,
        isMet ? 'met' : `missed by ${round(value - bar)}; ${isHeld ? '' : 'NOT '}held at ${held}`,
      ]),
    )}`,
    section('Flash of a feature, bytes', 'feature, on top of the row that it needs', ({ features }) =>
      features.map(({ name, flash }) => [name, flash]),
    ),
    section('RAM of a feature, bytes', 'feature', ({ features }) =>
      features.filter(({ ram }) => ram > 3).map(({ name, ram }) => [name, ram]),
    ),
    section('Flash of the default set by folder, bytes', 'folder', ({ modules }) =>
      modules.map(({ name, flash }) => [name, flash]),
    ),
    `With link-time optimisation the default set takes ${linkTime.flash} bytes on a Cortex-M3, ${linkTime.without} without; the calls' own cost is in both.`,
    section('Flash of a call site, bytes: with / without a filter at run time', 'arguments', ({ sites }) =>
      sites.map(({ name, filtered, bare }) => [name, `${filtered} / ${bare}`]),
    ),
    section('Stack at the deepest, bytes', 'call', ({ stack }) => stack.map(({ name, bytes }) => [name, bytes])),
    `## Stack of a capture, Cortex-M3, bytes\n\n${table(
      ['level', 'GCC’s count', 'painted, gcc', 'painted, clang'],
      faultStacks.map(({ level, counted, gcc, clang }) => [level, counted, gcc, clang]),
    )}`,
    section('Instructions of a capture of 4 KiB, -Os', 'part', ({ fault = {} }) =>
      Object.entries(fault).filter(([, value]) => typeof value === 'number'),
    ),
    ...['-O2', '-Os'].map((level) =>
      section(`Instructions of a log call, ${level}`, 'call', ({ instructions }) => Object.entries(instructions[level])),
    ),
  ].join('\n\n');
}
