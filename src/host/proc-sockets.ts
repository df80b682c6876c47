import { closeSync, openSync, readSync, readdirSync, readlinkSync } from 'node:fs';

/** A TCP socket that listens in one network namespace. */
export interface ListeningSocket {
  /** `127.0.0.1`, `0.0.0.0`, `::`, `::1` … */
  readonly address: string;
  readonly port: number;
  /** By which it is found among the descriptors of processes. */
  readonly inode: string;
}

const listen = '0A';
const buffer = Buffer.allocUnsafe(32_768);

/** All sockets that listen in the network namespace of a process, ours by default. Empty where that cannot be read. */
export function listeningSockets(pid: number | 'self' = 'self'): ListeningSocket[] {
  return [...read(`/proc/${pid}/net/tcp`), ...read(`/proc/${pid}/net/tcp6`)];
}

function read(path: string): ListeningSocket[] {
  try {
    const file = openSync(path, 'r');
    try {
      return parseTcpTable(readListening(file));
    } finally {
      closeSync(file);
    }
  } catch {
    return [];
  }
}

/** As much of a table as may hold listening sockets: on a busy machine the connections behind them make megabytes. */
function readListening(file: number): string {
  let text = '';
  for (;;) {
    const length = readSync(file, buffer, 0, buffer.length, null);
    if (length === 0) return text;
    text += buffer.toString('latin1', 0, length);
    const lines = text.split('\n');
    const lastWhole = lines[lines.length - 2];
    if (lines.length > 2 && lastWhole!.trim().split(/\s+/)[3] !== listen) return text;
  }
}

/** Listening sockets of a /proc/net/tcp or tcp6 table. The kernel lists them first (tcp_seq_next), so the rest is not looked at. */
export function parseTcpTable(text: string): ListeningSocket[] {
  const sockets: ListeningSocket[] = [];
  for (let at = text.indexOf('\n') + 1; at > 0 && at < text.length; at = text.indexOf('\n', at) + 1) {
    const end = text.indexOf('\n', at);
    const fields = text.slice(at, end < 0 ? undefined : end).trim().split(/\s+/);
    if (fields[3] !== listen) break;
    const [address, port] = fields[1]!.split(':');
    sockets.push({ address: parseAddress(address!), port: parseInt(port!, 16), inode: fields[9]! });
    if (end < 0) break;
  }
  return sockets;
}

/** Hexadecimal words of 32 bits in the byte order of the machine (little-endian wherever Node runs but on s390x) → text. */
function parseAddress(hex: string): string {
  const bytes = Buffer.alloc(hex.length / 2);
  for (let word = 0; word < bytes.length; word += 4) bytes.writeUInt32LE(parseInt(hex.slice(word * 2, word * 2 + 8), 16), word);
  if (bytes.length === 4) return bytes.join('.');
  const v4 = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff;
  if (v4) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Inodes of the sockets that a process has open; undefined when we may not look, or it is gone. */
export function socketsOf(pid: number): Set<string> | undefined {
  try {
    const inodes = new Set<string>();
    for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
      const target = linkOf(`/proc/${pid}/fd/${descriptor}`);
      if (target.startsWith('socket:[')) inodes.add(target.slice(8, -1));
    }
    return inodes;
  } catch {
    return undefined;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/**
 * Which agent listens on which sockets of one shared network namespace. Remembers what it found, so that descriptors are
 * looked through only when a socket appears that nobody is known to own.
 */
export class SocketOwners {
  readonly #owner = new Map<string, string>();
  readonly #passed = new Map<string, Set<string>>();

  /**
   * @param pids the agent's processes; asked only when needed
   * @returns null when the descriptors of none of them can be read: then it is unknown what it listens on
   */
  of(agent: string, sockets: readonly ListeningSocket[], pids: () => readonly number[]): ListeningSocket[] | null {
    const passed = this.#passed.get(agent) ?? new Set();
    const unknown = sockets.filter(({ inode }) => !this.#owner.has(inode) && !passed.has(inode));
    if (unknown.length > 0 && !this.#claim(agent, unknown, passed, pids())) return null;
    return sockets.filter(({ inode }) => this.#owner.get(inode) === agent);
  }

  #claim(agent: string, unknown: readonly ListeningSocket[], passed: Set<string>, pids: readonly number[]): boolean {
    const open = pids.map(socketsOf).filter((inodes) => inodes !== undefined);
    if (open.length === 0) return false;
    for (const { inode } of unknown) {
      if (open.some((inodes) => inodes.has(inode))) this.#owner.set(inode, agent);
      else passed.add(inode);
    }
    this.#passed.set(agent, passed);
    return true;
  }

  /** To be called when an agent is gone. */
  forget(agent: string): void {
    this.#passed.delete(agent);
    for (const [inode, owner] of this.#owner) if (owner === agent) this.#owner.delete(inode);
  }
}
