import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { groupWithApp, hostsFile, insideUser, passwdWithApp } from '../sandbox/identity.ts';

export interface Whereabouts {
  readonly hostname: string;
  /** Its own address. */
  readonly address: string;
  /** Address by which the host is reached. */
  readonly gateway: string;
  readonly hosts: Readonly<Record<string, string | 'gateway'>>;
  /** Null leaves the host's. */
  readonly resolvConf: string | null;
}

/** Files of `/etc` that tell an agent who and where it is, by path. */
export function systemFiles({ hostname, address, gateway, hosts, resolvConf }: Whereabouts): Record<string, string> {
  return {
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': hostsFile(hostname, address, gateway, hosts),
    '/etc/passwd': passwdWithApp(readFileSync('/etc/passwd', 'utf8'), insideUser),
    '/etc/group': groupWithApp(readFileSync('/etc/group', 'utf8'), insideUser),
    ...(resolvConf === null ? {} : { '/etc/resolv.conf': resolvConf }),
  };
}

/** Lays files and empty directories, world-readable whatever the umask, into the upper layer of a root file system. */
export function layInto(layer: string, files: Readonly<Record<string, string>>, directories: readonly string[]): void {
  for (const path of directories) makeDirectory(layer, path);
  for (const [path, content] of Object.entries(files)) {
    makeDirectory(layer, dirname(path));
    writeFileSync(join(layer, path), content);
    chmodSync(join(layer, path), 0o644);
  }
}

function makeDirectory(layer: string, path: string): void {
  let whole = layer;
  for (const part of ['', ...path.split('/').filter(Boolean)]) {
    whole = join(whole, part);
    mkdirSync(whole, { recursive: true });
    chmodSync(whole, 0o755);
  }
}
