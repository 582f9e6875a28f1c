interface BarProps {
  readonly value: number;
  readonly of: number;
  readonly tone?: 'bad' | 'calm';
}

/** A bar beside a number that says the same: decoration for the eye, hidden from screen readers. */
export function Bar({ value, of, tone = 'bad' }: BarProps) {
  const share = of > 0 ? Math.min(100, Math.max(value > 0 ? 1 : 0, (value / of) * 100)) : 0;
  return (
    <svg className={`bar ${tone}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-ground" width="100" height="8" />
      <rect className="bar-value" width={share} height="8" />
    </svg>
  );
}
