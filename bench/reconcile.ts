/**
 * One pass of the control loop over many simulated agents that are all as they should be: how long it takes, and that it writes nothing. The peer is
 * the least that any loop could do: to look at every agent once.
 *
 *     sh scripts/node.sh bench/reconcile.ts [--agents 10000] [--rounds 15]
 */
import { parseArgs } from 'node:util';
import { Governor } from '../src/control/governor.ts';
import type { Parts } from '../src/control/parts.ts';
import { Reconciler } from '../src/control/reconciler.ts';
import { simulatedDriver, SimulatedWorld } from '../src/drivers/simulated.ts';
import { fold } from '../src/ledger/state/fold.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { emptyState, generationOf, serviceHash, type AgentId, type AppName, type Event, type NewEvent, type ServiceName } from '../src/model/index.ts';
import { SeededRandom } from '../src/simulation/random.ts';
import { VirtualClock } from '../src/simulation/virtual-clock.ts';
import { deployChange, sampleService } from '../src/simulation/workload.ts';
import { interleaved, median, spread, table } from './rounds.ts';

const { values } = parseArgs({ options: { agents: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '15' } } });
const agents = Number(values.agents);
const perApp = 100;

/** Milliseconds. */
const limit = 50;

const clock = new VirtualClock();
const random = new SeededRandom(1);
const world = new SimulatedWorld(clock, () => ({ healthyAfter: 0, exitAfter: null, exitCode: 0, stopsAfter: 0 }));
const driver = simulatedDriver(world);
let state = emptyState;
let position = 0;
let writes = 0;
let routings = 0;

const ledger = { append: async (events: readonly NewEvent[]) => (writes++, write(events)) } as unknown as Ledger;
const governor = new Governor({ ledger, state: () => state, random });
await fill();
const parts: Parts = {
  ledger,
  state: { get current() { return state; }, onChange: () => () => undefined },
  drivers: new Map([['simulated', driver]]), clock, random,
  router: { apply: async () => void routings++, drained: async () => undefined },
  propose: async () => void writes++,
  driverFor: () => driver,
  allocatePort: async () => 0,
  task: async () => { throw new Error('nothing is to be prepared'); },
  probe: async () => ({ ok: true, detail: 'answered' }),
  availableMemory: () => 1,
  archive: async () => undefined, tail: async () => [], erase: async () => undefined,
};
const reconciler = new Reconciler(parts);
const adopted = await reconciler.start();
await clock.advance(15_000);
writes = 0;

const pass = { name: 'pass', measure: async () => timed(() => reconciler.pass()) };
const look = { name: 'look', measure: async () => timed(() => state.agents.forEach((agent) => world.agents.get(agent.id)!.status === 'running')) };
const results = await interleaved(Number(values.rounds), [pass, look]);
reconciler.close();
const [took, least] = [results.get('pass')!, results.get('look')!];
table([
  [`${adopted} agents, no drift`, 'measured', 'to reach'],
  ['one pass, ms', spread(took), median(took) <= limit ? `≤ ${limit}` : `≤ ${limit} MISSED`],
  ['looking at each agent once, ms', median(least).toFixed(2), ''],
  ['writes', String(writes), writes === 0 ? '0' : '0 MISSED'],
  ['routes applied, at the start', String(routings), '1'],
]);

function timed(act: () => unknown): number {
  const began = performance.now();
  act();
  return performance.now() - began;
}

function write(events: readonly NewEvent[]): Event[] {
  const written = events.map((event) => ({ ...event, position: ++position, time: clock.now(), version: 1 }) as Event);
  state = written.reduce(fold, state);
  return written;
}

/** The ledger and the world as they are once every app is deployed and every agent is ready. */
async function fill(): Promise<void> {
  write([{ type: 'NodeSeen', actor: 'daemon', body: { node: 'local', cpu: 4000, memory: 8e9, isolations: ['process'], ownNetwork: true } }]);
  const service = sampleService('web', { replicas: perApp });
  for (let number = 0; number < agents / perApp; number++) {
    const app = `app${number}` as AppName;
    await governor.propose({ app, actor: 'user:bench', change: deployChange(app, [service]), reasoning: 'because', confidence: 1 });
    const known = state.apps.get(app)!;
    for (let slot = 0; slot < perApp; slot++) {
      const agent = `${app}-web-${slot}-${suffix(slot)}` as AgentId;
      const handle = driver.handle(agent, 3000);
      const body = { agent };
      const actor = 'control:reconciler';
      await driver.prepare(handle, { app, service: 'web' as ServiceName, slot, argv: ['run'], env: {}, artefact: null, cwd: '.', volumes: [], resources: {}, addressKey: agent, hosts: {}, toolchain: [] });
      const { pid, pidStart, address } = await driver.start(handle);
      write([
        { type: 'AgentCreated', actor, body: { ...body, app, service: 'web' as ServiceName, slot, revision: 1, hash: serviceHash(service, generationOf(known, service.name, slot)), node: 'local', isolation: 'process', handle } },
        { type: 'AgentPrepared', actor, body }, { type: 'AgentStarting', actor, body },
        { type: 'AgentRunning', actor, body: { ...body, pid, pidStart, address, port: 3000 } }, { type: 'AgentReady', actor, body },
      ]);
    }
    write([{ type: 'RolloutReady', actor: 'control:rollout', body: { app, revision: 1 } }, { type: 'RolloutSucceeded', actor: 'control:rollout', body: { app, revision: 1 } }]);
  }
}

function suffix(n: number): string {
  return Array.from({ length: 8 }, (_, i) => 'abcdefghijklmnopqrstuvwxyz234567'[(n >> (5 * i)) & 31]).join('');
}
