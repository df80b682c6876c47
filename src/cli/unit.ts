export interface UnitOptions {
  /** Absolute path of the wrapper, which brings the right Node. */
  readonly wrapper: string;
  readonly home: string;
  readonly path: string;
  /** Further settings of the daemon, by the names of their variables. */
  readonly settings: Readonly<Record<string, string>>;
  /** The machine's unit, not a user's. */
  readonly system: boolean;
}

/**
 * The systemd unit of the daemon. `KillMode=process` leaves agents and ingress alone when the daemon is stopped or
 * upgraded; `Delegate` gives it the cgroups below its own.
 */
export function systemdUnit({ wrapper, home, path, settings, system }: UnitOptions): string {
  return `[Unit]
Description=Stratoswarm daemon
${system ? 'After=network-online.target\nWants=network-online.target\n' : ''}
[Service]
Type=simple
ExecStart=${quote(wrapper)} daemon run
${Object.entries({ STRATOSWARM_HOME: home, ...settings, PATH: path }).map(([name, value]) => `Environment=${quote(`${name}=${value}`)}`).join('\n')}
Restart=always
RestartSec=1
KillMode=process
Delegate=yes
LimitNOFILE=65536

[Install]
WantedBy=${system ? 'multi-user.target' : 'default.target'}
`;
}

/** One word of a unit file (systemd.syntax(7), systemd.unit(5) specifiers). */
function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
}
