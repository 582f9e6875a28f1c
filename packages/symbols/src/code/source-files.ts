/** The files of a line program as numbers of texts. */
import type { LineTable } from '@noinit/dwarf';
import type { TextTableBuilder } from '../columns/text-table.ts';

export class SourceFiles {
  private readonly table: LineTable | undefined;
  private readonly texts: TextTableBuilder;
  private readonly known: (number | undefined)[] = [];

  constructor(table: LineTable | undefined, texts: TextTableBuilder) {
    this.table = table;
    this.texts = texts;
  }

  /** The text of a file's path; 0 where the program has no such file. */
  text(file: number): number {
    const known = this.known[file];
    if (known !== undefined) return known;
    const path = this.table?.file(file);
    const text = path === undefined ? 0 : this.add(path);
    // A file number may be any number: only those of files are worth a place.
    if (path !== undefined) this.known[file] = text;
    return text;
  }

  private add(path: string): number {
    const slash = path.lastIndexOf('/') + 1;
    return this.texts.add(path.slice(0, slash), path.slice(slash));
  }
}
