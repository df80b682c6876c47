import { useEffect, useState } from 'react';
import { explain, useAnswer, type EventView } from '../api.ts';
import type { MomentView, StateChange, StepView } from '../../src/api/memory-views.ts';
import { Place } from '../places.tsx';
import { StatusPill } from '../parts/status.tsx';

/** Milliseconds for which the slider has to rest before the moment is asked for, and for which a moment that plays is shown. */
const rest = 80;
const pace = 400;

/** The state at any position of the ledger: a slider over all events, stepped or played. Arrow keys on the slider step. */
export function Time({ head }: { head: number }) {
  const [chosen, setChosen] = useState<number>();
  const [playing, setPlaying] = useState(false);
  const position = Math.min(chosen ?? head, head);
  const settled = useSettled(position);
  const { data: moment, error } = useAnswer<MomentView>(head === 0 ? null : `/v1/time/at?at=${settled}`);
  const { data: step } = useAnswer<StepView>(head === 0 ? null : `/v1/time/step?from=${settled}&by=0`);
  // What is played is seen: the next moment waits for this one to be shown.
  const isShown = error !== undefined || (moment?.position === position && step?.position === position);
  useEffect(() => {
    if (!playing || !isShown) return undefined;
    const timer = setTimeout(() => setChosen(Math.min(position + 1, head)), pace);
    return () => clearTimeout(timer);
  }, [playing, isShown, position, head]);
  useEffect(() => {
    if (position === head) setPlaying(false);
  }, [position, head]);
  const go = (to: number) => {
    setPlaying(false);
    setChosen(Math.max(0, Math.min(head, to)));
  };
  return (
    <section aria-labelledby="time-title">
      <h1 id="time-title">Time</h1>
      <div className="controls time-controls">
        <button type="button" onClick={() => go(position - 1)} disabled={position === 0} aria-label="Step back">◀</button>
        <button type="button" onClick={() => (position === head && !playing ? (setChosen(0), setPlaying(true)) : setPlaying(!playing))}>{playing ? 'Pause' : 'Play'}</button>
        <button type="button" onClick={() => go(position + 1)} disabled={position === head} aria-label="Step forward">▶</button>
        <input type="range" min={0} max={head} value={position} aria-label="Position in the ledger" aria-valuetext={`#${position}${timeOf(moment, position)}`} onChange={(event) => go(Number(event.target.value))} />
        <output className="number">#{position} of {head}{timeOf(moment, position)}</output>
      </div>
      {error !== undefined && <p className="notice bad" role="alert">{explain(error)}</p>}
      {step?.event && <Step step={step} event={step.event} />}
      {moment && <Then moment={moment} />}
    </section>
  );
}

function Step({ step, event }: { step: StepView; event: EventView }) {
  return (
    <div className="card" aria-live="polite">
      <p className="what"><strong>{event.text}</strong> <span className="quiet">{event.actor} · #{event.position}</span></p>
      {step.changes.length === 0 ? <p className="quiet">It changed nothing.</p> : <ul className="changes">{step.changes.slice(0, 8).map((change) => <li key={change.path}><Change change={change} /></li>)}</ul>}
      {step.why.length > 1 && <details><summary className="quiet">because</summary><ol>{step.why.slice(0, -1).map((cause) => <li key={cause.position}>{cause.text} <span className="quiet">{cause.actor}</span></li>)}</ol></details>}
    </div>
  );
}

function Change({ change: { kind, path, before, after } }: { change: StateChange }) {
  // A decision is open while its outcome is not known.
  const [, decision] = /^open\.(\w+)$/.exec(path) ?? [];
  if (decision !== undefined) return <>decision <code>{decision.slice(0, 8)}</code> {kind === 'added' ? 'waits for its outcome' : 'has its outcome'}</>;
  const short = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 80);
  if (kind === 'changed') return <><code>{path}</code> {short(before)} → {short(after)}</>;
  return kind === 'added' ? <><code>{path}</code> is new</> : <><code>{path}</code> is gone</>;
}

function Then({ moment: { apps, agents } }: { moment: MomentView }) {
  if (apps.length === 0) return <p className="quiet">There was no app.</p>;
  return (
    <div className="scroll">
      <table className="stack">
        <caption>What there was</caption>
        <thead><tr><th scope="col">App</th><th scope="col">Status</th><th scope="col">Revision</th><th scope="col">Agents</th></tr></thead>
        <tbody>{apps.map((app) => (
          <tr key={app.name}>
            <th scope="row"><Place to={`/apps/${app.name}`}>{app.name}</Place></th>
            <td data-label="Status"><StatusPill status={app.status} /></td>
            <td data-label="Revision">{app.revision}</td>
            <td data-label="Agents"><p className="chips">{agents.filter((agent) => agent.app === app.name).map((agent) => <span key={agent.id} className="chip" title={agent.id}>{agent.service}/{agent.slot} {agent.state}</span>)}</p></td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

/** When it was, as far as that is known by now. */
function timeOf(moment: MomentView | undefined, position: number): string {
  return moment?.position === position && moment.time !== null ? ` · ${new Date(moment.time).toLocaleString()}` : '';
}

/** The value once it has not changed for a moment, so that dragging asks for few of the moments that it passes. */
function useSettled(value: number): number {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), rest);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
