import { useEffect, useState } from 'react';
import { call, explain, useAnswer } from '../api.ts';
import type { AuditRecord, WhyView } from '../../src/api/memory-views.ts';
import { clockTime } from '../format.ts';
import { CauseGraph, rowHeight } from '../parts/cause-graph.tsx';

const page = 60;

/** The audit trail, newest first, with lines that lead from each entry to its cause. Arrow keys move through it. */
export function Audit({ version, apps }: { version: number; apps: readonly string[] }) {
  const [filter, setFilter] = useState({ app: '', outcome: '', kind: '' });
  const [records, setRecords] = useState<AuditRecord[]>([]);
  const [next, setNext] = useState<number | null>(null);
  const [error, setError] = useState<Error>();
  const [selected, setSelected] = useState<number>();
  const query = Object.entries(filter).filter(([, value]) => value !== '').map(([name, value]) => `&${name}=${encodeURIComponent(value)}`).join('');
  const read = (before: number | undefined, known: AuditRecord[]) =>
    call<{ records: AuditRecord[]; next: number | null }>('GET', `/v1/audit?limit=${page}${query}${before === undefined ? '' : `&before=${before}`}`).then((answer) => {
      setRecords([...known, ...answer.records]);
      setNext(answer.next);
      setError(undefined);
    }, (reason: Error) => setError(reason));
  useEffect(() => void read(undefined, []), [query, version]);
  const at = records.findIndex(({ position }) => position === selected);
  const move = (by: number) => {
    const to = records[Math.max(0, Math.min(records.length - 1, (at < 0 ? 0 : at) + by))];
    setSelected(to?.position);
    if (to) document.getElementById(`audit-${to.position}`)?.focus();
  };
  const select = (name: keyof typeof filter, label: string, options: readonly string[]) => (
    <label>{label} <select value={filter[name]} onChange={(event) => setFilter({ ...filter, [name]: event.target.value })}><option value="">all</option>{options.map((option) => <option key={option}>{option}</option>)}</select></label>
  );
  return (
    <section aria-labelledby="audit-title">
      <div className="title-row">
        <h1 id="audit-title">Audit</h1>
        <div className="controls">
          {select('app', 'App', apps)}
          {select('kind', 'Kind', ['deploy', 'rollback', 'scale', 'stop', 'start', 'remove', 'replace', 'correct', 'node', 'agent-exited', 'rollout-failed'])}
          {select('outcome', 'Outcome', ['held', 'failed', 'overtaken', 'open', 'refused', 'good', 'info', 'warning', 'bad'])}
        </div>
      </div>
      {error !== undefined && <p className="notice bad" role="alert">{explain(error)}</p>}
      <div className="audit">
        <CauseGraph records={records} selected={selected} />
        <ol className="audit-list" onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          move(event.key === 'ArrowDown' ? 1 : -1);
        }}>
          {records.map((record) => (
            <li key={record.position} style={{ height: rowHeight }}>
              <button type="button" id={`audit-${record.position}`} className="ghost" aria-expanded={record.position === selected} aria-controls="audit-why" onClick={() => setSelected(record.position)}>
                <span className={`pill ${toneOf(record.outcome)}`}>{record.outcome}</span> <span className="what">{record.text}</span> <span className="quiet nowrap">{record.actor} · {clockTime(record.time)} · #{record.position}</span>
              </button>
            </li>
          ))}
        </ol>
        <aside id="audit-why" aria-live="polite">{selected === undefined ? <p className="quiet">Choose an entry to see what led to it.</p> : <Why position={selected} record={records[at]} />}</aside>
      </div>
      {records.length === 0 && error === undefined && <p className="quiet">Nothing like that happened.</p>}
      {next !== null && <button type="button" onClick={() => void read(next, records)}>Older entries</button>}
    </section>
  );
}

function Why({ position, record }: { position: number; record: AuditRecord | undefined }) {
  const { data, error } = useAnswer<WhyView>(`/v1/why?event=${position}`);
  return (
    <div className="card">
      <h2>Why #{position}</h2>
      {record?.reason && <p>{record.reason}{record.confidence !== null && <span className="quiet"> · confidence {Math.round(record.confidence * 100)} %</span>}</p>}
      {error !== undefined && <p className="notice bad" role="alert">{explain(error)}</p>}
      <ol className="timeline">{data?.chain.map((event) => <li key={event.position} className={event.tone}><p className="line"><span className="what">{event.text}</span><span className="quiet when">{event.actor} · #{event.position}</span></p></li>)}</ol>
    </div>
  );
}

function toneOf(outcome: string): string {
  return { held: 'good', good: 'good', failed: 'bad', bad: 'bad', refused: 'warning', warning: 'warning' }[outcome] ?? '';
}
