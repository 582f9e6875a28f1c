import type { Variable } from '@noinit/model';
import { visibleText } from '../../format/text.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { type Fact, Facts } from '../../parts/facts.tsx';
import { numberBases, spacedBytes } from '../../trace/raw-bytes.ts';
import { isNumber, unknownText } from '../../trace/words.ts';

/** Bytes listed of a large variable; the rest is in the dump. */
const MAX_BYTES = 64;

/** All that is known about the selected variable: where it was, its bytes, its number in other bases. */
export function VariableDetail({ path, variable }: { readonly path: string; readonly variable: Variable }) {
  return (
    <div className="variable-detail">
      <div className="variable-path">
        <code className="strong break">{visibleText(path)}</code>
        {'value' in variable && (
          <CopyButton className="button small" text={() => `${path} = ${variable.value}`}>
            Copy
          </CopyButton>
        )}
      </div>
      <Facts facts={detailFacts(variable)} />
    </div>
  );
}

function detailFacts(variable: Variable): readonly Fact[] {
  const place: readonly Fact[] = variable.address === undefined ? [] : [['Address', code(variable.address)]];
  const type: Fact = ['Type', code(variable.type)];
  if ('unknown' in variable) {
    const { why, detail } = variable.unknown;
    return [type, ...place, ['Value', `${unknownText(why)}: ${visibleText(detail)}`]];
  }
  return [type, ...place, ...bytesFacts(variable.raw), ...(isNumber(variable.kind) ? baseFacts(variable.raw) : [])];
}

function bytesFacts(raw: string): readonly Fact[] {
  if (raw === '') return [];
  const beyond = raw.length / 2 - MAX_BYTES;
  const shown = spacedBytes(raw.slice(0, 2 * MAX_BYTES));
  return [['Bytes', code(beyond > 0 ? `${shown} … ${beyond} more` : shown)]];
}

function baseFacts(raw: string): readonly Fact[] {
  const bases = numberBases(raw);
  if (bases === undefined) return [];
  return [
    ['Hexadecimal', code(bases.hex)],
    ['Unsigned', code(bases.decimal)],
    ['Binary', code(bases.binary)],
  ];
}

function code(text: string) {
  return <code className="break">{visibleText(text)}</code>;
}
