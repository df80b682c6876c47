/** Words that tell that what is made of chance must not be guessed. */
const secrecy = /token|secret|passw|passcode|passphrase|session|cookie|auth|otp\b|otp[A-Z_]|\botp|nonce|salt|crypt|cipher|csrf|xsrf|captcha|credential|remember|reset|invit|voucher|coupon|licen[cs]e|secur|verif|\bpin(?:code)?\b|(?:api|private|access|secret|encryption|signing|remember\w*)[_-]?[kK]ey|signature|certificate/i;
/** Where a function begins. */
const begins = /^[ \t]*(?:export\s|default\s|async\s|public\s|private\s|protected\s|internal\s|static\s|final\s){0,5}(?:def|function|func|fn|class)\b|^[ \t]*(?:public|private|protected|internal)\s|^[ \t]*(?:export\s)?(?:const|let|var)\s{1,4}\w{1,80}\s{0,4}=[^=\n]{0,200}=>|=>\s{0,4}\{?\s{0,4}$/;
const linesBefore = 14;
const linesAfter = 5;

/** What a digest is made for that needs no more than to differ. */
const telling = /gravatar|e-?tag|cache|checksum|fingerprint|dedup|file_?name|file_?hash|content_?hash|colou?r|\brevision\b|cache_?bust|integrity|extension|upload/i;

/** Whether what stands around a line, within the function that it is in, speaks of secrets; without a line the whole file. */
export function servesSecrecy(path: string, lines: readonly string[], line?: number): boolean {
  return secrecy.test(path.slice(path.lastIndexOf('/') + 1)) || secrecy.test(line === undefined ? lines.join('\n') : around(lines, line));
}

/** Whether a digest only tells things apart: files, versions, entries of a cache. */
export function tellsApart(lines: readonly string[], line: number): boolean {
  const text = around(lines, line);
  return telling.test(text) && !secrecy.test(text);
}

/** The lines before and after one, up to where its function and the next one begin. */
function around(lines: readonly string[], line: number): string {
  let from = line - 1;
  while (from > 0 && line - 1 - from < linesBefore && !begins.test(lines[from] ?? '')) from--;
  let to = line;
  while (to < lines.length && to - line < linesAfter && !begins.test(lines[to] ?? '')) to++;
  return lines.slice(from, to).join('\n');
}
