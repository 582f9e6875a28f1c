import { visibleText } from '../format/text.ts';

export type Tone = 'bad' | 'warn' | 'good' | 'calm';

interface ChipProps {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children: string;
}

/** One word of state. The word says it; the colour only helps to find it. */
export function Chip({ tone = 'calm', title, children }: ChipProps) {
  return (
    <span className={`chip ${tone}`} title={title}>
      {visibleText(children)}
    </span>
  );
}
