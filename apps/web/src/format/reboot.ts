/** How a boot ended, in words that the pages and the copied reports share. Text of devices in it is as they sent it. */
import type { CodePlace, MarkSummary, RebootSummary } from '@noinit/api';
import { fileName } from './text.ts';
import { durationText, uptimeText } from './time.ts';

/** `wait_for_radio (radio.c:34)`, or the bare address. */
export function codePlaceText({ address, function: name, file, line }: CodePlace): string {
  if (name === undefined) return address;
  if (file === undefined) return name;
  return `${name} (${fileName(file)}${line === undefined ? '' : `:${line}`})`;
}

/** `00:00:04.210`, or `at least 00:00:04.000`. */
export function lastedText({ uptime, exact }: RebootSummary): string {
  return exact ? uptimeText(uptime) : `at least ${uptimeText(uptime)}`;
}

/** Why a length is no more than *at least*; undefined where it is exact. */
export function lengthReason({ exact, alive }: RebootSummary): string | undefined {
  if (exact) return undefined;
  if (alive === null) return 'The device did not say more exactly when the boot ended.';
  if (alive.interval === 0) return 'This is when the last sign of life came.';
  return `This is when the last sign of life came; they came every ${durationText(alive.interval)}.`;
}

/** The chip's own reason. `Unknown` is a port's word for a register whose bits say nothing, or nothing that it knows. */
export function hardwareText({ hardware }: RebootSummary): string {
  return hardware.reason === 'Unknown' ? 'no reason' : hardware.reason;
}

/** What became of a mark; undefined where it stands for itself. */
export function markNote(mark: MarkSummary): string | undefined {
  return mark.stale ? 'Stale: the reset that it announced did not come, so it does not count.' : undefined;
}

/** Why a reboot is unexpected although its reason is expected; undefined where there is nothing to explain. */
export function classNote({ expected, reason, later }: RebootSummary): string | undefined {
  const isReasonExpected = (reason.value & UNEXPECTED_BIT) === 0;
  if (expected || !isReasonExpected) return undefined;
  return `Unexpected all the same: ${later === null ? 'something else' : later.reason.name} struck after it.`;
}

/** Bit 15 of a reason on the wire. */
const UNEXPECTED_BIT = 0x8000;
