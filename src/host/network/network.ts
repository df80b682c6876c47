/** Where an agent is in the network. */
export interface NetworkPlace {
  /** IPv4 address at which the host and other agents reach it. */
  readonly address: string;
  /** IPv6 address at which the host reaches it, with the bridge as its zone; null where IPv6 does not work. */
  readonly address6: string | null;
  /** Path that pins its network namespace, for `setns`, `nsenter --net=` and OCI bundles. It has `lo` and `eth0`, both up. */
  readonly namespace: string;
}

export interface PlaceOptions {
  readonly holder?: number | undefined;
  readonly contained?: boolean | undefined;
  readonly app?: string | undefined;
  /** Who lives there speaks for its addresses itself, past the kernel, which then must not answer for them. */
  readonly ownStack?: boolean | undefined;
}

/**
 * The network of one home: a bridge with a gateway address on the host, and a namespace for each agent behind it, with a way out through
 * NAT. In each namespace TCP that nothing on the agent's own address accepts is handed to the loopback, 127.0.0.1 or `::1`, so an app that binds only
 * that is reached as well, and ports below 1024 need no privilege. Namespaces outlive the daemon.
 */
export interface Network {
  readonly bridge: string;
  /** The host's own address on the bridge. */
  readonly gateway: string;
  /** `10.x.0.0/16` */
  readonly subnet: string;
  /** Agents of different apps do not reach each other here. */
  readonly separates: boolean;
  /** Content of `/etc/resolv.conf` for agents. */
  readonly resolvConf: string;
  /**
   * Makes the namespace of an agent; one that exists is kept. `key` gets the address it had the last time unless another agent has it now.
   * With `holder`, the pid of a process in a new network namespace, that namespace becomes the agent's: so it can belong to a user
   * namespace. Agents of different apps (`app`) do not reach each other. One that is `contained` reaches those of its own app and nothing else, not even the host, which reaches it: it needs `app`, and {@link separates}. Throws `network.failed`, `network.full`.
   */
  create(id: string, key: string, options?: PlaceOptions): Promise<NetworkPlace>;
  /** The place of an agent; null when it has none. */
  find(id: string): NetworkPlace | null;
  /** Removes namespace and interfaces; the last one takes bridge and NAT rules along. No error when there is nothing. */
  remove(id: string): Promise<void>;
  /** Ids of all namespaces of this home, also of crashed runs. */
  list(): string[];
  /** Puts back the rules by which agents are kept apart and led out, where somebody took them away, as the reload of a firewall does; true when any was gone. */
  keep(): Promise<boolean>;
  /** Removes bridge and NAT rules when no namespace is left. */
  cleanup(): Promise<void>;
}

export type NetworkProbe =
  | { readonly works: true; readonly network: Network; readonly lacks: readonly { what: string; remedy: string }[] }
  | { readonly works: false; readonly reason: string; readonly remedy: string };
