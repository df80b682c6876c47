import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SizedApp } from './apps.ts';

/** Writes the files of an app into a directory. */
export function writeFiles({ files }: SizedApp, directory: string): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
}

/** Installs and builds an app. Throws with what the program said when one fails. */
export function prepare(app: SizedApp, directory: string): void {
  for (const [program, ...args] of app.prepare) {
    const { status, stderr } = spawnSync(program!, args, { cwd: directory, encoding: 'utf8', timeout: 600_000, env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1' } });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.slice(-500)}`);
  }
}
