/** What was wrong with bytes that a device wrote. Damage is data beside a result, never an exception. */
export interface Damage {
  /** Where, in bytes from the start of what was decoded. */
  readonly offset: number;
  readonly why: DamageCode;
  /** One sentence of facts for a person. */
  readonly detail: string;
}

export type DamageCode =
  | 'truncated'
  | 'checksum-mismatch'
  | 'malformed'
  | 'too-large'
  | 'too-deep'
  | 'unknown-kind'
  | 'unknown-version'
  | 'conflict'
  | 'missing-part';
