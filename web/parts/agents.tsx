import { useAnswer, type AgentView, type Sample } from '../api.ts';
import { ago, bytes, cpu } from '../format.ts';
import { Sparkline } from './sparkline.tsx';
import { StatusPill } from './status.tsx';

/** The agents of an app with what they use now. */
export function Agents({ agents }: { agents: AgentView[] }) {
  if (agents.length === 0) return <p className="quiet">No agent runs.</p>;
  return (
    <div className="scroll">
      <table className="stack">
        <thead><tr><th scope="col">Agent</th><th scope="col">State</th><th scope="col">CPU</th><th scope="col">Memory</th><th scope="col">Isolation</th><th scope="col">Revision</th><th scope="col">Pid</th><th scope="col">Address</th><th scope="col">Age</th></tr></thead>
        <tbody>{agents.map((agent) => <AgentRow key={agent.id} agent={agent} />)}</tbody>
      </table>
    </div>
  );
}

function AgentRow({ agent }: { agent: AgentView }) {
  const { data } = useAnswer<{ samples: Sample[] }>(`/v1/agents/${agent.id}/stats`, { interval: 2000 });
  const samples = (data?.samples ?? []).slice(-40);
  return (
    <tr>
      <th scope="row" title={agent.id}>{agent.service}/{agent.slot}</th>
      <td data-label="State"><StatusPill status={agent.state} />{agent.reason && <div className="quiet">{agent.reason}</div>}</td>
      <td data-label="CPU"><span className="measure"><Sparkline values={samples.map((sample) => sample.cpu)} label={`CPU ${cpu(agent.usage?.cpu)}`} /><span className="number">{cpu(agent.usage?.cpu)}</span></span></td>
      <td data-label="Memory"><span className="measure"><Sparkline values={samples.map((sample) => sample.memory)} label={`Memory ${bytes(agent.usage?.memory)}`} /><span className="number">{bytes(agent.usage?.memory)}</span></span></td>
      <td data-label="Isolation">{agent.isolation}</td>
      <td data-label="Revision">{agent.revision}</td>
      <td data-label="Pid">{agent.pid ?? '–'}</td>
      <td data-label="Address" className="nowrap">{agent.address === null ? '–' : `${agent.address.includes(':') ? `[${agent.address}]` : agent.address}${agent.port === null ? '' : `:${agent.port}`}`}</td>
      <td data-label="Age" className="nowrap">{ago(agent.startedAt ?? agent.createdAt)}</td>
    </tr>
  );
}
