/** The dump of a build's crash. */
import type { Dump } from '@noinit/model';
import { parsePrintedDump } from '../printed-dump.ts';
import type { Build } from './parameters.ts';
import { viewDump } from './view-dump.ts';

export function dumpOf(build: Build, output: string): Dump {
  return viewDump(parsePrintedDump(output), build.view);
}
