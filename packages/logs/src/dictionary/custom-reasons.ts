/** A build's own reboot reasons by value. */
import type { CustomReason, CustomReasons } from '@noinit/model';
import type { ReasonDescriptor } from './descriptor.ts';

/** Files that include the same list leave the same descriptor each; a value with several names is ambiguous, and says so. */
export function collectReasons(descriptors: readonly ReasonDescriptor[]): CustomReasons {
  const reasons = new Map<number, CustomReason>();
  for (const descriptor of descriptors) reasons.set(descriptor.value, joined(reasons.get(descriptor.value), descriptor));
  return reasons;
}

/** Of two help texts for one name the first is as good as the other. */
function joined(known: CustomReason | undefined, { name, help }: ReasonDescriptor): CustomReason {
  if (known === undefined) return { kind: 'named', name, help };
  const names = known.kind === 'named' ? [known.name] : known.names;
  return names.includes(name) ? known : { kind: 'ambiguous', names: [...names, name].sort() };
}
