import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StratoError } from '../../model/errors.ts';
import type { Invocation } from '../command.ts';
import { systemdUnit } from '../unit.ts';

/** Settings that the unit takes over from whoever writes it. That of the ledger is not among them: it may hold a password, and everybody can read a unit. */
const taken = /^STRATOSWARM_(PORT|API_(PORT|HOST|CERT|KEY|NAMES))$/;

export async function run({ values, screen, paths, env }: Invocation): Promise<void> {
  const system = process.getuid?.() === 0;
  const settings = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => taken.test(entry[0]) && entry[1] !== undefined));
  const unit = systemdUnit({ wrapper: fileURLToPath(new URL('../../../stratoswarm', import.meta.url)), home: paths.home, path: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', settings, system });
  if (values.flag('print')) return values.json ? screen.json({ unit }) : void screen.out.write(unit);
  const directory = values.option('directory') ?? (system ? '/etc/systemd/system' : join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'systemd/user'));
  const file = join(directory, 'stratoswarm.service');
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, unit, { mode: 0o644 });
  } catch (error) {
    throw new StratoError('install.failed', `The unit cannot be written to ${file}`, { why: (error as Error).message, next: 'see it with `stratoswarm daemon install --print`' });
  }
  const systemctl = system ? 'systemctl' : 'systemctl --user';
  const enable = `${systemctl} daemon-reload && ${systemctl} enable --now stratoswarm`;
  if (values.json) return screen.json({ file, enable });
  screen.line(`Wrote ${file}`);
  screen.line(`Enable it with: ${enable}`);
  if (!system) screen.line('To have it run when you are not logged in: loginctl enable-linger');
  if (!existsSync('/run/systemd/system')) screen.line('Note: systemd does not run on this machine now.');
}
