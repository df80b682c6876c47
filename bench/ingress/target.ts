/** A target that answers every request with 1 KB. */
import { createServer } from 'node:http';

const body = 'x'.repeat(1024);
createServer((_, response) => response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length }).end(body)).listen(Number(process.argv[2]), '127.0.0.1');
