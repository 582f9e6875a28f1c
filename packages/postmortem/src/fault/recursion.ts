/** Which function called itself, directly or through others, until the stack was full. */
import type { CodeFrame, TraceFrame } from '@noinit/model';

export interface Recursion {
  /** Its innermost activation. */
  readonly frame: CodeFrame & { readonly function: string };
  /** How often it stands on the stack. */
  readonly depth: number;
}

/** Fewer activations than this may be anything. */
const MIN_DEPTH = 3;

/** The function that stands on the stack most often; of several equally often, the innermost. */
export function findRecursion(frames: readonly TraceFrame[]): Recursion | undefined {
  const byFunction = new Map<string, { frame: Recursion['frame']; depth: number }>();
  for (const frame of frames) {
    if (frame.kind === 'exception' || frame.function === undefined) continue;
    const seen = byFunction.get(frame.function);
    if (seen) seen.depth += 1;
    else byFunction.set(frame.function, { frame: { ...frame, function: frame.function }, depth: 1 });
  }
  const deepest = [...byFunction.values()].reduce<Recursion | undefined>(
    (most, each) => (each.depth > (most?.depth ?? 0) ? each : most),
    undefined,
  );
  return deepest && deepest.depth >= MIN_DEPTH ? deepest : undefined;
}
