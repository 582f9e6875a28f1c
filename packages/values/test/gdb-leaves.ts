/** What gdb says about the variables of a program file, as a list of numbers. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface GdbLeaf {
  /** `nested.path[1][2].x`; base classes by their names. */
  readonly path: string;
  readonly kind: 'integer' | 'enum' | 'float' | 'other' | 'error';
  /** The number; of an enum the number, a space and gdb's text. */
  readonly text: string;
}

const SCRIPT = `
import gdb, json
def leaves(path, value, out, depth):
    try:
        kind = value.type.strip_typedefs()
        code = kind.code
        if depth > 8 or len(out) > 3000:
            return
        if code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            for field in kind.fields():
                if hasattr(field, 'bitpos'):
                    leaves(path + '.' + (field.name or '<anonymous>'), value[field], out, depth + 1)
        elif code == gdb.TYPE_CODE_ARRAY:
            low, high = kind.range()
            for index in range(low, min(high, low + 99) + 1):
                leaves('%s[%d]' % (path, index), value[index], out, depth + 1)
        elif code == gdb.TYPE_CODE_FLT:
            out.append([path, 'float', str(value)])
        elif code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
            out.append([path, 'integer', str(int(value.referenced_value().address))])
        elif code == gdb.TYPE_CODE_ENUM:
            out.append([path, 'enum', str(int(value)) + ' ' + str(value)])
        elif code in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_CHAR, gdb.TYPE_CODE_BOOL, gdb.TYPE_CODE_PTR):
            out.append([path, 'integer', str(int(value))])
        else:
            out.append([path, 'other', str(value)])
    except (gdb.error, gdb.MemoryError) as error:
        out.append([path, 'error', str(error)])
out = []
for name in NAMES:
    try:
        leaves(name, gdb.parse_and_eval("'%s'" % name if '::' in name else name), out, 0)
    except gdb.error as error:
        out.append([name, 'error', str(error)])
print('\\nLEAVES ' + json.dumps(out))
`;

/** Initial values of the named variables, wholes taken apart. */
export function readGdbLeaves(elfPath: string, names: readonly string[]): readonly GdbLeaf[] {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-leaves-'));
  try {
    const script = join(folder, 'leaves.py');
    writeFileSync(script, `NAMES = ${JSON.stringify(names)}\n${SCRIPT}`);
    const args = ['-q', '-nx', '-batch', '-iex', 'set debuginfod enabled off', '-x', script, elfPath];
    const { stdout, stderr } = spawnSync('gdb-multiarch', args, { encoding: 'utf8', timeout: 30_000, maxBuffer: 1 << 26 });
    const line = stdout.split('\n').find((text) => text.startsWith('LEAVES '));
    if (line === undefined) throw new Error(`gdb gave no values: ${stdout}${stderr}`);
    const found = JSON.parse(line.slice('LEAVES '.length)) as [string, GdbLeaf['kind'], string][];
    return found.map(([path, kind, text]) => ({ path, kind, text }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
