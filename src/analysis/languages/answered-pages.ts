import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { lineOf } from '../syntax/formats.ts';
import type { Tree } from '../tree/tree.ts';

/** How servers say that an answer is a page: `res.type('html')`, `reply.type('text/html')`, `put_resp_content_type("text/html")`, `writeHead(200, { 'Content-Type': 'text/html' })`. */
const answer = /(?:\btype|content_?type|\bsetHeader|\bset|\bheader|\bwriteHead)[ \t]*\([ \t]*(?:\d{3},[ \t]*)?(?:\w+,[ \t]*)?(?:\{\s{0,80})?(?:["'`]content-type["'`][ \t]*[,:][ \t]*)?["'`](?:text\/)?html\b/gi;
const set = /\bcontent_?type[ \t]*=[ \t]*["']text\/html\b/gi;
/** A page that is handed out as it is: `res.sendFile(join(__dirname, 'index.html'))`. */
const handed = /\b(?:sendFile|send_file|FileResponse|ServeFile)\([^;\n]{0,160}?\.html?["'`]/g;
const data = /\.json[ \t]*\(|\bjson[ \t]*\([ \t]*conn\b|application\/json/g;
/** Files beyond so many characters are no small servers that write their pages themselves. */
const longest = 100_000;

/** Where code answers with pages that it writes itself, unless it answers with data as well, and more often. */
export function pageAnswered(tree: Tree, code: readonly FileFacts[]): Evidence | undefined {
  let first: Evidence | undefined;
  let balance = 0;
  for (const { path } of code.slice(0, mostFiles)) {
    const text = tree.textOnce(path) ?? '';
    if (text.length > longest) continue;
    const found = text.match(answer) ?? text.match(set) ?? text.match(handed);
    if (found) first ??= seen(path, lineOf(text, found[0]), 'answers with a page');
    balance += (found?.length ?? 0) - (text.match(data)?.length ?? 0);
  }
  return balance > 0 ? first : undefined;
}

const mostFiles = 30;
