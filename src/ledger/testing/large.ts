import { mkdirSync } from 'node:fs';
import type { AgentId, AppName, NewEvent, ServiceName } from '../../model/index.ts';
import { EventCodec, modelSchemas } from '../events/schemas.ts';
import { ledgerFiles } from '../files.ts';
import { install } from '../recovery/opening.ts';
import { endOf, type End } from '../store/mark.ts';
import { buildDatabase } from '../store/rows.ts';
import type { NewRow } from '../store/writer.ts';

/** Lives of agents that are forgotten when they end: a log may be as long as it likes, while its state stays small. */
export function life(n: number): NewEvent[] {
  const app = `app${n % 50}` as AppName;
  const agent = `${app}-web-${n % 100}-${suffix(n)}` as AgentId;
  const actor = 'control:reconciler';
  const handle = { driver: 'sandbox' as const, agent, directory: `/var/lib/stratoswarm/agents/sandbox/${agent}`, port: 3000 };
  const exit = { code: 1, signal: null, outOfMemory: false, at: 1_700_000_000_000, detail: null };
  return [
    { type: 'AgentCreated', actor, body: { agent, app, service: 'web' as ServiceName, slot: n % 100, revision: 1, hash: '0123456789abcdef', node: 'local', isolation: 'namespace', handle } },
    { type: 'AgentPrepared', actor, body: { agent } },
    { type: 'AgentStarting', actor, body: { agent } },
    { type: 'AgentRunning', actor, body: { agent, pid: 4242, pidStart: 123456, address: '10.77.0.12', port: 3000 } },
    { type: 'AgentReady', actor, body: { agent } },
    { type: 'AgentExited', actor, body: { agent, exit, cause: 'crashed', from: 'ready' } },
    { type: 'AgentRemoved', actor, body: { agent } },
  ];
}

/** Makes a ledger of `count` events in a directory, closed in order: by the store's own writer, but without a sync for each commit. */
export function writeLargeLog(directory: string, count: number): void {
  mkdirSync(directory, { recursive: true });
  let end: End | undefined;
  buildDatabase(ledgerFiles(directory).next, (writer) => {
    writer.write(rows(count));
    end = endOf(writer);
  });
  install(directory, end!);
}

function* rows(count: number): Generator<NewRow> {
  const codec = new EventCodec(modelSchemas);
  for (let n = 0, position = 1; position <= count; n++) {
    for (const event of life(n)) {
      if (position > count) return;
      const { subject, before, after } = codec.draft(event);
      yield { remaining: 0, subject, event: `${before},"position":${position},"time":${1_700_000_000_000 + position},${after}` };
      position++;
    }
  }
}

function suffix(n: number): string {
  return Array.from({ length: 8 }, (_, i) => 'abcdefghijklmnopqrstuvwxyz234567'[Math.floor(n / 32 ** i) % 32]).join('');
}
