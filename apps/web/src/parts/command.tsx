import { visibleText } from '../format/text.ts';
import { CopyButton } from './copy-button.tsx';

/** A shell command to paste. What is copied is what is shown: a device's text cannot hide a line in it. */
export function Command({ text }: { readonly text: string }) {
  const shown = visibleText(text);
  return (
    <div className="command">
      <code>{shown}</code>
      <CopyButton text={() => shown}>Copy</CopyButton>
    </div>
  );
}
