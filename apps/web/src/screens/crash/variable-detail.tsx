import type { Variable } from '@noinit/model';
import { visibleText } from '../../format/text.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Fact, Facts } from '../../parts/facts.tsx';
import { numberBases, spacedBytes } from '../../trace/raw-bytes.ts';
import { isNumber, unknownText } from '../../trace/words.ts';

/** Bytes listed of a large variable; the rest is in the dump. */
const MAX_BYTES = 64;

/** All that is known about the selected variable: where it was, its bytes, its number in other bases. */
export function VariableDetail({ path, variable }: { readonly path: string; readonly variable: Variable }) {
  return (
    <div className="variable-detail">
      <div className="variable-path">
        <code className="strong">{visibleText(path)}</code>
        {'value' in variable && (
          <CopyButton className="button small" text={() => `${path} = ${variable.value}`}>
            Copy
          </CopyButton>
        )}
      </div>
      <Facts>
        <CodeFact name="Type" text={variable.type} />
        {variable.address !== undefined && <CodeFact name="Address" text={variable.address} />}
        <Value variable={variable} />
      </Facts>
    </div>
  );
}

function Value({ variable }: { readonly variable: Variable }) {
  if ('unknown' in variable) {
    const { why, detail } = variable.unknown;
    return (
      <Fact name="Value">
        {unknownText(why)}: {visibleText(detail)}
      </Fact>
    );
  }
  return (
    <>
      {variable.raw !== '' && <CodeFact name="Bytes" text={bytesText(variable.raw)} />}
      {isNumber(variable.kind) && <Bases raw={variable.raw} />}
    </>
  );
}

function Bases({ raw }: { readonly raw: string }) {
  const bases = numberBases(raw);
  if (bases === undefined) return null;
  return (
    <>
      <CodeFact name="Hexadecimal" text={bases.hex} />
      <CodeFact name="Unsigned" text={bases.decimal} />
      <CodeFact name="Binary" text={bases.binary} />
    </>
  );
}

function CodeFact({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <Fact name={name}>
      <code>{visibleText(text)}</code>
    </Fact>
  );
}

function bytesText(raw: string): string {
  const beyond = raw.length / 2 - MAX_BYTES;
  const shown = spacedBytes(raw.slice(0, 2 * MAX_BYTES));
  return beyond > 0 ? `${shown} … ${beyond} more` : shown;
}
