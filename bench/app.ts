/** The app that all contenders run: it says its version and which of its instances answers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function writeApp(directory: string, version: string): string {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'tiny', version: '1.0.0', type: 'module', scripts: { start: 'node server.js' } }));
  writeFileSync(join(directory, 'server.js'), server(version));
  return directory;
}

const server = (version: string): string => `import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const instance = randomUUID();
const server = createServer((_, response) => response.end('${version} ' + instance));
server.listen(process.env.PORT || 3000);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;
