import { limits } from './entries.js';

/** The whole page. `entry` and `problem` show the form again as it was filled in, with what is wrong about it. */
export function renderPage({ entries, entry = {}, problem }) {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Guestbook</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/style.css">
</head>
<body>
  <a class="skip" href="#entries">Skip to the entries</a>
  <header>
    <h1>Guestbook</h1>
    <p>Nice that you came by. Leave a line for those who come after you.</p>
  </header>
  <main>
    ${renderForm(entry, problem)}
    <section aria-labelledby="entries">
      <h2 id="entries">What others wrote</h2>
      ${entries.length === 0 ? '<p class="empty">Nobody yet: you could be the first.</p>' : `<ol>${entries.map(renderEntry).join('')}</ol>`}
    </section>
  </main>
</body>
</html>
`;
}

function renderForm({ name = '', message = '' }, problem) {
  return `<form method="post" action="/entries">
      ${problem ? `<p class="problem" role="alert">${escape(problem)}</p>` : ''}
      <label for="name">Your name</label>
      <input id="name" name="name" required maxlength="${limits.name}" autocomplete="name" value="${escape(name)}">
      <label for="message">Your message</label>
      <textarea id="message" name="message" rows="4" required maxlength="${limits.message}">${escape(message)}</textarea>
      <button>Sign the guestbook</button>
    </form>`;
}

function renderEntry({ name, message, written_at: writtenAt, words }) {
  const count = words === null ? 'just arrived' : `${words} ${words === 1 ? 'word' : 'words'}`;
  return `
        <li>
          <p class="message">${escape(message)}</p>
          <p class="meta"><b>${escape(name)}</b> · <time datetime="${writtenAt.toISOString()}">${formatTime(writtenAt)}</time> · ${count}</p>
        </li>`;
}

function formatTime(date) {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function escape(text) {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
