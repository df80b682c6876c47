import { useEffect, useState } from 'react';
import { call, explain, useAnswer, type AgentView, type AppView, type EventView, type Revisions, type ServiceView } from '../api.ts';
import { ago, bytes } from '../format.ts';
import { Agents } from '../parts/agents.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Deploy } from '../parts/deploy.tsx';
import { Deployments } from '../parts/deployments.tsx';
import { Logs } from '../parts/logs.tsx';
import { StatusPill } from '../parts/status.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { Place } from '../places.tsx';

type Act = (what: string, path: string, body?: unknown, method?: 'POST' | 'DELETE') => Promise<void>;

/** One app: what runs, what it uses, what it says, what happened, and everything that can be done about it. */
export function AppPage({ name, apps, agents, events }: { name: string; apps: AppView[] | undefined; agents: AgentView[]; events: EventView[] }) {
  const app = apps?.find((candidate) => candidate.name === name);
  const [message, setMessage] = useState<{ text: string; bad: boolean }>();
  const [busy, setBusy] = useState(false);
  const [deploying, setDeploying] = useState(false);
  useEffect(() => {
    if (message === undefined || message.bad) return undefined;
    const timer = setTimeout(() => setMessage(undefined), 6000);
    return () => clearTimeout(timer);
  }, [message]);
  if (apps === undefined) return <p className="quiet">Loading …</p>;
  if (app === undefined) return <p>There is no app called {name} (any more). <Place to="/">All apps</Place></p>;
  const act: Act = async (what, path, body, method = 'POST') => {
    setBusy(true);
    try {
      await call(method, `/v1/apps/${name}${path}`, body);
      setMessage({ text: `${what}: admitted`, bad: false });
    } catch (error) {
      setMessage({ text: `${what}: ${explain(error)}`, bad: true });
    }
    setBusy(false);
  };
  const own = agents.filter((agent) => agent.app === name);
  const happened = events.filter((event) => event.app === name);
  return (
    <>
      <div className="title-row">
        <div>
          <p className="crumbs"><Place to="/">Apps</Place> / {name}</p>
          <h1>{name} <StatusPill status={app.status} /></h1>
          {app.url && <a href={app.url} target="_blank" rel="noreferrer">{app.url}</a>}
        </div>
        <div className="controls" role="group" aria-label="Actions">
          {app.source && <button type="button" disabled={busy} onClick={() => setDeploying(true)}>Deploy again…</button>}
          <button type="button" disabled={busy || app.desired !== 'running'} onClick={() => void act('Restart', '/restart', {})}>Restart</button>
          {app.desired === 'running'
            ? <Confirm label="Stop" question={`Stop ${name}?`} busy={busy} choices={[{ label: 'Stop it', act: () => void act('Stop', '/stop', {}) }]} />
            : <button type="button" disabled={busy} onClick={() => void act('Start', '/start', {})}>Start</button>}
          <Confirm label="Remove" question={`Remove ${name}?`} busy={busy} danger choices={[
            { label: 'Remove, keep data', act: () => void act('Remove', '', undefined, 'DELETE') },
            { label: 'Remove with data', act: () => void act('Remove with data', '?volumes=true', undefined, 'DELETE') },
          ]} />
        </div>
      </div>
      {deploying && app.source && <Deploy name={name} location={app.source.location} onClose={() => setDeploying(false)} />}
      {message && <p className={`notice ${message.bad ? 'bad' : 'good'}`} role="status">{message.text}</p>}
      {!deploying && <Deployments version={happened[0]?.position ?? 0} app={name} />}
      {app.rollout && <RolloutNote app={app} />}
      <section aria-labelledby="services-title">
        <h2 id="services-title">Services</h2>
        <div className="scroll"><table className="stack">
          <thead><tr><th scope="col">Service</th><th scope="col">Status</th><th scope="col">Replicas</th><th scope="col">Command</th><th scope="col">Port</th><th scope="col">Limits</th><th scope="col">Restarts</th></tr></thead>
          <tbody>{app.services.map((service) => <ServiceRow key={service.name} service={service} busy={busy} act={act} />)}</tbody>
        </table></div>
      </section>
      <section aria-labelledby="agents-title"><h2 id="agents-title">Agents</h2><Agents agents={own} /></section>
      <section aria-labelledby="logs-title"><h2 id="logs-title">Output</h2><Logs app={name} services={app.services.map((service) => service.name)} /></section>
      <div className="columns">
        <section aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2><Timeline events={happened} limit={40} /></section>
        <section aria-labelledby="revisions-title"><h2 id="revisions-title">Revisions</h2><RevisionList app={app} busy={busy} act={act} version={happened[0]?.position ?? 0} /></section>
      </div>
    </>
  );
}

