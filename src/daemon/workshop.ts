import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DeploymentRequest, SourceRequest } from '../api/requests.ts';
import type { Built } from '../build/build.ts';
import { StratoError, errorFrom, type ErrorReport, type Plan, type Source } from '../model/index.ts';
import { Workers } from './workers.ts';

const program = fileURLToPath(new URL('./workshop-main.ts', import.meta.url));

/** Megabytes of heap for reading, hashing and building; what it runs has limits of its own. */
const heap = 1536;

/** Milliseconds that reading the code of one app may take. */
const readingTime = 120_000;

/** Milliseconds after an order when another is prepared for, unless it is told before that what was built has started: that comes first. */
const startFirst = 3000;

/** What the workshop is asked for, one JSON document on the first line of its input. */
export interface WorkOrder {
  readonly home: string;
  readonly request: SourceRequest;
  /** Stop after the plan. */
  readonly planOnly: boolean;
}

/** What it is told on the second line, once it said what it found: which app it is shows in the code, and what is set for an app is not told to others. */
export interface WorkVariables {
  readonly env: Readonly<Record<string, string>>;
}

/** What it answers, one JSON document a line. */
export type WorkMessage =
  | { readonly kind: 'begin' | 'line' | 'end'; readonly step: WorkStep; readonly text: string }
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'result'; readonly result: WorkResult }
  | { readonly kind: 'error'; readonly error: ErrorReport };

export type WorkStep = 'fetch' | 'analyse' | 'build';

export interface WorkResult {
  readonly plan: Plan;
  readonly source: Source;
  /** By service; empty when only the plan was asked for. */
  readonly built: Readonly<Record<string, Built>>;
}

export interface WorkListener {
  begin(step: WorkStep, text: string): void;
  line(step: WorkStep, text: string): void;
  end(step: WorkStep, text: string): void;
  /** The code was read, and nothing is built yet. Returns the variables that builds are given. */
  planned(plan: Plan): Readonly<Record<string, string>>;
}

const silent: WorkListener = { begin: () => undefined, line: () => undefined, end: () => undefined, planned: () => ({}) };

/**
 * Fetching, reading, hashing and building, in a process of its own for each order: nothing of it holds up the control loop, its memory goes when it is
 * done, and a repository that makes it fail harms nobody else.
 */
export class Workshop {
  readonly #home: string;
  readonly #workers = new Workers([process.execPath, `--max-old-space-size=${heap}`, '--disable-warning=ExperimentalWarning', program]);

  constructor(home: string) {
    this.#home = home;
  }

  close(): void {
    this.#workers.close();
  }

  /** What was built is up. Who deploys is likely to deploy again. */
  started(): void {
    this.#workers.expect(0);
  }

  async plan(request: SourceRequest, signal: AbortSignal): Promise<Plan> {
    const { plan } = await this.#order({ home: this.#home, request: slim(request), planOnly: true }, signal, silent);
    return plan;
  }

  build(request: DeploymentRequest, signal: AbortSignal, listener: WorkListener): Promise<WorkResult> {
    return this.#order({ home: this.#home, request: slim(request), planOnly: false }, signal, listener);
  }

  #order(order: WorkOrder, signal: AbortSignal, listener: WorkListener): Promise<WorkResult> {
    return new Promise((resolve, reject) => {
      const child = this.#workers.take();
      // Who asks for a plan is about to deploy it.
      this.#workers.expect(order.planOnly ? 0 : startFirst);
      let outcome: WorkResult | StratoError | undefined;
      let words = '';
      const abort = () => {
        outcome ??= signal.reason instanceof StratoError ? signal.reason : new StratoError('deployment.cancelled', 'it was cancelled');
        child.kill('SIGTERM');
      };
      let reading: NodeJS.Timeout | undefined;
      const tooSlow = () => {
        outcome ??= new StratoError('analysis.timeout', `the code was not read within ${readingTime / 1000} s`, { next: 'deploy a smaller directory, or leave large data out with .stratoswarmignore' });
        child.kill('SIGKILL');
      };
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      child.stderr.on('data', (chunk: Buffer) => { words = (words + chunk.toString()).slice(-4000); });
      createInterface({ input: child.stdout }).on('line', (line) => {
        const message = JSON.parse(line) as WorkMessage;
        if (message.kind === 'begin' || message.kind === 'end') clearTimeout(reading);
        if (message.kind === 'begin' && message.step === 'analyse') reading = setTimeout(tooSlow, readingTime);
        if (message.kind === 'result') {
          outcome ??= message.result;
          if (!(outcome instanceof StratoError)) resolve(outcome);
        } else if (message.kind === 'error') outcome ??= errorFrom(message.error);
        else if (message.kind === 'planned') child.stdin.end(JSON.stringify({ env: listener.planned(message.plan) } satisfies WorkVariables));
        // The code on disk may be of a later version than this daemon: what it does not understand harms nobody.
        else if (message.kind in listener) listener[message.kind](message.step, message.text);
      });
      child.once('error', (error) => {
        outcome ??= new StratoError('workshop.failed', 'the build process could not be started', { cause: error, why: error.message, retryable: true });
      });
      child.once('close', (code, killedBy) => {
        clearTimeout(reading);
        signal.removeEventListener('abort', abort);
        outcome ??= new StratoError('workshop.failed', `the build process ended with ${killedBy ?? code}`, { why: words.trim().split('\n').at(-1) || 'it said nothing', next: 'if the repository is very large, leave out what is not needed with .stratoswarmignore' });
        if (outcome instanceof StratoError) reject(outcome);
        else resolve(outcome);
      });
      child.stdin.write(`${JSON.stringify(order)}\n`);
    });
  }
}

function slim({ source, name, hints }: SourceRequest): SourceRequest {
  return { source, name, hints };
}
