import type { ProbeAction } from '../model/index.ts';
import type { ProbeResult } from '../control/health.ts';

/** How a server is asked in its own protocol whether it answers: an open port says only that the kernel takes connections for it. */
export interface Greeting {
  readonly name: string;
  readonly hello: Buffer;
  /** What the answer so far says; undefined while more has to come. */
  judge(answer: Buffer): Pick<ProbeResult, 'ok' | 'detail'> | undefined;
}

export const greetings: Readonly<Record<Extract<ProbeAction, { kind: 'greeting' }>['protocol'], Greeting>> = {
  /**
   * The startup message, as `pg_isready` sends it (PostgreSQL, “Message Flow”): to be asked for a password, or refused as this user, is to be answered. Nobody is
   * let in, and the server writes no line about it.
   */
  postgresql: {
    name: 'PostgreSQL', hello: startup('stratoswarm'),
    judge(answer) {
      const [kind] = answer.toString('latin1', 0, 1);
      if (kind === undefined) return undefined;
      if (kind === 'R') return { ok: true, detail: 'PostgreSQL answers' };
      if (kind !== 'E') return { ok: false, detail: 'what answered is not PostgreSQL' };
      if (answer.length < 5 || answer.length < 1 + answer.readUInt32BE(1)) return undefined;
      const fields = new Map(answer.toString('utf8', 5).split('\0').filter((field) => field !== '').map((field) => [field[0], field.slice(1)]));
      // SQLSTATE 57P03: it starts, ends or recovers.
      return fields.get('C') === '57P03' ? { ok: false, detail: `PostgreSQL: ${fields.get('M')}` } : { ok: true, detail: 'PostgreSQL answers' };
    },
  },
  /** `version`, the smallest question there is (memcached, “protocol.txt”). */
  memcached: {
    name: 'memcached', hello: Buffer.from('version\r\n'),
    judge(answer) {
      const end = answer.indexOf('\r\n');
      if (end < 0) return undefined;
      return answer.toString('latin1', 0, end).startsWith('VERSION ') ? { ok: true, detail: 'memcached answers' } : { ok: false, detail: 'what answered is not memcached' };
    },
  },
  /**
   * The server speaks first, with what a client needs to log in (MariaDB, “Connection phase”: a packet is a length of three bytes, a number, and for this one the version of the protocol).
   * Nobody logs in; the server counts that, and writes no line about it.
   */
  mysql: {
    name: 'MariaDB', hello: Buffer.alloc(0),
    judge(answer) {
      if (answer.length < 7) return undefined;
      const [kind] = answer.subarray(4);
      if (kind === 10) return { ok: true, detail: 'MariaDB answers' };
      if (kind !== 0xff) return { ok: false, detail: 'what answered is not MariaDB' };
      if (answer.length < 4 + answer.readUIntLE(0, 3)) return undefined;
      // ER_SERVER_SHUTDOWN. With any other it answers, such as that it has connections enough.
      return answer.readUInt16LE(5) === 1053 ? { ok: false, detail: `MariaDB: ${answer.toString('utf8', 7, 4 + answer.readUIntLE(0, 3))}` } : { ok: true, detail: 'MariaDB answers' };
    },
  },
  /** PING (Redis, “Redis serialization protocol”): to be asked for a password is to be answered. */
  redis: {
    name: 'Redis', hello: Buffer.from('PING\r\n'),
    judge(answer) {
      const end = answer.indexOf('\r\n');
      if (end < 0) return undefined;
      const line = answer.toString('utf8', 0, end);
      if (line === '+PONG' || line.startsWith('-NOAUTH')) return { ok: true, detail: 'Redis answers' };
      return { ok: false, detail: line.startsWith('-') ? `Redis: ${line.slice(1)}` : 'what answered is not Redis' };
    },
  },
};

/** Length, version 3.0, and parameters, each ended by a zero byte. */
function startup(user: string): Buffer {
  const body = Buffer.concat([Buffer.from([0, 3, 0, 0]), Buffer.from(`user\0${user}\0\0`)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([length, body]);
}
