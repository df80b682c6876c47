const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Bytes as text: UTF-8, UTF-16 with a byte order mark, otherwise Latin-1 (which never fails). Undefined for what is
 * no text: a zero byte among the first 8,000.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, 8000).includes(0)) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
