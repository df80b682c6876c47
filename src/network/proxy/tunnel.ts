import type { ResponseHead } from '../http1/response-head.ts';
import type { ClientConnection } from './client-connection.ts';
import type { ClientUser } from './client-user.ts';
import { switchingHeadFor } from './forwarding.ts';
import type { Served, Serving } from './serving.ts';
import type { ConnectionUser, TargetConnection } from './target-connection.ts';
import type { Stream } from './target-state.ts';
import { clientGoodbye, FrameBorders, serverGoodbye } from './websocket.ts';

/** How long a side that was told of the other's end may still send. */
const goodbyeTimeout = 10_000;

/** A connection whose protocol was changed, to WebSocket or another: bytes both ways until either side closes. */
export class Tunnel implements ClientUser, ConnectionUser, Stream {
  readonly finite = false;
  readonly #served: Served;
  readonly #head: ResponseHead;
  readonly #client: ClientConnection;
  readonly #connection: TargetConnection;
  readonly #proxy: Serving;
  #received = 0;
  #sent = 0;
  #over = false;
  #cutAt = Infinity;
  /** Of a WebSocket, what either side has sent. */
  readonly #frames: { readonly client: FrameBorders; readonly target: FrameBorders } | null;
  #leaving = false;

  constructor(served: Served, head: ResponseHead, client: ClientConnection, connection: TargetConnection, proxy: Serving) {
    this.#served = served;
    this.#head = head;
    this.#client = client;
    this.#connection = connection;
    this.#proxy = proxy;
    this.#frames = served.head.upgrade?.toLowerCase() === 'websocket' ? { client: new FrameBorders(), target: new FrameBorders() } : null;
  }

  /** Takes both connections over; `rest` is what the target sent behind its head. */
  start(rest: Buffer): void {
    this.#served.target!.streams.add(this);
    this.#proxy.tunnels.add(this);
    this.#client.user = this;
    this.#connection.user = this;
    this.#client.socket.setKeepAlive(true, 30_000);
    this.#client.write(switchingHeadFor(this.#head));
    if (rest.length > 0) this.onTargetData(rest);
    const early = this.#client.takePending();
    if (early !== null) this.onClientData(early);
    this.#client.socket.resume();
  }

  onClientData(bytes: Buffer): null {
    this.#received += bytes.length;
    this.#frames?.client.read(bytes);
    if (!this.#connection.socket.write(bytes)) this.#client.socket.pause();
    return null;
  }

  onTargetDrain(): void {
    this.#client.socket.resume();
  }

  onTargetData(bytes: Buffer): void {
    this.#sent += bytes.length;
    this.#frames?.target.read(bytes);
    if (!this.#client.write(bytes)) this.#connection.socket.pause();
    if (this.#leaving) this.#sayGoodbye();
  }

  onClientDrain(): void {
    this.#connection.socket.resume();
  }

  onClientEnd(): void {
    this.#connection.socket.end();
    this.#cutAt = this.#proxy.now() + goodbyeTimeout;
  }

  onClientGone(): void {
    this.#finish();
    this.#connection.abandon();
  }

  onTargetEnd(): void {
    this.#finish();
    this.#client.release(true);
  }

  /** The agent's own goodbye on its stop signal is better than ours, which is only known for WebSockets anyway. */
  endPolitely(last: boolean): void {
    if (!last || this.#frames === null) return;
    this.#leaving = true;
    this.#sayGoodbye();
  }

  /** Closes both sides in order, as soon as no frame is half sent to the client; it connects again, and meets another agent. */
  #sayGoodbye(): void {
    if (this.#over || !this.#frames!.target.atBorder) return;
    this.#finish();
    this.#client.write(serverGoodbye);
    this.#client.release(true);
    const { socket } = this.#connection;
    this.#connection.user = null;
    if (this.#frames!.client.atBorder) socket.write(clientGoodbye);
    socket.end().setTimeout(goodbyeTimeout, () => socket.destroy());
  }

  onConnected(): void {}

  onClientRefused(): void {}

  check(now: number): void {
    if (now >= this.#cutAt) this.cut();
  }

  /** Closes both sides: the ingress leaves. */
  cut(): void {
    this.#finish();
    this.#connection.abandon();
    this.#client.release(true);
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#proxy.tunnels.delete(this);
    this.#proxy.logExchange(this.#served, this.#client.facts.address, { status: 101, error: null, received: this.#received, sent: this.#sent });
    const target = this.#served.target!;
    target.streams.delete(this);
    target.inFlight--;
    this.#proxy.draining.left(target);
  }
}
