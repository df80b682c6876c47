import type { ServiceTraffic } from '../proxy/traffic.ts';

/** What the ingress says about itself. */
export interface IngressStatus {
  readonly pid: number;
  readonly version: string;
  readonly port: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly addresses: readonly ListenStatus[];
  /** Clients' connections, and how many of them changed their protocol (WebSocket). */
  readonly connections: number;
  readonly tunnels: number;
  /** Requests that wait for a target. */
  readonly held: number;
  readonly targets: readonly TargetStatus[];
  readonly services: readonly ServiceTraffic[];
  /** Lines of the access log that the disk did not take. */
  readonly droppedLogLines: number;
  /** An older ingress still finishes what it had begun. */
  readonly predecessor: boolean;
}

export interface ListenStatus {
  readonly address: string;
  readonly listening: boolean;
  /** Why not, as a code of the system: `EADDRNOTAVAIL` while the address does not exist yet. */
  readonly error: string | null;
}

export interface TargetStatus {
  readonly agent: string;
  readonly address: string;
  readonly port: number;
  /** Requests without an answer's end; of them `streams` are changed protocols and event streams. */
  readonly inFlight: number;
  readonly streams: number;
  readonly requests: number;
  readonly failures: number;
  readonly ejected: boolean;
}
