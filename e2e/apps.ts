/**
 * A web server with nothing to install: says its version, answers slowly when asked, streams events, echoes WebSockets, and ends
 * properly when it is asked to.
 */
export function serverApp(version: string, name = 'tiny'): Record<string, string> {
  return { 'package.json': JSON.stringify({ name, version: '1.0.0', type: 'module', scripts: { start: 'node server.js' } }), 'server.js': server.replace('VERSION', version) };
}

const server = `import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const version = 'VERSION';
const streams = new Set();
const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://tiny');
  if (url.pathname === '/slow') return setTimeout(() => response.end(version), Number(url.searchParams.get('ms')));
  if (url.pathname === '/environment') return response.end(JSON.stringify(process.env));
  if (url.pathname !== '/events') return response.end(version);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const beat = setInterval(() => response.write('data: ' + version + '\\n\\n'), 50);
  streams.add(response);
  response.on('close', () => { clearInterval(beat); streams.delete(response); });
});
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nupgrade: websocket\\r\\nconnection: Upgrade\\r\\nsec-websocket-accept: ' + accept + '\\r\\n\\r\\n');
  streams.add(socket);
  socket.on('data', (frame) => {
    const length = frame[1] & 127;
    const mask = frame.subarray(2, 6);
    const payload = Buffer.from(frame.subarray(6, 6 + length).map((byte, i) => byte ^ mask[i % 4]));
    socket.write(Buffer.concat([Buffer.from([0x81, length]), payload]));
  });
  socket.on('error', () => {}).on('close', () => streams.delete(socket));
});
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  for (const stream of streams) stream.end();
});
server.listen(process.env.PORT || 3000);
`;