function RolloutNote({ app }: { app: AppView }) {
  const rollout = app.rollout!;
  if (rollout.state === 'succeeded') return null;
  const text = rollout.state === 'failed' ? `Revision ${rollout.revision} failed: ${rollout.reason}` : rollout.state === 'monitoring' ? `Revision ${rollout.revision} answers and is being watched.` : `Revision ${rollout.revision} is being started.`;
  return (
    <div className={`notice ${rollout.state === 'failed' ? 'bad' : 'busy'}`}>
      {text}
      {rollout.tail.length > 0 && <pre>{rollout.tail.join('\n')}</pre>}
    </div>
  );
}

function ServiceRow({ service, busy, act }: { service: ServiceView; busy: boolean; act: Act }) {
  const scale = (replicas: number) => void act(`Scale ${service.name} to ${replicas}`, '/scale', { service: service.name, replicas });
  const scalable = service.store === null && service.status !== 'completed';
  return (
    <tr>
      <th scope="row">{service.name}<div className="quiet">{service.store ?? service.kind}</div></th>
      <td data-label="Status"><StatusPill status={service.status} />{service.lastFailure && service.status !== 'ready' && <div className="quiet">{service.lastFailure}</div>}</td>
      <td data-label="Replicas">
        <span className="stepper">
          {scalable && <button type="button" disabled={busy || service.replicas === 0} aria-label={`One ${service.name} fewer`} onClick={() => scale(service.replicas - 1)}>−</button>}
          <span aria-label={`${service.ready} of ${service.replicas} ready`}>{service.ready}/{service.replicas}</span>
          {scalable && <button type="button" disabled={busy} aria-label={`One ${service.name} more`} onClick={() => scale(service.replicas + 1)}>+</button>}
        </span>
      </td>
      <td data-label="Command"><code title={service.command.join(' ')}>{service.command.map((word) => word.split('/').at(-1)).join(' ')}</code></td>
      <td data-label="Port">{service.port ?? '–'}</td>
      <td data-label="Limits">{limitsOf(service)}</td>
      <td data-label="Restarts">{service.restarts}</td>
    </tr>
  );
}

function RevisionList({ app, busy, act, version }: { app: AppView; busy: boolean; act: Act; version: number }) {
  const { data } = useAnswer<Revisions>(`/v1/apps/${app.name}/revisions`, { version });
  return (
    <ul className="revisions">
      {data?.revisions.map((revision) => (
        <li key={revision.number}>
          <span><strong>{revision.number}</strong> {revision.current && <span className="pill busy">current</span>} {revision.stable && <span className="pill good">stable</span>}
            <span className="quiet"> {ago(revision.admittedAt)} ago by {revision.actor}{revision.source.version ? `, ${revision.source.version.slice(0, 12)}` : ''}</span></span>
          {!revision.current && <button type="button" disabled={busy} onClick={() => void act(`Roll back to revision ${revision.number}`, '/rollback', { revision: revision.number })}>Roll back</button>}
        </li>
      ))}
    </ul>
  );
}

function limitsOf({ resources: { cpu, memory, pids } }: ServiceView): string {
  const limits = [memory !== null && bytes(memory), cpu !== null && `${cpu / 1000} cores`, pids !== null && `${pids} processes`].filter(Boolean);
  return limits.length === 0 ? 'none' : limits.join(', ');
}
