/** What gdb says about a core file: frames and variables as data, through gdb's own Python. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface GdbFrame {
  readonly function: string | null;
  /** Last part of the path only. */
  readonly file: string | null;
  readonly line: number;
  readonly inlined: boolean;
  readonly variables: readonly GdbVariable[];
}

export interface GdbVariable {
  readonly name: string;
  /** A scalar's value; null for a whole or for what gdb cannot tell. */
  readonly integer: string | null;
  readonly real: number | null;
  readonly unavailable: boolean;
  readonly children: readonly GdbVariable[];
}

/** For scripts that gdb runs: `tell_frames()` prints the frames where gdb stands, as one line of JSON. */
export const GDB_FRAMES_SCRIPT = `
import gdb, json
def variable(name, value, depth):
    out = {'name': name, 'integer': None, 'real': None, 'unavailable': False, 'children': []}
    try:
        if value.is_optimized_out:
            out['unavailable'] = True
            return out
        kind = value.type.strip_typedefs().code
        if kind in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION) and depth < 6:
            out['children'] = [variable(f.name or '', value[f], depth + 1) for f in value.type.strip_typedefs().fields()]
        elif kind == gdb.TYPE_CODE_ARRAY and depth < 6:
            low, high = value.type.strip_typedefs().range()
            out['children'] = [variable('[%d]' % i, value[i], depth + 1) for i in range(low, min(high, low + 99) + 1)]
        elif kind == gdb.TYPE_CODE_FLT:
            out['real'] = float(value)
        else:
            out['integer'] = str(int(value))
    except (gdb.error, gdb.MemoryError):
        out['unavailable'] = True
    return out
def variables(frame):
    seen, out = set(), []
    try:
        block = frame.block()
    except RuntimeError:
        return out
    while block is not None:
        for symbol in block:
            if (symbol.is_variable or symbol.is_argument) and symbol.name not in seen:
                seen.add(symbol.name)
                try:
                    out.append(variable(symbol.name, symbol.value(frame), 0))
                except (gdb.error, gdb.MemoryError):
                    out.append({'name': symbol.name, 'integer': None, 'real': None, 'unavailable': True, 'children': []})
        if block.function is not None:
            break
        block = block.superblock
    return out
def tell_frames():
    frames, frame = [], gdb.newest_frame()
    while frame is not None and len(frames) < 100:
        sal = frame.find_sal()
        frames.append({'function': frame.name(), 'file': sal.symtab.filename.split('/')[-1] if sal.symtab else None, 'line': sal.line,
                       'inlined': frame.type() == gdb.INLINE_FRAME, 'variables': variables(frame)})
        try:
            frame = frame.older()
        except gdb.error:
            break
    print('\\nGDB-FRAMES ' + json.dumps(frames))
`;

/** `bt full` of the core's first thread, the innermost frame first. */
export function readGdbBacktrace(elfPath: string, core: Uint8Array): readonly GdbFrame[] {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-gdb-'));
  try {
    writeFileSync(join(folder, 'core'), core);
    writeFileSync(join(folder, 'frames.py'), `${GDB_FRAMES_SCRIPT}tell_frames()\n`);
    const args = ['-q', '-nx', '-batch', '-iex', 'set auto-load off', '-iex', 'set debuginfod enabled off'];
    // Debian's gdb takes programs for Linux's, where its own search for frames ends at code below 0x8000.
    args.push('-iex', 'set osabi none');
    // gdb reads whole 64-byte lines of stack and fills what the core lacks from the program file: wrong locals without this.
    args.push(
      '-ex',
      'set stack-cache off',
      '-ex',
      'set backtrace past-main on',
      '-ex',
      `core-file ${join(folder, 'core')}`,
      '-x',
      join(folder, 'frames.py'),
      elfPath,
    );
    const { stdout, stderr } = spawnSync('gdb-multiarch', args, { encoding: 'utf8', timeout: 30_000 });
    const line = stdout.split('\n').find((text) => text.startsWith('GDB-FRAMES '));
    if (line === undefined) throw new Error(`gdb gave no frames: ${stdout}${stderr}`);
    return JSON.parse(line.slice('GDB-FRAMES '.length)) as readonly GdbFrame[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
