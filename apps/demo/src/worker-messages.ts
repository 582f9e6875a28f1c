/** What the demo and its worker threads say to each other. */
import type { ResetReason } from './chip.ts';
import type { Version } from './firmware.ts';
import type { Stimulus } from './stimulus.ts';

export interface WorkerSettings {
  readonly server: string;
  readonly key: string;
  /** Board seconds a wall-clock second. */
  readonly speed: number;
  readonly devices: readonly { readonly serial: string; readonly room: number; readonly version: Version }[];
}

export type WorkerOrder =
  | { readonly kind: 'stimulus'; readonly serial: string; readonly stimulus: Stimulus }
  | { readonly kind: 'stop' };

export type WorkerReport =
  | { readonly kind: 'session'; readonly serial: string; readonly number: number }
  | { readonly kind: 'reset'; readonly serial: string; readonly reason: ResetReason };
