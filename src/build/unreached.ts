/** How package managers, build tools and git say that they cannot reach somebody; the group is whom, where they tell. */
const signs: readonly RegExp[] = [
  /\bgetaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/,
  /\bhost='([\w.-]+)', port=\d+\): Max retries/,
  /(?:NewConnectionError|NameResolutionError|ConnectTimeoutError)[^\n]{0,300}?(?:host='([\w.-]+)'|Failed to establish a new connection|Failed to resolve)/,
  /Could not resolve host:? ([\w.-]+)/i,
  /dial tcp: lookup ([\w.-]+)/,
  /\bconnect (?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b/,
  /request to https?:\/\/([\w.-]+)\S* failed/,
  /(?:failed to fetch|error sending request for url|error trying to connect|unable to connect to|Could not connect to|Failed to connect to)\b[^\n]{0,40}?(?:https?:\/\/)?((?:[\w-]+\.){1,5}[a-z]{2,})/i,
  /Temporary failure in name resolution|Network is unreachable|ERR_PNPM_META_FETCH_FAIL|network (?:timeout|socket disconnected)/i,
];

/** Whom a line of a build's output says it cannot reach: a host, or '' where it names none. Undefined for other lines. */
export function unreachedIn(line: string): string | undefined {
  for (const sign of signs) {
    const match = sign.exec(line.slice(0, 2000));
    if (match) return match[1] ?? '';
  }
  return undefined;
}

/** How package managers say that a registry answers, and does not have what is asked for. */
const lacks: readonly RegExp[] = [
  /\b404 Not Found - GET https?:\/\/[^/\s]+\/(\S+)/, /\bnpm (?:error|ERR!) notarget No matching version found for (\S+?)\.?$/, /\bNo matching distribution found for (\S+)/, /ERR_PNPM_NO_MATCHING_VERSION\W+No matching version found for (\S+)/,
  /ERR_PNPM_FETCH_404\W+GET https?:\/\/[^/\s]+\/(\S+?): Not Found/, /Couldn't find (?:any versions for|package) "([^"]+)"/,
];

/** The package that a line of a build's output says no registry has. */
export function lackingIn(line: string): string | undefined {
  for (const sign of lacks) {
    const match = sign.exec(line.slice(0, 2000));
    if (match) return match[1]!.replaceAll(/%2f/gi, '/');
  }
  return undefined;
}

/** What to say of a build that asked for a package which no registry has. */
export function lackingAdvice(name: string): { why: string; next: string } {
  return { why: `no registry that this machine reaches has ${name}`, next: 'use a version that there is, or name the registry that has it with the settings that the daemon is started with (npm_config_registry, PIP_EXTRA_INDEX_URL); then deploy again' };
}

/** What to say of a build that failed after it could not reach somebody. */
export function unreachedAdvice(hosts: ReadonlySet<string>): { why: string; next: string } {
  const named = [...hosts].filter((host) => host !== '').slice(0, 3);
  return {
    why: `it could not reach ${named.length > 0 ? named.join(' and ') : 'the network'} from this machine`,
    next: 'check the network of this machine, and the settings for a proxy or a registry that the daemon was started with (HTTPS_PROXY, npm_config_registry, PIP_INDEX_URL, GOPROXY); then deploy again',
  };
}
