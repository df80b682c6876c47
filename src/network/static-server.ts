/**
 * Serves the files of a directory: the program of agents whose service is a static site.
 *
 *     PORT=3000 HOST=0.0.0.0 node src/network/static-server.ts DIR
 */
import { serveSite } from './static/serve-site.ts';
import { Site } from './static/site.ts';

const graceful = 10_000;

const site = await Site.at(process.argv[2] ?? '.');
// `import` of node:http would touch all its exports, and with them load an HTTP client of 15 MB that nothing here uses.
const server = process.getBuiltinModule('node:http').createServer((request, response) => {
  serveSite(site, request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(Number(process.env['PORT'] ?? 3000), process.env['HOST'] ?? '0.0.0.0', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(`serving ${process.argv[2] ?? '.'} at http://${address.address}:${address.port}`);
});

const stop = (): void => {
  server.close(() => process.exit(0));
  setInterval(() => server.closeIdleConnections(), 50).unref();
  setTimeout(() => process.exit(0), graceful).unref();
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
