import { useState } from 'react';
import { call, explain, useAnswer, type DoctorRow, type StatusView } from '../api.ts';
import { ago, bytes, cpu } from '../format.ts';
import { Confirm } from '../parts/confirm.tsx';

type NodeView = StatusView['nodes'][number];

/** What this machine is and can do, and whether agents may be placed on it. */
export function Machine({ status, refresh }: { status: StatusView | undefined; refresh: () => void }) {
  const { data, error } = useAnswer<{ rows: DoctorRow[] }>('/v1/doctor');
  const rows = data?.rows;
  const areas = [...new Set(rows?.map((row) => row.area) ?? [])];
  return (
    <section aria-labelledby="machine-title">
      <h1 id="machine-title">Machine</h1>
      {status && (
        <dl className="facts wide">
          <div><dt>Daemon</dt><dd>{status.version}, pid {status.pid}, up {ago(status.startedAt)}</dd></div>
          <div><dt>Ingress</dt><dd>{status.ingress.url ?? 'away'}{status.ingress.pid === null ? '' : `, pid ${status.ingress.pid}`}</dd></div>
          <div><dt>Ledger</dt><dd>{status.head} events</dd></div>
          <div><dt>Runs</dt><dd>{status.apps} {status.apps === 1 ? 'app' : 'apps'}, {status.agents} {status.agents === 1 ? 'agent' : 'agents'}</dd></div>
        </dl>
      )}
      {status?.nodes.map((node) => <Node key={node.name} node={node} onChange={refresh} />)}
      {error !== undefined && <p className="notice bad" role="alert">What works here could not be tried: {explain(error)}</p>}
      {rows === undefined && error === undefined && <p className="quiet">Trying out what works here …</p>}
      {areas.map((area) => (
        <table key={area} className="stack doctor">
          <caption>{area}</caption>
          <thead><tr><th scope="col">What</th><th scope="col">Works</th><th scope="col">Detail</th></tr></thead>
          <tbody>
            {rows?.filter((row) => row.area === area).map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td data-label="Works"><span className={`pill ${row.works === true ? 'good' : row.works === false ? 'warning' : ''}`}>{row.works === true ? 'yes' : row.works === false ? 'no' : 'unknown'}</span></td>
                <td data-label="Detail"><div>{row.detail}{row.remedy && <div className="quiet">{row.remedy}</div>}</div></td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </section>
  );
}

/** A node, and the ways to empty it and to fill it again. */
function Node({ node, onChange }: { node: NodeView; onChange: () => void }) {
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const set = async (availability: 'active' | 'cordoned' | 'drained') => {
    setBusy(true);
    setProblem(undefined);
    await call('POST', `/v1/nodes/${encodeURIComponent(node.name)}/availability`, { availability }).catch((error: unknown) => setProblem(explain(error)));
    setBusy(false);
    onChange();
  };
  return (
    <div className="card node">
      <div className="title-row">
        <div>
          <h2>{node.name} <span className={`pill ${node.availability === 'active' ? 'good' : 'warning'}`}>{node.availability}</span></h2>
          <span className="quiet">{cpu(node.usage?.cpu)} of {node.cpu / 1000} cores and {bytes(node.usage?.memory)} of {bytes(node.memory)} used by agents</span>
        </div>
        <div className="controls" role="group" aria-label={`Availability of ${node.name}`}>
          {node.availability === 'active'
            ? <button type="button" disabled={busy} onClick={() => void set('cordoned')}>Place nothing new</button>
            : <button type="button" disabled={busy} onClick={() => void set('active')}>Activate</button>}
          {node.availability !== 'drained' && <Confirm label="Drain" question={`Move all agents off ${node.name}?`} busy={busy} danger choices={[{ label: 'Drain it', act: () => void set('drained') }]} />}
        </div>
      </div>
      {problem && <p className="notice bad" role="alert">{problem}</p>}
    </div>
  );
}
