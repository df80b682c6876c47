import { createServer } from 'node:http';

const port = process.env.PORT || 3000;
const greeterUrl = process.env.GREETER_URL || 'http://localhost:5001';

/** What the greeter answers, or why it does not. */
async function fetchGreeting(name) {
  const url = new URL('/greet', greeterUrl);
  url.searchParams.set('name', name);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    if (!response.ok) return { problem: `it answered ${response.status}` };
    return await response.json();
  } catch (error) {
    return { problem: error.cause?.code ?? error.message };
  }
}

function renderPage(name, { greeting, from, problem }) {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Greetings</title>
<link rel="icon" href="data:,">
<style>
  body { max-width: 32rem; margin: 15vh auto 0; padding: 0 1.25rem; font: 1.125rem/1.6 system-ui, sans-serif; }
  h1 { font-size: 2.5rem; line-height: 1.2; overflow-wrap: anywhere; }
  input, button { padding: 0.5rem 0.75rem; font: inherit; }
</style>
<main>
  <h1>${problem ? 'The greeter is silent' : escape(greeting)}</h1>
  <p>${problem ? `Asked at ${escape(greeterUrl)}: ${escape(problem)}.` : `Said by ${escape(from)}.`}</p>
  <form>
    <label for="name">Greet</label>
    <input id="name" name="name" value="${escape(name)}" maxlength="60">
    <button>Go</button>
  </form>
</main>
</html>
`;
}

function escape(text) {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://front');
  if (url.pathname === '/health') return response.end('ok\n');
  if (url.pathname !== '/') return response.writeHead(404).end('nothing here\n');
  const name = url.searchParams.get('name') || 'world';
  const answer = await fetchGreeting(name);
  response.writeHead(answer.problem ? 502 : 200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(renderPage(name, answer));
});

server.listen(port, () => console.log(`front listens on port ${server.address().port}, greeter at ${greeterUrl}`));
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => server.close());
