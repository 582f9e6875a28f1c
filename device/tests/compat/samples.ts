/** The samples of Zephyr's logging page as programs: what stands around each is ours, the sample itself stands as it is. */
import type { Program } from './programs.ts';

/** Where the page itself is wrong C. Each is needed: without it the program does not compile. */
export const MISPRINTS: readonly {
  readonly what: string;
  readonly sample: RegExp;
  readonly from: RegExp;
  readonly to: string;
}[] = [
  { what: 'a struct without its semicolon', sample: /^ +LOG_INSTANCE_PTR_DECLARE/m, from: /\n\}$/, to: '\n};' },
  { what: 'a type that nobody defined', sample: /^LOG_LEVEL_SET/, from: /^/, to: 'typedef struct foo_object foo_object;\n' },
  {
    what: 'the same in a header',
    sample: /^static inline void foo_init/,
    from: /^/,
    to: 'typedef struct foo_object foo_object;\n',
  },
  { what: 'void main', sample: /^void main/m, from: /^void main/m, to: 'int main' },
  { what: 'a comment without its end', sample: /^char local_str/, from: /$/, to: ' */' },
];

export interface ExpectedLine {
  readonly level: 'error' | 'warning' | 'info' | 'debug';
  readonly source: string;
  readonly text: string;
}

export interface SampleProgram extends Program {
  readonly expected: readonly ExpectedLine[];
}

/** All of them; `without` leaves out one misprint's mend. Throws where a sample is not on the page or is not used. */
export function makePrograms(samples: readonly string[], without?: string): readonly SampleProgram[] {
  const used = new Set<string>();
  const sample = (pattern: RegExp): string => {
    const [found, ...more] = samples.filter((text) => pattern.test(text));
    if (found === undefined || more.length > 0) throw new Error(`not one sample with ${String(pattern)}`);
    used.add(found);
    return mended(found, without);
  };
  const instance = `${sample(/LOG_INSTANCE_PTR_DECLARE/)}\n\n${sample(/^#define FOO_OBJECT_DEFINE/)}\n`;
  const programs: readonly SampleProgram[] = [
    {
      name: 'module',
      ...FOO,
      files: {
        'first.c': `${sample(/^LOG_MODULE_REGISTER/m)}\nvoid first(void);\nvoid first(void) { LOG_INF("first"); }\n`,
        'second.c': `${sample(/^LOG_MODULE_DECLARE/m)}\nvoid second(void);\nvoid second(void) { LOG_WRN("second %d", 2); }\n`,
        'inline.h': sample(/^static inline void foo\(/m),
        'main.c': `#include "inline.h"\n${MAIN}void first(void);\nvoid second(void);\n${main('first(); second(); foo();')}`,
      },
      expected: [info('foo', 'first'), { level: 'warning', source: 'foo', text: 'second 2' }, info('foo', 'foo')],
    },
    {
      name: 'instance',
      ...FOO,
      files: {
        'foo.h': `#include <logging/log.h>\n${instance}`,
        'inline.h': sample(/^static inline void foo_init/m),
        'header.c':
          '#include "foo.h"\n#include "inline.h"\nvoid from_header(struct foo_object *f);\nvoid from_header(struct foo_object *f) { foo_init(f); }\n',
        'main.c': `#include "foo.h"\nFOO_OBJECT_DEFINE(bar);\n${sample(/^LOG_LEVEL_SET/)}\n${MAIN}void from_header(struct foo_object *f);\n${main('foo_init(&bar); from_header(&bar);')}`,
      },
      expected: [info('foo.bar', 'Initialized.'), info('foo.bar', 'Initialized.')],
    },
    {
      name: 'control',
      own: ['-DCOMPAT_HAS_MAIN'],
      options: [],
      files: { 'main.c': `${sample(/^void main/m)}\n`, 'other.c': ENDS_AT_A_MESSAGE },
      expected: [info('other', 'begin')],
    },
    {
      name: 'strings',
      ...FOO,
      files: {
        'main.c': `#include <logging/log.h>\nLOG_MODULE_REGISTER(strings);\n${MAIN}
static void transient(void)\n{\n${sample(/^char local_str/)}\n}
static void addresses(const char *str)\n{\n${sample(/^LOG_WRN\("%s"/)}\n}\n${main('transient(); addresses((const char *)"");')}`,
      },
      expected: [
        info('strings', 'logging transient string: abc'),
        { level: 'warning', source: 'strings', text: '' },
        { level: 'warning', source: 'strings', text: '0x…' },
      ],
    },
    {
      name: 'backend',
      ...FOO,
      files: { 'main.c': `${sample(/log_msg_put\(/)}\n${WITH_ANOTHER}` },
      expected: [info('pair', 'for two back ends')],
    },
  ];
  const unused = samples.filter((text) => !used.has(text));
  if (unused.length > 0) throw new Error(`samples that nobody compiles: ${unused.join('\n---\n')}`);
  return programs;
}

function mended(sample: string, without: string | undefined): string {
  const misprints = MISPRINTS.filter((each) => each.sample.test(sample) && each.what !== without);
  return misprints.reduce((text, { from, to }) => text.replace(from, to), sample);
}

function info(source: string, text: string): ExpectedLine {
  return { level: 'info', source, text };
}

/** What Kconfig would give. */
const FOO = { own: ['-DCONFIG_FOO_LOG_LEVEL=3'], options: [] };
const MAIN = '#include <logging/log_ctrl.h>\n#include "compat.h"\n';

/** Starts the log, calls, and lets the back ends have it. */
function main(calls: string): string {
  return `int compat_main(void)\n{\n    log_init();\n    ${calls}\n    while (log_process()) {\n    }\n    return 0;\n}\n`;
}

/** At the second, which shows nowhere: the first went to all back ends by then, in whatever order they stand. */
const ENDS_AT_A_MESSAGE = `#include <logging/log.h>
#include <logging/log_ctrl.h>
#include "compat.h"
LOG_MODULE_REGISTER(other);
static void init(const struct log_backend *const backend) { LOG_INF("begin"); LOG_PRINTK("%s", ""); }
static unsigned puts;
static void put(const struct log_backend *const backend, struct log_msg *msg) { if (++puts == 2) compat_end(0); }
static const struct log_backend_api api = {.put = put, .init = init};
LOG_BACKEND_DEFINE(ending, api, true);
`;

const WITH_ANOTHER = `#include <logging/log.h>
${MAIN}
LOG_MODULE_REGISTER(pair);
static const struct log_backend_api api = {.put = put};
LOG_BACKEND_DEFINE(from_the_page, api, true);
static unsigned puts;
static void count(const struct log_backend *const backend, struct log_msg *msg) { put(backend, msg); puts++; }
static const struct log_backend_api counting = {.put = count};
LOG_BACKEND_DEFINE(another, counting, true);
int compat_main(void)
{
    log_init();
    LOG_INF("for two back ends");
    while (log_process()) {
    }
    return puts == 1 ? 0 : 1;
}
`;
