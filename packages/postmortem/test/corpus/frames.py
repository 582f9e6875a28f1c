# Run inside gdb: prints the frames and variables of the core's first thread as one line of JSON.
import gdb
import json

MAX_DEPTH = 6
MAX_ELEMENTS = 64
# An internal error of gdb comes as an interrupt.
ERRORS = (gdb.error, gdb.MemoryError, RuntimeError, ValueError, OverflowError, KeyboardInterrupt)


def unavailable(name):
    return {'name': name, 'unavailable': True, 'children': []}


def variable(name, value, depth):
    out = {'name': name, 'unavailable': False, 'children': []}
    try:
        if value.is_optimized_out:
            return unavailable(name)
        kind = value.type.strip_typedefs()
        code = kind.code
        out['size'] = kind.sizeof
        out['type'] = str(kind)[:80]
        if code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
            out['integer'] = str(int(value.referenced_value().address))
        elif code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            if depth < MAX_DEPTH:
                out['children'] = [member(value, field, depth + 1) for field in kind.fields() if hasattr(field, 'bitpos')]
            out['whole'] = True
        elif code == gdb.TYPE_CODE_ARRAY:
            low, high = kind.range()
            if depth < MAX_DEPTH:
                out['children'] = [variable('[%d]' % i, value[i], depth + 1) for i in range(low, min(high, low + MAX_ELEMENTS - 1) + 1)]
            out['whole'] = True
        elif code == gdb.TYPE_CODE_FLT:
            out['real'] = repr(float(value))
        elif '<' in value.format_string(symbols=False) and 'optimized out' in value.format_string(symbols=False):
            return unavailable(name)
        else:
            out['integer'] = str(int(value))
    except ERRORS as why:
        out = unavailable(name)
        out['why'] = str(why)[:120]
    return out


def member(value, field, depth):
    try:
        found = variable(field.name or '', value[field], depth)
        if field.bitsize == 0 and isinstance(field.bitpos, int):
            found['offset'] = field.bitpos // 8
        return found
    except ERRORS:
        return unavailable(field.name or '')


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
                except ERRORS as why:
                    one = unavailable(symbol.name)
                    one['why'] = str(why)[:120]
                    out.append(one)
        if block.function is not None:
            break
        block = block.superblock
    return out


frames = []
frame = gdb.newest_frame()
while frame is not None and len(frames) < 100:
    sal = frame.find_sal()
    frames.append({
        'function': frame.name(),
        'file': sal.symtab.filename.split('/')[-1] if sal.symtab else None,
        'line': sal.line,
        'pc': frame.pc(),
        'inlined': frame.type() == gdb.INLINE_FRAME,
        'variables': variables(frame),
    })
    try:
        frame = frame.older()
    except ERRORS:
        break
print('\nGDB-FRAMES ' + json.dumps(frames))
