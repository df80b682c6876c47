import { entropyOf, isPlaceholder } from './value.ts';

/** Values under `data:` and `stringData:` of Kubernetes Secrets, with their places. Sealed and encrypted ones are of other kinds. */
export function manifestSecrets(path: string, text: string): { name: string; from: number; to: number }[] {
  if (!/\.(?:ya?ml|json|tpl)$/i.test(path) || !/\bkind["']?:\s*["']?Secret\b/.test(text)) return [];
  const found: { name: string; from: number; to: number }[] = [];
  for (const document of text.matchAll(/(?:^|\n---[^\n]*\n)([\s\S]*?)(?=\n---|$(?![\s\S]))/g)) {
    const [, body = ''] = document;
    const start = document.index + document[0].length - body.length;
    if (!/(?:^|\n)\s*["']?kind["']?:\s*["']?Secret["']?\s*(?:,|\n|$)/.test(body) || /\bsops:/.test(body)) continue;
    for (const section of body.matchAll(/(?<![^\n])([ \t]*)["']?(data|stringData)["']?:[ \t]*(?:\{|\n)((?:\1[ \t]+[^\n]*(?:\n|$)|[ \t]*\n|[ \t]*[^\n{}]*[},]\n?)*)/g)) {
      const lines = start + section.index + section[0].length - section[3]!.length;
      for (const pair of section[3]!.matchAll(/^[ \t]*["']?([\w.-]+)["']?:[ \t]*["']?([^\s"'{}|>#,]{8,})/gm)) {
        const from = lines + pair.index + pair[0].length - pair[2]!.length;
        const value = section[2] === 'data' ? decoded(pair[2]!) : pair[2]!;
        if (value !== undefined && !isNoSecret.test(pair[1]!) && isWorthHiding(value.trim())) found.push({ name: pair[1]!, from, to: from + pair[2]!.length });
      }
    }
  }
  return found;
}

/** Names of what stands beside a secret, and values that images begin with. */
const isNoSecret = /(?:^|[._-])(?:user(?:[._-]?name)?|host(?:[._-]?name)?|port|database|db[._-]?name|region|email)$/i;
const isUsual = /^(?:postgres|root|admin|guest|user|mysql|mongo|redis|password|secret|test)$/i;

function isWorthHiding(value: string): boolean {
  return value.length >= 4 && !isUsual.test(value) && entropyOf(value) > 1.9 && !isPlaceholder(value);
}

function decoded(value: string): string | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(value) && value.length % 4 === 0 ? Buffer.from(value, 'base64').toString('latin1') : undefined;
}
