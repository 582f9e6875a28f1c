import type { MissingSymbols, SymbolFile } from '@noinit/api';
import type { MissingSymbolsRow, SymbolRow } from '@noinit/store';
import { timeText } from './times.ts';
import { uploadCommand } from './upload-command.ts';

export function symbolFile({ uploadedAt, ...row }: SymbolRow): SymbolFile {
  return { ...row, uploadedAt: timeText(uploadedAt) };
}

export function missingSymbols(
  row: MissingSymbolsRow,
  origin: { readonly project: string; readonly url: string },
): MissingSymbols {
  return { ...row, command: uploadCommand(row.build, origin) };
}
