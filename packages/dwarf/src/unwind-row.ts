/** One evaluated row of call frame information (DWARF 5, 6.4.1). */
import type { Address } from '@noinit/model';
import type { Expression } from './expression/expression.ts';

/** Call frame information evaluated for one pc. Registers by DWARF number. */
export interface UnwindRow {
  /** First address of the function the row belongs to. */
  readonly start: Address;
  readonly cfa: CfaRule;
  readonly registers: ReadonlyMap<number, RegisterRule>;
  /** DWARF number of the column that holds the return address. */
  readonly returnAddressRegister: number;
  readonly signalFrame: boolean;
}

export type CfaRule =
  | { readonly kind: 'register'; readonly register: number; readonly offset: number }
  | { readonly kind: 'expression'; readonly expression: Expression };

export type RegisterRule =
  | { readonly kind: 'undefined' }
  | { readonly kind: 'same-value' }
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'value-offset'; readonly offset: number }
  | { readonly kind: 'register'; readonly register: number }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'value-expression'; readonly expression: Expression };
