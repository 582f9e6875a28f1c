// Asks all there is to ask of the symbols of a file, at some addresses.
import { evaluateExpression } from '@noinit/dwarf';
import { NodeBudget, readGlobals, readVariables } from '@noinit/values';

const FRAME = {
  register: (register) => (0x2000_0000 + 4 * register) >>> 0,
  memory: (at, length) => (at < 0x3000_0000 && length <= 4096 ? new Uint8Array(length).fill(at & 0xff) : undefined),
  callFrameAddress: () => 0x2000_0100,
  frameBase: () => 0x2000_0100,
};
/** The fixtures' code lies in the first KiB or so. */
const ADDRESSES = Array.from({ length: 10 }, (_, index) => index * 62);
/** Bent types may lead to more types than any reader would follow. */
const MAX_TYPES = 80;
/** Nodes of one scope's values; a trace may have many more, and what goes wrong in them goes wrong in the first. */
const MAX_NODES = 150;
const MEMORY = { read: FRAME.memory };

/** @param {import('@noinit/symbols').Symbols} symbols */
export function askSymbols(symbols) {
  const seen = new Set();
  for (const pc of ADDRESSES) {
    for (const scope of symbols.locate(pc)) {
      readValues(symbols, scope, pc);
      for (const variable of symbols.variables(scope, pc)) visitVariable(variable, seen);
      symbols.variableAt(scope.handle, pc);
      for (const { place, value } of symbols.callArguments(scope, pc)) {
        if (place) evaluateExpression(place, FRAME);
        evaluateExpression(value, FRAME);
      }
    }
    askFrames(symbols, pc);
    symbols.symbolAt(pc);
    symbols.readConstant(pc, 16);
  }
  for (const variable of symbols.globals()) visitVariable(variable, seen);
  readGlobals({ symbols, memory: MEMORY, budget: new NodeBudget(MAX_NODES) });
  symbols.symbolNamed('main');
}

/** The value trees of a scope, as if it had called itself: what its caller passed is asked too. */
function readValues(symbols, scope, pc) {
  const frameBase = symbols.frameBase(scope, pc);
  const frame = {
    scope,
    pc,
    cfa: 0x2000_0100,
    machine: symbols.machine,
    registers: { get: FRAME.register },
    variableAt: (entry) => symbols.variableAt(entry, pc),
    ...(frameBase && { frameBase }),
  };
  const caller = { frame, arguments: symbols.callArguments(scope, pc) };
  frame.caller = caller;
  readVariables(frame, { symbols, memory: MEMORY, budget: new NodeBudget(MAX_NODES) });
}

/** Rows of call frame information and the expressions in them. */
export function askFrames(symbols, pc) {
  symbols.isCode(pc);
  for (const row of [symbols.unwindRow(pc), symbols.exceptionIndexRow(pc)]) if (row) askRow(row);
}

function askRow(row) {
  if (row.cfa.kind === 'expression') evaluateExpression(row.cfa.expression, FRAME);
  for (const rule of row.registers.values()) if (rule.expression) evaluateExpression(rule.expression, FRAME);
}

function visitVariable({ type, place }, seen) {
  if (place.kind === 'expression') evaluateExpression(place.expression, FRAME);
  visitType(type, seen);
}

function visitType(first, seen) {
  const open = [first];
  for (let type = open.pop(); type !== undefined && seen.size < MAX_TYPES; type = open.pop()) {
    if (seen.has(type)) continue;
    seen.add(type);
    open.push(...followers(type).filter((next) => next !== undefined));
  }
}

function followers(type) {
  switch (type.kind) {
    case 'struct':
    case 'union':
      return type.members().map((member) => member.type);
    case 'pointer':
      return [type.target()];
    case 'alias':
      return [type.target];
    case 'array':
      return [type.element];
    case 'enum':
      type.values();
      return [];
    default:
      return [];
  }
}
