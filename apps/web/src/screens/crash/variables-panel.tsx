import type { TraceGap, TraceThread, Variable } from '@noinit/model';
import { useMemo } from 'react';
import { visibleText } from '../../format/text.ts';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { hrefWith, navigate, useAddress } from '../../routing/location.ts';
import { frameName, isCode, placeText } from '../../trace/stack.ts';
import { type TreeState, visibleRows } from '../../trace/variable-tree.ts';
import { unknownText } from '../../trace/words.ts';
import { useNamedVariable } from './named-variable.ts';
import type { TreeStates } from './tree-states.ts';
import { VariableDetail } from './variable-detail.tsx';
import { VariableTree } from './variable-tree.tsx';

interface VariablesPanelProps {
  readonly thread: TraceThread;
  readonly threadIndex: number;
  readonly frameIndex: number | undefined;
  readonly states: TreeStates;
  /** Why none of this trace is known; undefined where that is not so. */
  readonly gap: TraceGap | undefined;
}

/** The variables of the selected stack frame. */
export function VariablesPanel({ thread, threadIndex, frameIndex, states, gap }: VariablesPanelProps) {
  const frame = frameIndex === undefined ? undefined : thread.frames[frameIndex];
  if (frame === undefined || !isCode(frame)) {
    return (
      <Panel title="Variables">
        <Nothing>There is no code in this stack whose variables could be read.</Nothing>
      </Panel>
    );
  }
  const title = (
    <>
      Variables of <code>{visibleText(frameName(frame))}</code>
    </>
  );
  return (
    <Panel title={title} side={<code className="faint">{visibleText(placeText(frame) ?? frame.pc)}</code>}>
      {frame.variables.length === 0 && (
        <Nothing>{gap ? `${unknownText(gap.why)}: ${visibleText(gap.detail)}` : whyNone(frame)}</Nothing>
      )}
      {frame.variables.length > 0 && (
        <Tree
          name={`${threadIndex}/${frameIndex}`}
          parameter="var"
          label="Variables"
          variables={frame.variables}
          states={states}
        />
      )}
    </Panel>
  );
}

/** Variables outside of any function. */
export function GlobalsPanel({ variables, states }: { readonly variables: readonly Variable[]; readonly states: TreeStates }) {
  if (variables.length === 0) return null;
  return (
    <Panel title="Globals">
      <Tree name="globals" parameter="global" label="Globals" variables={variables} states={states} />
    </Panel>
  );
}

interface TreeProps {
  readonly name: string;
  /** The query parameter that names the selected variable. */
  readonly parameter: string;
  readonly label: string;
  readonly variables: readonly Variable[];
  readonly states: TreeStates;
}

function Tree({ name, parameter, label, variables, states }: TreeProps) {
  const selected = useAddress().query.get(parameter) ?? undefined;
  const state = states.get(name);
  const setState = (next: TreeState) => states.set(name, next);
  const rows = useMemo(() => visibleRows(variables, state), [variables, state]);
  useNamedVariable({ name, variables, selected, state, setState });
  const select = (path: string) => navigate(hrefWith({ [parameter]: path }), 'replace');
  const row = rows.find(({ path }) => path === selected);
  return (
    <>
      <VariableTree label={label} rows={rows} state={state} setState={setState} selected={selected} select={select} />
      {row?.kind === 'variable' && <VariableDetail path={row.path} variable={row.variable} />}
    </>
  );
}

function whyNone(frame: { readonly function?: string; readonly kind: string }): string {
  if (frame.function === undefined) return 'Without symbols there are no variables, only registers and addresses.';
  return 'The debug information lists no parameters and no local variables here.';
}
