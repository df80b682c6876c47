import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { misdeeds } from './misdeeds.js';

const { env } = process;

if (env.CRASH_ON_START === '1') throw new Error('CRASH_ON_START is set');

const help = `${Object.entries(misdeeds).map(([path, { about }]) => `${path.padEnd(24)}${about}`).join('\n')}\n`;

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://crashy');
  if (url.pathname === '/') return response.end(help);
  const misdeed = misdeeds[Object.keys(misdeeds).find((path) => path.split('?')[0] === url.pathname)];
  if (!misdeed) return response.writeHead(404).end(help);
  await misdeed.act(response, (name, usual) => Number(url.searchParams.get(name) ?? usual));
});

process.on('SIGTERM', () => {
  if (env.IGNORE_SIGTERM === '1') return console.log('SIGTERM ignored');
  server.close();
  server.closeIdleConnections();
});

if (env.NEVER_LISTEN === '1') {
  console.log('not going to listen');
  setInterval(() => {}, 60_000);
} else {
  await sleep(Number(env.LISTEN_AFTER_MS ?? 0));
  server.listen({ port: Number(env.PORT || 3000), host: env.LISTEN_HOST }, () => console.log('listening', server.address()));
}
