import { TargetConnection, type ConnectionUser } from './target-connection.ts';
import type { TargetState } from './target-state.ts';

/**
 * How long an idle connection is used again when the target does not say: shorter than what servers keep (gunicorn 2 s,
 * Node 5 s), because a request that meets the target's close is lost unless it may be repeated. The most that is believed
 * of a `Keep-Alive: timeout=…` is bounded too.
 */
const silentReuse = 1_000;
const longestReuse = 30_000;
const idlePerTarget = 256;

/** Idle connections to targets, the last used first. */
export class TargetPool {
  readonly #idle = new Map<TargetState, TargetConnection[]>();

  get size(): number {
    let size = 0;
    for (const connections of this.#idle.values()) size += connections.length;
    return size;
  }

  /** An idle connection to the target when there is one and `fresh` is false, else a new one that is being opened. */
  take(target: TargetState, user: ConnectionUser, now: number, fresh: boolean): TargetConnection {
    const idle = fresh ? undefined : this.#idle.get(target);
    for (let connection = idle?.pop(); connection !== undefined; connection = idle?.pop()) {
      if (connection.usable && now < connection.usableUntil) {
        connection.reused = true;
        connection.user = user;
        return connection;
      }
      connection.abandon();
    }
    return new TargetConnection(target, user);
  }

  /** Takes back a connection whose response was complete. `idleTimeout` is what the target said, milliseconds. */
  give(connection: TargetConnection, idleTimeout: number | null, now: number): void {
    connection.user = null;
    const idle = this.#idle.get(connection.target) ?? [];
    if (!connection.usable || !connection.target.routed || idle.length >= idlePerTarget) return connection.abandon();
    connection.usableUntil = now + (idleTimeout === null ? silentReuse : Math.min(longestReuse, idleTimeout * 0.6));
    idle.push(connection);
    this.#idle.set(connection.target, idle);
  }

  /** Closes the connections that are too old, and all to targets that are routed to no more. */
  sweep(now: number): void {
    for (const [target, connections] of this.#idle) {
      const kept = connections.filter((connection) => {
        if (target.routed && connection.usable && now < connection.usableUntil) return true;
        connection.abandon();
        return false;
      });
      if (kept.length === 0) this.#idle.delete(target);
      else this.#idle.set(target, kept);
    }
  }
}
