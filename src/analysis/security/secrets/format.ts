import type { Finding } from '../../../model/index.ts';

/** How one kind of credential is written, and how it is told from text that only looks like it. */
export interface SecretFormat {
  readonly id: string;
  /** What it is, as its provider calls it. */
  readonly what: string;
  /** Lower case; a text without any of them is not searched for this format. */
  readonly keywords: readonly string[];
  /** Global. Its first group, or all of it, is the secret. */
  readonly pattern: RegExp;
  /** Least Shannon entropy in bits per character. */
  readonly entropy: number;
  readonly severity: Finding['severity'];
}

export interface FormatOptions {
  keywords?: readonly string[];
  entropy?: number;
  severity?: Finding['severity'];
  /** The pattern is matched without regard to case. */
  anyCase?: boolean;
}

/** What may follow a credential: it ends where a value ends. */
const after = '(?=$|[\\s"\'`;,<>)\\]}&|#\\\\:]|\\.(?:\\s|$))';

/** A credential that is known by its own beginning: `ghp_…`. The keyword is what its pattern begins with, unless given. */
export function prefixed(id: string, what: string, body: string, { keywords, entropy = 2, severity = 'high', anyCase = false }: FormatOptions = {}): SecretFormat {
  const own = keywords ?? [/^(?:[\w-]|\\-)+(?![?*{])/.exec(body)![0].replaceAll('\\', '').toLowerCase()];
  return { id, what, keywords: own, pattern: new RegExp(`(?<![A-Za-z0-9_+/-])(${body})${after}`, anyCase ? 'gi' : 'g'), entropy, severity };
}

/** What stands between a name and its value in code and configuration: `=`, `:=`, `: `, `=>`, `">`, `, "`, `("`, CDATA. */
export const assignment = '["\'`\\])]{0,3}\\s{0,4}(?:(?::\\s{0,2}[\\w.<>\\[\\]&*]{1,20}\\s{0,2}=)|=>|:?:?:?=|\\?=|\\|\\|:?|[:>,(]|\\sto\\s|(?<=["\'`])\\s)\\s{0,4}(?:new String\\(|\\[\\]byte\\(|Buffer\\.from\\(|String::from\\(|String\\.valueOf\\()?(?:<!\\[CDATA\\[)?[brfuL@$]{0,2}["\'`\\\\=]{0,5}';

/** A credential that has no beginning of its own, and is known by the name that it is given to: `datadog_api_key = "…"`. */
export function named(id: string, what: string, names: readonly string[], body: string, { keywords, entropy = 2.5, severity = 'high' }: FormatOptions = {}): SecretFormat {
  const pattern = `(?:${names.join('|')})[\\w .-]{0,25}?${assignment}(?=[^\\s"'\`<>]*\\d)(${body})(?![\\w+/-])`;
  return { id, what, keywords: keywords ?? names.map((name) => /^[a-z0-9]+/.exec(name)![0]), pattern: new RegExp(pattern, 'gi'), entropy, severity };
}
