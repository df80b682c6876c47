import { useState } from 'react';
import { useAnswer, type DeploymentView } from '../api.ts';
import { ago } from '../format.ts';
import { Progress } from './deploy.tsx';

/** Deployments that are going on, whoever started them and wherever; `app` shows only its own. */
export function Deployments({ version, app }: { version: number; app?: string }) {
  const { data } = useAnswer<{ deployments: DeploymentView[] }>('/v1/deployments', { interval: 2000, version });
  const going = (data?.deployments ?? []).filter((deployment) => deployment.state === 'running' && (app === undefined || deployment.app === app));
  return going.map((deployment) => <Going key={deployment.id} deployment={deployment} />);
}

function Going({ deployment }: { deployment: DeploymentView }) {
  const [open, setOpen] = useState(true);
  return (
    <section className="card going" aria-label={`Deployment of ${deployment.app ?? deployment.source.location}`}>
      <div className="title-row">
        <div>
          <h2>Deploying {deployment.app ?? '…'}</h2>
          <span className="quiet">{deployment.source.location}, by {deployment.actor}, since {ago(deployment.startedAt)}</span>
        </div>
        <button type="button" className="ghost" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? 'Hide steps' : 'Show steps'}</button>
      </div>
      {open && <Progress deployment={deployment.id} />}
    </section>
  );
}
