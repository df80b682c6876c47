import type { DeploymentRequest, SourceRequest } from '../api/requests.ts';
import type { DeploymentStep, DeploymentView } from '../api/views.ts';
import { StratoError, type AppName, type Plan } from '../model/index.ts';
import { Deployment, type DeploymentParts } from './deployment.ts';

/** Finished deployments whose steps can still be read. */
const remembered = 50;

/** The deployments that run, and the last ones that ended. */
export class Deployments {
  readonly #parts: DeploymentParts;
  readonly #all = new Map<string, Deployment>();
  readonly #turns = new Map<AppName, Promise<unknown>>();

  constructor(parts: DeploymentParts) {
    this.#parts = parts;
  }

  /** Begins a deployment, which goes its way whoever watches; resolves with its id. */
  start(request: DeploymentRequest, actor: string, reason?: string): string {
    const id = Array.from({ length: 3 }, () => Math.floor(this.#parts.random.next() * 36 ** 4).toString(36).padStart(4, '0')).join('');
    const deployment = new Deployment(id, request, actor, reason, this.#parts, (app, act) => this.#inTurn(app, act));
    this.#all.set(id, deployment);
    void deployment.run();
    for (const [old, { view }] of this.#all) if (this.#all.size > remembered && view.state !== 'running') this.#all.delete(old);
    return id;
  }

  views(): DeploymentView[] {
    return [...this.#all.values()].map((deployment) => ({ ...deployment.view })).reverse();
  }

  /** What ended and was begun by one of these is remembered no more. */
  forget(actors: readonly string[]): void {
    for (const [id, { view }] of this.#all) if (view.state !== 'running' && actors.includes(view.actor)) this.#all.delete(id);
  }

  steps(id: string, after: number, signal: AbortSignal): AsyncIterable<DeploymentStep> {
    return this.#get(id).follow(after, signal);
  }

  async cancel(id: string): Promise<void> {
    this.#get(id).cancel();
  }

  async plan(request: SourceRequest, signal: AbortSignal): Promise<Plan> {
    return this.#parts.advise(await this.#parts.workshop.plan(request, signal));
  }

  /** One after the other for each app: what a deployment adds to is what the one before it left. */
  #inTurn<T>(app: AppName, act: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(app) ?? Promise.resolve()).then(act);
    const ended = turn.catch(() => undefined).then(() => {
      if (this.#turns.get(app) === ended) this.#turns.delete(app);
    });
    this.#turns.set(app, ended);
    return turn;
  }

  #get(id: string): Deployment {
    const found = this.#all.get(id);
    if (!found) throw new StratoError('deployment.unknown', `there is no deployment ${id}`, { next: 'stratoswarm events shows what was deployed' });
    return found;
  }
}
