/** Units → columns: of one unit for a look-up, of all for the symbol cache. */
import { type LineTable, readLineTable, type Unit, unlessDamaged } from '@noinit/dwarf';
import { TextTableBuilder } from '../columns/text-table.ts';
import { CodeTable } from './code-table.ts';
import { LineBuilder, type Owners } from './line-builder.ts';
import type { LiveCode } from './live-code.ts';
import { ScopeBuilder } from './scope-builder.ts';
import { SegmentSweep } from './segment-sweep.ts';
import { SourceFiles } from './source-files.ts';

/** What a damaged unit cannot tell is left out. */
export function buildCodeTable(units: Iterable<Unit>, live: LiveCode): CodeTable {
  const texts = new TextTableBuilder();
  const scopes = new ScopeBuilder(live, texts);
  const lines = new LineBuilder(live);
  const programs = new Programs(live, texts, lines);
  /** Of each unit the number of its line program. */
  const programOf: number[] = [];
  for (const unit of units) {
    const { number, files } = programs.of(unit);
    unlessDamaged(
      () => scopes.add(unit, programOf.length, files),
      () => undefined,
    );
    programOf.push(number);
  }
  const segments = new SegmentSweep(scopes);
  const owners = programOf.length > 1 ? findOwners(segments, scopes, programOf) : undefined;
  const { columns, numbers } = scopes.finish();
  return new CodeTable({
    scopes: columns,
    segments: segments.columns(numbers),
    lines: lines.finish(owners),
    texts: texts.finish(),
  });
}

interface Program {
  readonly number: number;
  readonly files: SourceFiles;
}

/** Units of one compilation may share a line program. */
class Programs {
  private readonly live: LiveCode;
  private readonly texts: TextTableBuilder;
  private readonly lines: LineBuilder;
  private readonly known = new Map<number, Program>();
  private count = 0;

  constructor(live: LiveCode, texts: TextTableBuilder, lines: LineBuilder) {
    this.live = live;
    this.texts = texts;
    this.lines = lines;
  }

  of(unit: Unit): Program {
    const offset = unlessDamaged(
      () => unit.lineOffset,
      () => undefined,
    );
    const known = offset === undefined ? undefined : this.known.get(offset);
    if (known) return known;
    const table = unlessDamaged(
      () => this.read(unit),
      () => undefined,
    );
    const files = new SourceFiles(table, this.texts);
    const program = { number: this.count++, files };
    if (table) this.lines.add(table, program.number, files);
    if (offset !== undefined) this.known.set(offset, program);
    return program;
  }

  private read(unit: Unit): LineTable | undefined {
    const offset = unit.lineOffset;
    if (offset === undefined) return undefined;
    return readLineTable(unit.sections, offset, unit.header.addressSize, (start) => this.live.isLive(start));
  }
}

function findOwners(segments: SegmentSweep, scopes: ScopeBuilder, programOf: readonly number[]): Owners {
  const programs = new Int32Array(segments.innermost.length);
  segments.innermost.forEach((scope, index) => {
    programs[index] = programOf[scopes.units[scope] ?? -1] ?? -1;
  });
  return { starts: Float64Array.from(segments.starts), programs };
}
