import { useState } from 'react';
import type { AgentView, AppView, EventView } from '../api.ts';
import { ago, bytes, cpu } from '../format.ts';
import { Deploy } from '../parts/deploy.tsx';
import { Deployments } from '../parts/deployments.tsx';
import { StatusPill } from '../parts/status.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { Place } from '../places.tsx';

/** All apps at a glance, and the way to a new one. */
export function Apps({ apps, agents, events }: { apps: AppView[] | undefined; agents: AgentView[]; events: EventView[] }) {
  const [deploying, setDeploying] = useState(false);
  return (
    <div className="columns">
      <section aria-labelledby="apps-title">
        <div className="title-row">
          <h1 id="apps-title">Apps</h1>
          <button type="button" className="primary" onClick={() => setDeploying(true)}>Deploy…</button>
        </div>
        {deploying && <Deploy onClose={() => setDeploying(false)} />}
        <Deployments version={events[0]?.position ?? 0} />
        {apps?.length === 0 && <Empty />}
        <ul className="cards">{apps?.map((app) => <AppCard key={app.name} app={app} agents={agents.filter((agent) => agent.app === app.name)} />)}</ul>
      </section>
      <aside aria-labelledby="recent-title">
        <h2 id="recent-title">Recently</h2>
        <Timeline events={events} limit={14} />
      </aside>
    </div>
  );
}

function AppCard({ app, agents }: { app: AppView; agents: AgentView[] }) {
  const total = (pick: (agent: AgentView) => number | null | undefined) => agents.reduce((sum, agent) => sum + (pick(agent) ?? 0), 0);
  const [ready, wanted] = app.services.reduce(([r, w], service) => [r + service.ready, w + service.replicas], [0, 0]);
  return (
    <li className="card">
      <div className="title-row">
        <h2><Place to={`/apps/${app.name}`}>{app.name}</Place></h2>
        <StatusPill status={app.status} />
      </div>
      {app.url && <a href={app.url} target="_blank" rel="noreferrer">{app.url.replace('http://', '')}</a>}
      <dl className="facts">
        <div><dt>Agents</dt><dd>{ready}/{wanted} ready</dd></div>
        <div><dt>CPU</dt><dd>{cpu(total((agent) => agent.usage?.cpu))}</dd></div>
        <div><dt>Memory</dt><dd>{bytes(total((agent) => agent.usage?.memory))}</dd></div>
        <div><dt>Revision</dt><dd>{app.revision}</dd></div>
        <div><dt>Age</dt><dd>{ago(app.createdAt)}</dd></div>
      </dl>
      <p className="chips">{app.services.map((service) => <span key={service.name} className="chip">{service.name}{service.replicas > 1 ? ` ×${service.replicas}` : ''}</span>)}</p>
      {app.rollout?.state === 'failed' && <p className="notice bad">{app.rollout.reason}</p>}
    </li>
  );
}

function Empty() {
  return (
    <div className="empty">
      <p>Nothing runs yet. Point at code, and it is worked out how to run it:</p>
      <pre className="command">stratoswarm deploy path/to/your/app</pre>
    </div>
  );
}
