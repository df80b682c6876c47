import { lockMismatch, withoutLock } from './package-managers.ts';

/** What is done about a command of a build that failed: which line of its output tells of it, and how the command is run then. */
export interface Mend {
  readonly sign: RegExp;
  readonly note: string;
  readonly line: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Programs that are run before it, at the top of the tree. */
  readonly before?: readonly (readonly string[])[];
}

/** An install that insists on its lockfile, which does not fit: as the manifest says. */
export function installMends(install: string): Mend[] {
  const line = withoutLock(install);
  return [...(line === undefined ? [] : [{ sign: lockMismatch, note: `the lockfile does not fit its manifest: installed with "${line}"`, line }]), withHistory(install)];
}

export function buildMends(line: string): Mend[] {
  return [
    // webpack 4 hashes with MD4, which the OpenSSL of Node 17 and later only has as a legacy (webpack issue 14532).
    { sign: /ERR_OSSL_EVP_UNSUPPORTED/, note: 'it hashes with MD4, as webpack 4 does, which Node has no longer: built with --openssl-legacy-provider', line, env: { NODE_OPTIONS: '--openssl-legacy-provider' } },
    withHistory(line),
  ];
}

/** Generators of documentation ask when a page was last changed, others for the commit, and hooks for a place to be put. */
function withHistory(line: string): Mend {
  return { sign: /not a git repository/i, note: 'it asks git for its history, which builds do not see: it gets one commit that holds what is deployed', line, before: oneCommit };
}

const oneCommit = [
  ['git', 'init', '-q'],
  ['git', 'add', '-A', '--', '.', ':(exclude,glob)**/node_modules/**'],
  ['git', '-c', 'user.name=deployment', '-c', 'user.email=deployment@localhost', 'commit', '-q', '--no-verify', '-m', 'What is deployed'],
] as const;
