/** The dump shows a fault handler, and not what it interrupted. */
import { judgeByStatus } from './by-status.ts';
import { exceptionText } from './exception-text.ts';
import { describePlace, type Scene } from './scene.ts';
import type { Verdict } from './verdict.ts';

/** The class is what the status bits say; their sentences would name a place that is not known. */
export function judgeHandler(scene: Scene): Verdict | undefined {
  const { handler } = scene;
  if (!handler) return undefined;
  const status = judgeByStatus(scene, '');
  const sentence = `${exceptionText(scene) ?? 'A fault'} was handled in ${describePlace(handler)}; where it came from was not captured.`;
  if (!status) return { class: 'fault', sentence, confidence: 'unsure' };
  return {
    class: status.class,
    sentence,
    confidence: 'likely',
    ...(status.address !== undefined && { address: status.address }),
  };
}
