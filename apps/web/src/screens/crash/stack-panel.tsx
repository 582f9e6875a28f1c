import type { CodeFrame, ExceptionFrame, Trace, TraceFrame, TraceThread } from '@noinit/model';
import { useState } from 'react';
import { countOf } from '../../format/number.ts';
import { fileName, visibleText } from '../../format/text.ts';
import { Chip } from '../../parts/chip.tsx';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { Link } from '../../routing/link.tsx';
import { hrefWith } from '../../routing/location.ts';
import { isCode, placeText, threadNotes } from '../../trace/stack.ts';

interface StackPanelProps {
  readonly trace: Trace;
  readonly thread: TraceThread;
  readonly threadIndex: number;
  readonly frameIndex: number | undefined;
}

/** Frames listed at first: a runaway recursion has hundreds. */
const FIRST_FRAMES = 40;

/** The stack frames of a thread, innermost first. Each is a link: the selected one is part of the address. */
export function StackPanel({ trace, thread, threadIndex, frameIndex }: StackPanelProps) {
  return (
    <Panel title="Stack" side={visibleText(thread.name)}>
      {trace.threads.length > 1 && <Threads threads={trace.threads} selected={threadIndex} />}
      {thread.frames.length === 0 && <Nothing>No stack frame could be recovered.</Nothing>}
      <Frames frames={thread.frames} selected={frameIndex} />
      {thread.end !== undefined && <p className="stack-end">The stack ends here: {visibleText(thread.end)}</p>}
    </Panel>
  );
}

function Frames({ frames, selected }: { readonly frames: readonly TraceFrame[]; readonly selected: number | undefined }) {
  const [isAsked, setAsked] = useState(false);
  const isWhole = isAsked || (selected ?? 0) >= FIRST_FRAMES;
  const shown = isWhole ? frames : frames.slice(0, FIRST_FRAMES);
  return (
    <>
      <ol className="stack">
        {shown.map((frame, index) => {
          // Frames have no name of their own: their place in the stack is what they are.
          const key = `${index} ${frame.pc}`;
          if (!isCode(frame)) return <ExceptionItem key={key} frame={frame} index={index} />;
          return <FrameItem key={key} frame={frame} index={index} isSelected={index === selected} />;
        })}
      </ol>
      {shown.length < frames.length && (
        <div className="more">
          <button type="button" className="button" onClick={() => setAsked(true)}>
            Show {countOf(frames.length - shown.length, 'outer frame')}
          </button>
        </div>
      )}
    </>
  );
}

function Threads({ threads, selected }: { readonly threads: readonly TraceThread[]; readonly selected: number }) {
  return (
    <ul className="threads" aria-label="Threads">
      {threads.map((thread, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat; the place in the trace is what a thread is
        <li key={`${index} ${thread.name}`}>
          <Link
            replace
            href={hrefWith({ thread: String(index), frame: undefined, var: undefined })}
            aria-current={index === selected ? 'true' : undefined}
          >
            {visibleText(thread.name)}
            {thread.crashed && <span className="thread-state bad-text"> crashed</span>}
            {threadNotes(thread).map((note) => (
              <span key={note} className="thread-state">
                {' '}
                {visibleText(note)}
              </span>
            ))}
          </Link>
        </li>
      ))}
    </ul>
  );
}

interface FrameItemProps {
  readonly frame: CodeFrame;
  readonly index: number;
  readonly isSelected: boolean;
}

function FrameItem({ frame, index, isSelected }: FrameItemProps) {
  const doubtful = frame.doubtful !== undefined || frame.kind === 'scanned';
  return (
    <li className={`frame ${frame.kind} ${doubtful ? 'doubtful' : ''}`}>
      <Link
        replace
        className="frame-link"
        href={hrefWith({ frame: String(index), var: undefined })}
        aria-current={isSelected ? 'true' : undefined}
      >
        <span className="frame-index">{index}</span>
        <span className="frame-function">
          {frame.function === undefined ? <NoSymbol pc={frame.pc} /> : visibleText(frame.function)}
          <FrameKind kind={frame.kind} />
        </span>
        <FramePlace frame={frame} />
        {frame.doubtful !== undefined && <span className="frame-doubt warn-text">Doubtful: {visibleText(frame.doubtful)}</span>}
      </Link>
    </li>
  );
}

function NoSymbol({ pc }: { readonly pc: string }) {
  return (
    <>
      {visibleText(pc)} <span className="faint">no symbol</span>
    </>
  );
}

function FramePlace({ frame }: { readonly frame: CodeFrame }) {
  if (frame.file === undefined)
    return <span className="frame-place">{frame.function !== undefined && visibleText(frame.pc)}</span>;
  return (
    <span className="frame-place" title={visibleText(placeText(frame) ?? '')}>
      {visibleText(fileName(frame.file))}
      {frame.line !== undefined && <b>:{frame.line}</b>}
    </span>
  );
}

function FrameKind({ kind }: { readonly kind: CodeFrame['kind'] }) {
  if (kind === 'inlined') return <Chip title="The compiler put this function’s code into its caller">inlined</Chip>;
  if (kind !== 'scanned') return null;
  return (
    <Chip tone="warn" title="Found by looking through the stack for return addresses, not by unwinding">
      found by scanning
    </Chip>
  );
}

function ExceptionItem({ frame, index }: { readonly frame: ExceptionFrame; readonly index: number }) {
  return (
    <li className="frame exception">
      <span className="frame-index">{index}</span>
      <span>
        <strong>{visibleText(frame.exception)}</strong> interrupted the code below
        {frame.doubtful !== undefined && <span className="warn-text"> (doubtful: {visibleText(frame.doubtful)})</span>}
      </span>
    </li>
  );
}
