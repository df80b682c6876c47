/** Shannon entropy of a text in bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Values that stand where a secret should be filled in, or that say that they are no secret. */
const placeholderWords = /example|sample|placeholder|dummy|changeme|change[-_. ]?(?:me|it|this)|replace|redacted|your[-_. ]?|my[-_](?:secret|password|token|key|api)|insert|fill[-_ ]?in|todo|fixme|lorem|foo-?bar|deadbeef|notreal|not[-_]a[-_]?real|\bfake|fake[-_]|\bmock|\bxxx|undefined|\bnull\b|\bnone\b|\bnil\b|\btrue\b|\bfalse\b|secret[-_]?here|goes[-_]?here|\bsee\b|\bhere\b|localhost|abcdefghij|abcdef0123|0123456789|1234567890|12345678|qwerty|asdfgh|aaaaaa|\.\.\.|\*\*\*|____|----$|\btest[-_](?:token|key|secret|pass)|^password[-_]?\d{1,4}$/i;
/** Values that are taken from elsewhere when the program runs. */
const reference = /^[$%@#]?[{[<(%$]|\$\{|\{\{|\}\}|<%|%>|\$\(|%\(|%[sdv]\b|^\$[A-Za-z_]|^%[A-Za-z_]+%$|^(?:process\.env|os\.environ|os\.getenv|getenv|env|ENV|System\.getenv|config|settings|secrets|vars?|data|module|local|inputs?|github|steps|params|props|this|self|ref|file|ssm|vault|secretsmanager|arn|op|keyvault|kms|sops|bao):?[.[(/:]|^ENC\[|^!(?:vault|Ref|Sub|GetAtt|ImportValue)|^Ag[A-Z][A-Za-z0-9+/]{60}|^vault:|^\{cipher\}/;

/** Whether a value is no secret by its own looks: a placeholder, a reference, a run of one character or of the alphabet. */
export function isPlaceholder(value: string): boolean {
  return reference.test(value) || /^__[A-Z][A-Z_]*__$/.test(value) || placeholderWords.test(value) || new Set(value.toLowerCase().replace(/[^a-z0-9]/g, '')).size <= 4 || hasRun(value) || isRepeated(value);
}

/** Eight or more characters that count up, down or stay. */
function hasRun(value: string): boolean {
  let run = 1;
  let step = NaN;
  for (let i = 1; i < value.length; i++) {
    const next = value.charCodeAt(i) - value.charCodeAt(i - 1);
    run = next === step && Math.abs(next) <= 1 ? run + 1 : 2;
    step = next;
    if (run >= 8) return true;
  }
  return false;
}

/** The same few characters over and over. */
function isRepeated(value: string): boolean {
  for (let size = 1; size <= 4 && size * 4 <= value.length; size++) {
    if (value === value.slice(0, size).repeat(Math.ceil(value.length / size)).slice(0, value.length)) return true;
  }
  return false;
}

/** The secret as it may be shown: enough to recognise it by, too little to use. */
export function masked(value: string): string {
  const [first = ''] = value.split('\n');
  const shown = value.length < 12 ? '' : value.startsWith('-----') ? first.slice(0, 40) : value.slice(0, 4);
  return `${shown}… (${value.length} characters)`;
}
