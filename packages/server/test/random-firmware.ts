/** C source of a firmware that nobody has seen before: random constants in locals, a random call depth, a real fault at the end. */

export interface RandomFirmware {
  readonly source: string;
  /** Innermost first, main last: what a right trace must show. */
  readonly frames: readonly { readonly function: string; readonly locals: ReadonlyMap<string, number> }[];
  readonly fault: FaultKind;
}

const FAULTS = {
  'null-call': '((void (*)(void))(uintptr_t)g_zero)();',
  'unmapped-read': 'g_sink = *(volatile uint32_t *)(0xA0000000u + g_zero);',
  'divide-by-zero': 'g_sink = g_one / g_zero;',
  'undefined-instruction': '__asm__ volatile("udf #7");',
} as const;
export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS: readonly FaultKind[] = ['null-call', 'unmapped-read', 'divide-by-zero', 'undefined-instruction'];

/** `next(limit)` gives a random integer from 0 to limit - 1. */
export function makeRandomFirmware(fault: FaultKind, next: (limit: number) => number): RandomFirmware {
  const depth = 3 + next(8);
  const frames = [];
  const functions = [];
  for (let level = 0; level < depth; level++) {
    const constants = { secret: next(0x1_0000_0000), small: next(256) - 128, tag: next(0x10000) };
    frames.push({ function: `level_${level}`, locals: new Map(Object.entries(constants)) });
    functions.push(renderLevel(level, constants, fault));
  }
  return { source: renderSource(functions, depth, fault), frames, fault };
}

function renderLevel(level: number, constants: { secret: number; small: number; tag: number }, fault: FaultKind): string {
  const body = level === 0 ? FAULTS[fault] : `g_sink += level_${level - 1}(&probe, argument + ${level}u);`;
  return `__attribute__((noinline)) static uint32_t level_${level}(struct probe *parent, uint32_t argument)
{
    volatile uint32_t secret = ${constants.secret}u;
    volatile int8_t small = ${constants.small};
    volatile uint16_t tag = ${constants.tag}u;
    struct probe probe = { .parent = parent, .name = "level ${level}", .mode = (enum mode)(${level} % 3), .samples = { ${level}, -${level + 1}, ${level + 2} } };
    keep(&probe);
    ${body}
    return secret + (uint32_t)small + tag + (uint32_t)probe.samples[0] + argument;
}
`;
}

function renderSource(functions: readonly string[], depth: number, fault: FaultKind): string {
  return `/* Generated: ${fault}, ${depth} levels. */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(proof);

int main(void);

enum mode { MODE_IDLE, MODE_MEASURE, MODE_SEND };
struct probe {
    struct probe *parent;
    const char *name;
    enum mode mode;
    int16_t samples[3];
};
static volatile uint32_t g_zero;
static volatile uint32_t g_one = 1;
static volatile uint32_t g_sink;
__attribute__((noinline)) static void keep(struct probe *probe) { __asm__ volatile("" ::"r"(probe) : "memory"); }

${functions.join('\n')}
int main(void)
{
    if (noinit_init() != NOINIT_OK) qemu_exit(1);
    if (noinit_reboot_unexpected_count() == 0u) {
        *(volatile uint32_t *)0xe000ed14u |= 0x10u; /* CCR.DIV_0_TRP */
        NOINIT_INF("about to fail ${depth} levels deep, %u", ${depth}u);
        g_sink = level_${depth - 1}((struct probe *)0, ${depth}u);
    }
    qemu_send_chunks(48);
    qemu_exit(0);
}
`;
}
