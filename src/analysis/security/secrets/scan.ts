import type { Finding } from '../../../model/index.ts';
import { WordFinder } from './automaton.ts';
import type { SecretFormat } from './format.ts';
import { cloudFormats } from './formats-cloud.ts';
import { codeFormats } from './formats-code.ts';
import { generalFormats } from './formats-general.ts';
import { serviceFormats } from './formats-services.ts';
import { genericKeywords, genericSecrets } from './generic.ts';
import { manifestSecrets } from './manifest.ts';
import { entropyOf, isPlaceholder, masked } from './value.ts';

/** Every format that is known. Where two match the same text, the first counts. */
export const secretFormats: readonly SecretFormat[] = [...codeFormats, ...cloudFormats, ...serviceFormats, ...generalFormats];

export interface FoundSecret {
  /** The format's id, or `generic-secret`. */
  format: string;
  what: string;
  severity: Finding['severity'];
  line: number;
  /** Shortened so far that it is of no use. */
  shown: string;
  /** The name that it is given to, where the looks of the value alone say nothing. */
  name?: string;
}

interface Match extends Omit<FoundSecret, 'line' | 'shown'> {
  from: number;
  to: number;
}

/** In these an unquoted value is a value and no expression. */
const configuration = /(?:^|\/)(?:\.env[\w.-]*|Dockerfile[\w.-]*|\.?(?:npmrc|pypirc|netrc|yarnrc|htpasswd|s3cfg|gitconfig|git-credentials|boto)|_netrc|credentials|config)$|\.(?:env|ini|cfg|conf|config|properties|ya?ml|toml|tfvars|xml|plist|sh|bash|zsh|service|txt|md|rst|http|rest|envrc|log|pem|key)$/i;
/** What is put together by tools, and full of digests. */
const digests = /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|composer\.lock|Gemfile\.lock|Cargo\.lock|poetry\.lock|Pipfile\.lock|uv\.lock|go\.sum|deno\.lock|bun\.lockb?|mix\.lock|pubspec\.lock|gradle\.lockfile|packages\.lock\.json|flake\.lock|manifest\.toml)$|\.(?:svg|css|scss|less|map|snap|ipynb|po|pot|csv|tsv|geojson)$/i;
/** What shows how something is set up, or says it in words: what has the looks of a secret by its name alone is none there. */
const inWords = /(?:^|[/._-])(?:examples?|samples?|templates?|dist|tpl|stub)(?:[._-][\w.-]*)?$|\.(?:mdx?|rst|adoc|xlf|resx|arb)$|(?:^|\/)(?:i18n|l10n|locales?|lang|langs|languages|translations?)\/|(?:^|\/)[Mm]essages?(?:_\w+)?\.properties$/;
/** Most that is reported of one file. */
const mostPerFile = 50;

/** Secrets in a text. Formats are tried only around their keywords, so time is linear in the text. */
export function secretsIn(path: string, text: string): FoundSecret[] {
  if (digests.test(path)) return [];
  const places = words().in(text);
  if (places.size === 0) return [];
  const matches: Match[] = [];
  for (const format of formatsFor(places)) {
    for (const { from: start, to: end } of windows(format, places, text.length)) {
      const part = text.slice(start, end);
      // A loop of `matchAll` would make a pattern of its own for each part.
      format.pattern.lastIndex = 0;
      for (let match = format.pattern.exec(part); match; match = format.pattern.exec(part)) {
        const secret = match.slice(1).find((group) => group !== undefined) ?? match[0];
        const from = start + match.index + match[0].lastIndexOf(secret);
        if (isAllowed(format, secret) || isIgnoredLine(text, from)) continue;
        matches.push({ format: format.id, what: format.what, severity: format.severity, from, to: from + secret.length });
      }
    }
  }
  const general = inWords.test(path) ? [] : new Set(genericKeywords.flatMap((_, index) => places.get(index) ?? []));
  for (const { name, value, index } of genericSecrets(text, general, !configuration.test(path))) {
    if (!isIgnoredLine(text, index) && !documented.test(value)) matches.push({ format: 'generic-secret', what: 'secret', severity: 'medium', name, from: index, to: index + value.length });
  }
  for (const { name, from, to } of manifestSecrets(path, text)) matches.push({ format: 'kubernetes-secret', what: 'value of a Kubernetes Secret', severity: 'high', name, from, to });
  return settle(text, matches);
}

