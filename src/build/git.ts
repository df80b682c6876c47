import { mkdtempSync, mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, StratoError } from '../model/index.ts';
import { findProgram } from '../host/programs.ts';
import type { Paths } from '../host/paths.ts';
import { run } from './run.ts';

export interface GitLocation {
  readonly url: string;
  readonly branch: string | null;
  /** Last part of the repository's path, without `.git`. */
  readonly name: string;
}

const hosts = /^(github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)\/[\w.-]+\/[\w.-]+/;

/**
 * Understands `https://`, `ssh://`, `file://` and `git@host:path` URLs and the short `github.com/org/repo`, each with `#branch`.
 * Undefined for what looks like no URL; throws `source.invalid` for URLs of other kinds.
 */
export function parseGitLocation(location: string): GitLocation | undefined {
  const [address = '', ...rest] = location.split('#');
  const branch = rest.length > 0 ? rest.join('#') : null;
  const url = hosts.test(address) ? `https://${address}` : address;
  const scheme = /^([a-z][a-z0-9+.-]*)::?\/?/i.exec(url)?.[1]?.toLowerCase();
  const scp = /^[\w.-]+@[\w.-]+:(?!\/\/)[^:]+$/.test(url);
  if (!scp && !/^[a-z][a-z0-9+.-]*(:\/\/|::)/i.test(url)) return undefined;
  if (!scp && (!['https', 'ssh', 'file'].includes(scheme ?? '') || url.includes('::'))) {
    throw new StratoError('source.invalid', `${JSON.stringify(location.slice(0, 120))} is no address that code is fetched from`, { why: `${scheme ?? 'this scheme'} is not among https, ssh, file and git@host:path`, next: 'use an https:// or ssh:// address' });
  }
  if (!scp && /^ssh:\/\/[^/]*-o|^(ssh|https):\/\/-/i.test(url)) throw new StratoError('source.invalid', 'the host of the address begins with a dash', { next: 'use an https:// address' });
  if (branch !== null && !/^[\w][\w./+-]{0,200}$/.test(branch)) throw new StratoError('source.invalid', `${JSON.stringify(branch.slice(0, 60))} cannot be a branch`, { next: 'write URL#branch' });
  const name = url.replace(/\/+$/, '').replace(/\.git$/, '').split(/[/:]/).at(-1) ?? 'app';
  return { url, branch, name };
}

/** Clones the newest commit only. No hook runs, nobody is asked for a password, and no other protocol is followed. */
export async function cloneGit(location: GitLocation, options: { paths: Pick<Paths, 'cache'>; clock: Clock; signal?: AbortSignal; onProgress?: (line: string) => void }): Promise<{ directory: string; commit: string; cleanup(): Promise<void> }> {
  const git = findProgram('git');
  if (!git) throw new StratoError('source.unreachable', 'git is not installed', { next: 'apt install git' });
  const parent = join(options.paths.cache, 'fetched');
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'git-'));
  const cleanup = () => rm(directory, { recursive: true, force: true });
  const limits = { cwd: parent, env: gitEnvironment(), clock: options.clock, timeout: 10 * 60_000, signal: options.signal, ...(options.onProgress ? { onLine: options.onProgress } : {}) };
  try {
    const clone = await run([git, ...configuration, 'clone', '--quiet', '--depth=1', '--single-branch', '--no-tags', '--no-recurse-submodules', '--template=', ...(location.branch === null ? [] : [`--branch=${location.branch}`]), '--', location.url, directory], limits);
    if (clone.exitCode !== 0) throw unreachable(location, clone.tail, clone.ended === 'timeout');
    const head = await run([git, ...configuration, '-C', directory, 'rev-parse', 'HEAD'], { ...limits, timeout: 60_000, onLine: () => undefined });
    if (head.exitCode !== 0 || readdirSync(directory).every((name) => name === '.git')) throw new StratoError('source.empty', `${location.url} holds no files`, { next: 'push something to it, or name a branch with URL#branch' });
    return { directory, commit: head.tail.at(-1) ?? '', cleanup };
  } catch (error) {
    await cleanup();
    throw error;
  }
}

/** Settings by which git asks nobody, and runs nothing that a repository brings. */
export const configuration: readonly string[] = [
  'protocol.allow=never', 'protocol.https.allow=always', 'protocol.ssh.allow=always', 'protocol.file.allow=always',
  'core.hooksPath=/dev/null', 'core.fsmonitor=false', 'submodule.recurse=false', 'advice.detachedHead=false',
].flatMap((setting) => ['-c', setting]);

/** The person's environment, for proxies and ssh agents, without what would redirect git elsewhere. */
export function gitEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && (!entry[0].startsWith('GIT_') || /^GIT_(SSL_|SSH)/.test(entry[0])));
  return { GIT_SSH_COMMAND: 'ssh -oBatchMode=yes', ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '/bin/true', SSH_ASKPASS: '/bin/true', GCM_INTERACTIVE: 'never', LC_ALL: 'C' };
}

function unreachable(location: GitLocation, tail: readonly string[], timedOut: boolean): StratoError {
  const said = tail.find((line) => line.startsWith('fatal:') || line.startsWith('ERROR')) ?? tail.at(-1);
  const noBranch = location.branch !== null && tail.some((line) => line.includes('Remote branch'));
  return new StratoError('source.unreachable', noBranch ? `${location.url} has no branch ${location.branch}` : `${location.url} cannot be cloned`, {
    why: timedOut ? 'it took longer than ten minutes' : said?.replace(/^fatal: /, ''),
    next: noBranch ? 'name a branch that exists' : 'check the address and that you may read it: git clone must work without a question',
    retryable: !noBranch, details: { tail },
  });
}
