const types: Record<string, string> = {
  html: 'text/html', htm: 'text/html', css: 'text/css', js: 'text/javascript', mjs: 'text/javascript', cjs: 'text/javascript',
  json: 'application/json', map: 'application/json', webmanifest: 'application/manifest+json', jsonld: 'application/ld+json',
  txt: 'text/plain', md: 'text/markdown', csv: 'text/csv', xml: 'application/xml', rss: 'application/rss+xml', atom: 'application/atom+xml',
  yaml: 'application/yaml', yml: 'application/yaml', ics: 'text/calendar', vtt: 'text/vtt',
  svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', ico: 'image/x-icon', bmp: 'image/bmp',
  woff: 'font/woff', woff2: 'font/woff2', ttf: 'font/ttf', otf: 'font/otf', eot: 'application/vnd.ms-fontobject',
  mp3: 'audio/mpeg', ogg: 'audio/ogg', wav: 'audio/wav', flac: 'audio/flac', m4a: 'audio/mp4', opus: 'audio/opus',
  mp4: 'video/mp4', webm: 'video/webm', mov: 'video/quicktime', m3u8: 'application/vnd.apple.mpegurl', ts: 'video/mp2t',
  wasm: 'application/wasm', pdf: 'application/pdf', zip: 'application/zip', gz: 'application/gzip', tar: 'application/x-tar',
};

const compressible = /^(?:text\/|application\/(?:json|xml|wasm|yaml|.*\+(?:json|xml)|vnd\.ms-fontobject)|image\/(?:svg\+xml|bmp|x-icon)|font\/[ot]tf)/;

/** The media type of a file by its name; text says that it is UTF-8. */
export function mediaType(path: string): string {
  const type = types[/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
  return type.startsWith('text/') || type === 'application/json' || type === 'application/xml' || type === 'image/svg+xml' ? `${type}; charset=utf-8` : type;
}

/** Files of this type get notably smaller by compression. */
export function isCompressible(type: string): boolean {
  return compressible.test(type);
}