/** The formats of which a keyword occurs, in their order. */
function formatsFor(places: ReadonlyMap<number, readonly number[]>): SecretFormat[] {
  const wanted = new Set<number>();
  for (const keyword of places.keys()) for (const format of formatsByKeyword[keyword]!) wanted.add(format);
  return [...wanted].sort((a, b) => a - b).map((format) => secretFormats[format]!);
}

/** What is looked at before and after a keyword; longer secrets are recognised by their beginning. */
const around = { before: 320, after: 700 };

/** The parts of a text that lie around a format's keywords, without overlaps. */
function windows({ keywords }: SecretFormat, places: ReadonlyMap<number, readonly number[]>, length: number): { from: number; to: number }[] {
  let ends: number[] = [];
  for (const keyword of keywords) {
    const own = places.get(keywordIndex.get(keyword)!);
    if (own) ends = ends.length === 0 ? (own as number[]) : [...ends, ...own].sort((a, b) => a - b);
  }
  const parts: { from: number; to: number }[] = [];
  for (const end of ends) {
    const last = parts.at(-1);
    const from = Math.max(0, end - around.before);
    const to = Math.min(length, end + around.after);
    if (last && from <= last.to) last.to = to;
    else parts.push({ from, to });
  }
  return parts;
}

/** Of matches that overlap, the one of the surest format; in order of place. */
function settle(text: string, matches: readonly Match[]): FoundSecret[] {
  const kept: Match[] = [];
  for (const match of matches) if (!kept.some(({ from, to }) => match.from < to && from < match.to)) kept.push(match);
  kept.sort((a, b) => a.from - b.from);
  let line = 1;
  let at = 0;
  return kept.slice(0, mostPerFile).map(({ from, to, ...match }) => {
    for (let next = text.indexOf('\n', at); next >= 0 && next < from; next = text.indexOf('\n', at)) {
      line++;
      at = next + 1;
    }
    return { ...match, line, shown: masked(text.slice(from, to)) };
  });
}

let finder: WordFinder | undefined;
const keywordIndex = new Map([...genericKeywords, ...secretFormats.flatMap(({ keywords }) => keywords)].filter((word, at, all) => all.indexOf(word) === at).map((word, index) => [word, index]));
const formatsByKeyword = [...keywordIndex.keys()].map((word) => secretFormats.flatMap(({ keywords }, index) => (keywords.includes(word) ? [index] : [])));

function words(): WordFinder {
  return (finder ??= new WordFinder([...keywordIndex.keys()]));
}

/** Keys that providers print in their own documentation. */
const documented = /EXAMPLE(?:KEY)?$|^AIzaSy(?:A{10}|abc)|^sk_test_4eC39HqLyjWDarjtT1zdp7dc|^6LeIxAcTAAAAA|^eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\.eyJzdWIiOiIxMjM0NTY3ODkwIi/;

function isAllowed(format: SecretFormat, secret: string): boolean {
  if (entropyOf(secret) < format.entropy || documented.test(secret)) return true;
  if (format.id === 'private-key') return false;
  if (isPlaceholder(secret)) return true;
  if (format.id === 'key-header' && /^[A-Za-z_.]+$/.test(secret)) return true;
  if (format.id === 'curl-user' && /pass(?:wd|word)/i.test(secret)) return true;
  if (format.id === 'url-credentials' || format.id === 'connection-string') return /^[A-Z]+(?:_[A-Z]+)+$|[pP]assword\d{0,4}$/.test(secret) || /^(?:(?:my[-_]?)?pass(?:word|wd)?|pwd|secret|user(?:name)?|root|admin|postgres|guest|airflow|mysql|mongo|minio(?:admin)?|rabbitmq|(?:api|auth|access)[-_]?(?:token|key)|token|\d{1,5}|x+|test|dev|pw|key)$/i.test(secret);
  return /^[a-z]+(?:[_-][a-z]+)*$/.test(secret) && secret.length < 40 && format.id !== 'huggingface-token';
}

/** Characters before and after a secret in which its line is searched for a mark. */
const farFromMark = 2000;

/** Lines that say that they are known: the marks of the tools that people use for it. */
function isIgnoredLine(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - farFromMark - 1), at);
  const start = before.lastIndexOf('\n') + 1;
  if (start === 0 && before.length > farFromMark) return false;
  const [rest = ''] = text.slice(at, at + farFromMark).split('\n', 1);
  return /gitleaks:allow|secretlint-disable|pragma: allowlist secret|nosecret|trufflehog:ignore/.test(before.slice(start) + rest);
}
