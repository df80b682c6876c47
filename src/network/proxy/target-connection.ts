import { connect, type Socket } from 'node:net';
import type { TargetState } from './target-state.ts';

/** Who is served by a connection to a target at the moment. */
export interface ConnectionUser {
  onConnected(): void;
  onTargetData(chunk: Buffer): void;
  onTargetDrain(): void;
  /** The target will send no more; `error` is null after an orderly close. */
  onTargetEnd(error: NodeJS.ErrnoException | null): void;
}

/** A connection to a target, used for one request after the other. Its listeners are attached once, not for every request. */
export class TargetConnection {
  readonly target: TargetState;
  readonly socket: Socket;
  established = false;
  /** It already answered a request: the target may have closed it just when the next one was sent. */
  reused = false;
  user: ConnectionUser | null;
  /** When it became idle and until when it may be used again, on the monotonic clock. */
  usableUntil = 0;
  #ended = false;

  constructor(target: TargetState, user: ConnectionUser) {
    this.target = target;
    this.user = user;
    this.socket = connect({ host: target.address, port: target.port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 });
    let error: NodeJS.ErrnoException | null = null;
    this.socket
      .on('connect', () => {
        this.established = true;
        this.user?.onConnected();
      })
      .on('data', (chunk: Buffer) => {
        if (this.user === null) this.socket.destroy();
        else this.user.onTargetData(chunk);
      })
      .on('drain', () => this.user?.onTargetDrain())
      .on('error', (cause) => { error = cause; })
      .on('end', () => this.#end(null))
      .on('close', () => this.#end(error));
  }

  get usable(): boolean {
    return !this.#ended && !this.socket.destroyed;
  }

  /** Ends the use of this connection by its user, who hears no more of it. */
  abandon(): void {
    this.user = null;
    this.socket.destroy();
  }

  #end(error: NodeJS.ErrnoException | null): void {
    if (this.#ended) return;
    this.#ended = true;
    const user = this.user;
    this.user = null;
    user?.onTargetEnd(error);
  }
}
