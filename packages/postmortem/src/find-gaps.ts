/** What a trace cannot tell for a reason that is known. */
import type { Dump, TraceGap } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';

export function findGaps(dump: Dump, symbols: Symbols | undefined): readonly TraceGap[] {
  if (dump.isPostcard) return postcardGaps(dump, symbols);
  const what = dump.machine === 'cortex-m' ? secureRegisters(dump) : [];
  const detail = 'the crash was captured on the non-secure side, which cannot read them';
  return what.length === 0 ? [] : [{ what, why: 'non-secure', detail }];
}

function postcardGaps({ build }: Dump, symbols: Symbols | undefined): readonly TraceGap[] {
  const detail = 'only the postcard came';
  const rest: TraceGap = { what: ['other registers', 'variables', 'stack', 'other threads'], why: 'only-postcard', detail };
  if (symbols?.buildId === undefined || build === undefined) return [rest];
  const prefix = `the postcard has no more of it than ${build}, with which the build id of the ELF file begins; another build’s may as well`;
  return [rest, { what: ['whether it is of this build'], why: 'only-postcard', detail: prefix }];
}

/** Part numbers in CPUID of the cores that have a SecureFault: Cortex-M33, M35P, M52, M55, M85, and STAR-MC1. */
const WITH_SECURE_FAULT: ReadonlySet<number> = new Set([0xd21, 0xd31, 0xd24, 0xd22, 0xd23, 0x132]);

/** EXC_RETURN: the exception was taken to the secure state. */
const TAKEN_SECURE = 1;

/** Not captured although the processor has them, by a handler that ran where they cannot be read. */
function secureRegisters({ system, threads }: Dump): readonly string[] {
  const { cpuid } = system;
  const excReturn = threads[0]?.registers['exc_return'];
  if (cpuid === undefined || !WITH_SECURE_FAULT.has((cpuid >>> 4) & 0xfff)) return [];
  if (excReturn === undefined || (excReturn & TAKEN_SECURE) !== 0) return [];
  return ['sfsr', 'sfar'].filter((name) => system[name] === undefined);
}
