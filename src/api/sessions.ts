import { createHmac, randomBytes } from 'node:crypto';
import { StratoError, type Clock } from '../model/index.ts';
import { sameSecret } from './tokens.ts';

const codeLife = 120_000;
const sessionLife = 7 * 24 * 3_600_000;

export const sessionCookie = 'stratoswarm-session';

/**
 * How a browser becomes somebody: a one-time code, handed out through the unix socket, is exchanged for a cookie. The cookie is
 * signed with a key derived from the admin token, so it outlives the daemon and dies with the token.
 */
export class ConsoleSessions {
  readonly #codes = new Map<string, number>();
  readonly #key: Buffer;
  readonly #clock: Clock;
  readonly #secure: boolean;
  #origin: string | undefined;

  constructor(adminToken: string, clock: Clock, secure: boolean) {
    this.#key = createHmac('sha256', adminToken).update('console sessions').digest();
    this.#clock = clock;
    this.#secure = secure;
  }

  /** Where the console is served, once the server listens on TCP. */
  servedAt(origin: string | undefined): void {
    this.#origin = origin;
  }

  /** A URL that logs one browser in, once, within two minutes. Throws `console.unavailable` without TCP. */
  invite(): { url: string; expiresAt: number } {
    if (this.#origin === undefined) {
      throw new StratoError('console.unavailable', 'The console is not served', { why: 'the daemon listens on its unix socket only', next: 'start the daemon with an API port' });
    }
    const now = this.#clock.now();
    for (const [code, expiry] of this.#codes) if (expiry <= now) this.#codes.delete(code);
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, now + codeLife);
    return { url: `${this.#origin}/login?code=${code}`, expiresAt: now + codeLife };
  }

  /** The `Set-Cookie` value for a code; the code is spent by it. Throws `access.code`. */
  enter(code: string): string {
    const expiry = this.#codes.get(code);
    this.#codes.delete(code);
    if (expiry === undefined || expiry <= this.#clock.now()) {
      throw new StratoError('access.code', 'This link was used before, or is too old', { next: 'run `stratoswarm open` for a new one' });
    }
    const until = String(this.#clock.now() + sessionLife);
    const secure = this.#secure ? '; Secure' : '';
    return `${sessionCookie}=${until}.${this.#sign(until)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${sessionLife / 1000}${secure}`;
  }

  /** Whether a `Cookie` header carries a session that is still good. */
  holds(cookieHeader: string | undefined): boolean {
    for (const part of (cookieHeader ?? '').split(';')) {
      const [name, value] = part.trim().split('=', 2);
      if (name !== sessionCookie || value === undefined) continue;
      const [until, signature] = value.split('.', 2);
      if (until !== undefined && signature !== undefined && sameSecret(signature, this.#sign(until)) && Number(until) > this.#clock.now()) return true;
    }
    return false;
  }

  #sign(until: string): string {
    return createHmac('sha256', this.#key).update(until).digest('base64url');
  }
}
