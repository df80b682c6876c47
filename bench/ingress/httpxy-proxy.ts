/** The plain proxy that the ingress is compared with: `node:http` and `httpxy`, with connections to the target kept. */
import { Agent, createServer } from 'node:http';
import { createProxyServer } from 'httpxy';

const [port, target] = process.argv.slice(2).map(Number);
const proxy = createProxyServer({ target: `http://127.0.0.1:${target}`, agent: new Agent({ keepAlive: true }), xfwd: true });
createServer((request, response) => {
  proxy.web(request, response).catch(() => {
    response.statusCode = 502;
    response.end();
  });
}).listen(port, '127.0.0.1');
