/** The heart: what happened, where, with which values, and what the device said before. */
import type { CrashDetail } from '@noinit/api';
import type { Trace, TraceFrame } from '@noinit/model';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useProject } from '../../data/project.ts';
import { useCrash } from '../../data/queries.ts';
import { useAnnounce } from '../../parts/announcer.tsx';
import { Answered } from '../../parts/answered.tsx';
import { useCopy } from '../../parts/copy-button.tsx';
import { useShortcuts } from '../../parts/shortcuts.tsx';
import { hrefWith, navigate, useAddress } from '../../routing/location.ts';
import { renderMarkdown, renderText } from '../../trace/report.ts';
import { pickFrame, pickThread, stepFrame } from '../../trace/stack.ts';
import { CrashHead } from './crash-head.tsx';
import { DamagePanel } from './damage-panel.tsx';
import { GapsPanel } from './gaps-panel.tsx';
import { KindBanner } from './kind-banner.tsx';
import { LogPanel } from './log-panel.tsx';
import { neighbourHref } from './neighbour.ts';
import { RebootPanel } from './reboot-panel.tsx';
import { RegistersPanel } from './registers-panel.tsx';
import { StackPanel } from './stack-panel.tsx';
import { type TreeStates, useTreeStates } from './tree-states.ts';
import { GlobalsPanel, VariablesPanel } from './variables-panel.tsx';
import { WaitingBanner } from './waiting-banner.tsx';

const NO_FRAMES: readonly TraceFrame[] = [];

export function CrashScreen({ id }: { readonly id: string }) {
  const states = useTreeStates();
  return (
    <Answered answer={useCrash(id)} what="the crash">
      {(crash) => <Crash crash={crash} states={states} />}
    </Answered>
  );
}

function Crash({ crash, states }: { readonly crash: CrashDetail; readonly states: TreeStates }) {
  useAnnouncedExplanation(crash);
  useCrashKeys(crash);
  const log = <LogPanel key={crash.id} crash={crash} />;
  return (
    <>
      <CrashHead crash={crash} />
      <KindBanner kind={crash.kind} />
      {crash.waiting && <WaitingBanner waiting={crash.waiting} />}
      <div className="crash-grid">
        {crash.trace ? <TraceView trace={crash.trace} states={states} log={log} /> : <div className="crash-values">{log}</div>}
        <RebootPanel reboot={crash.reboot} />
        {crash.trace && <RegistersPanel registers={crash.trace.registers} />}
      </div>
      {crash.trace?.globals && <GlobalsPanel variables={crash.trace.globals} states={states} />}
      {crash.trace?.unknown && crash.trace.unknown.length > 0 && <GapsPanel gaps={crash.trace.unknown} />}
      {crash.trace && crash.trace.damage.length > 0 && <DamagePanel damage={crash.trace.damage} />}
    </>
  );
}

interface TraceViewProps {
  readonly trace: Trace;
  readonly states: TreeStates;
  /** Stands below the variables. */
  readonly log: ReactNode;
}

function TraceView({ trace, states, log }: TraceViewProps) {
  const selection = useSelection(trace);
  if (selection === undefined) return <div className="crash-values">{log}</div>;
  const { thread, threadIndex, frameIndex } = selection;
  const gap = trace.unknown?.find(({ what }) => what.includes('variables'));
  return (
    <>
      <StackPanel trace={trace} thread={thread} threadIndex={threadIndex} frameIndex={frameIndex} />
      <div className="crash-values">
        <VariablesPanel thread={thread} threadIndex={threadIndex} frameIndex={frameIndex} states={states} gap={gap} />
        {log}
      </div>
    </>
  );
}

/** The thread and the stack frame that the address names, else where one would look first. */
function useSelection(trace: Trace) {
  const { query } = useAddress();
  const thread = pickThread(trace, readIndex(query.get('thread')));
  const frames = thread?.frames ?? NO_FRAMES;
  const frameIndex = pickFrame(frames, readIndex(query.get('frame')));
  useFrameKeys(frames, frameIndex);
  return thread && { thread, threadIndex: trace.threads.indexOf(thread), frameIndex };
}

function readIndex(text: string | null): number | undefined {
  return text !== null && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

/** `j` and `k` walk the stack. */
function useFrameKeys(frames: readonly TraceFrame[], selected: number | undefined): void {
  const shortcuts = useMemo(() => {
    const go = (step: 1 | -1) => () => {
      const frame = selected === undefined ? undefined : stepFrame(frames, selected, step);
      if (frame !== undefined) navigate(hrefWith({ frame: String(frame), var: undefined }), 'replace');
    };
    return { j: go(1), k: go(-1) };
  }, [frames, selected]);
  useShortcuts(shortcuts);
}

/** `[` and `]` step through the issue, `c` and `t` copy the report, `y` the address. */
function useCrashKeys(crash: CrashDetail): void {
  const project = useProject();
  const copy = useCopy();
  const shortcuts = useMemo(() => {
    const go = (id: string | null) => () => {
      if (id !== null) navigate(neighbourHref(project, id));
    };
    return {
      '[': go(crash.previous),
      ']': go(crash.next),
      c: () => void copy(renderMarkdown(crash, location.href)),
      t: () => void copy(renderText(crash, location.href)),
      y: () => void copy(location.href),
    };
  }, [project, copy, crash]);
  useShortcuts(shortcuts);
}

function useAnnouncedExplanation(crash: CrashDetail): void {
  const announce = useAnnounce();
  const [before, setBefore] = useState({ id: crash.id, explained: crash.explained });
  useEffect(() => {
    if (before.id === crash.id && before.explained === crash.explained) return;
    if (before.id === crash.id && crash.explained) announce('The crash is explained now.');
    setBefore({ id: crash.id, explained: crash.explained });
  }, [announce, before, crash.id, crash.explained]);
}
