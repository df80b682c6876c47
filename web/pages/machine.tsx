import { useAnswer, type DoctorRow, type StatusView } from '../api.ts';
import { ago, bytes } from '../format.ts';

/** What this machine is and can do. */
export function Machine({ status }: { status: StatusView | undefined }) {
  const { data } = useAnswer<{ rows: DoctorRow[] }>('/v1/doctor');
  const rows = data?.rows;
  const areas = [...new Set(rows?.map((row) => row.area) ?? [])];
  return (
    <section aria-labelledby="machine-title">
      <h1 id="machine-title">Machine</h1>
      {status && (
        <dl className="facts wide">
          <div><dt>Daemon</dt><dd>{status.version}, pid {status.pid}, up {ago(status.startedAt)}</dd></div>
          <div><dt>Ingress</dt><dd>{status.ingress.url ?? 'away'}{status.ingress.pid === null ? '' : `, pid ${status.ingress.pid}`}</dd></div>
          {status.nodes.map((node) => <div key={node.name}><dt>Node {node.name}</dt><dd>{node.cpu / 1000} cores, {bytes(node.memory)}, {node.availability}</dd></div>)}
          <div><dt>Ledger</dt><dd>{status.head} events</dd></div>
        </dl>
      )}
      {rows === undefined && <p className="quiet">Trying out what works here …</p>}
      {areas.map((area) => (
        <table key={area}>
          <caption>{area}</caption>
          <thead><tr><th scope="col">What</th><th scope="col">Works</th><th scope="col">Detail</th></tr></thead>
          <tbody>
            {rows?.filter((row) => row.area === area).map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td><span className={`pill ${row.works === true ? 'good' : row.works === false ? 'warning' : ''}`}>{row.works === true ? 'yes' : row.works === false ? 'no' : 'unknown'}</span></td>
                <td>{row.detail}{row.remedy && <><br /><span className="quiet">{row.remedy}</span></>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </section>
  );
}
