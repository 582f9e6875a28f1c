/** Our own program in several files, written as for Zephyr: pump/. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from './programs.ts';

const FOLDER = fileURLToPath(new URL('./pump', import.meta.url));

export function pumpWith(name: string, options: readonly string[]): Program {
  const files = readdirSync(FOLDER).map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')] as const);
  return { name: `pump-${name}`, files: Object.fromEntries(files), options: [ZEPHYR_OPTIONS, ...options] };
}

/** What the UART shows with `<level>`; the instance `outlet` has only warnings and errors. */
export const PUMP_TEXT = `<inf> pump: logged before anything was started
<dbg> pump.inlet: open by 40%
<dbg> pump: inlet: 4.25 bar of 1099511627776 samples
<wrn> pump: 425 kPa
<wrn> pump.outlet: closing in a hurry
<err> pump.outlet: position
                   00 3c                                            |.<               
raw ok
<err> pump: stopping
<err> pump: stopped
`;

/** In minimal mode the first letter of the level, and neither source nor stamp. */
export const PUMP_MINIMAL = `I: logged before anything was started
D: open by 40%
D: inlet: 4.25 bar of 1099511627776 samples
W: 425 kPa
W: closing in a hurry
E: position
E: 00 3c                   |.<      
raw ok
E: stopping
E: stopped
`;

const ZEPHYR_OPTIONS = '-DNOINIT_CONFIG_FILE="noinit_zephyr_config.h"';
