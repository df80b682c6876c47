import type { Finding } from '../../../model/index.ts';
import { linesIn } from '../../syntax/lines.ts';
import { isHarmless, isInput } from './harmless.ts';
import type { Output, ViewKind } from './kinds.ts';
import { viewKinds } from './kinds.ts';

/** Views that nobody is shown in a browser of the app's own: mails, and pages about the code. */
const elsewhere = /(?:^|[/_.-])(?:e?mails?|mailers?|newsletters?|docs?|documentation|_layouts|_includes|shortcodes|coverage|reports?)(?:[/_.-]|$)/i;
/** Findings of one file that are told of one by one; where a view does it everywhere, its author has to go through it anyway. */
const mostInFile = 3;
const mostPlaces = 200;
const longest = 400;

/** What views write into pages without escaping it, unless it is plain that the app itself made it. */
export function viewWeaknesses(path: string, text: string): Finding[] {
  const kinds = viewKinds.filter(({ files }) => files.test(path));
  if (kinds.length === 0 || elsewhere.test(path)) return [];
  const found = kinds.flatMap((kind) => kind.outputs.flatMap((output) => written(kind, output, path, text)));
  const seen = new Set<string>();
  const told = found.filter(({ message }) => !seen.has(message) && seen.add(message));
  const usual = told.filter(({ severity }) => severity !== 'high');
  const more = usual.slice(mostInFile).map(({ line }) => line);
  const last = usual[mostInFile - 1];
  const shown = usual.slice(0, mostInFile).map((one) => (one === last && more.length > 0 ? { ...one, message: `${one.message}; ${more.length} more like it in this file, on lines ${more.slice(0, 10).join(', ')}${more.length > 10 ? ' …' : ''}` } : one));
  return [...told.filter(({ severity }) => severity === 'high').slice(0, mostInFile * 4), ...shown];
}

function written(kind: ViewKind, output: Output, file: string, text: string): Finding[] {
  const lines = linesIn(text);
  return placesOf(output, text).flatMap((match): Finding[] => {
    const expression = (output.bracket ? inBrackets(text, match.index + match[0].length) : match[1] ?? '').trim();
    if (isHarmless(expression, text)) return [];
    const isFromVisitor = isInput(expression) || (kind.name === 'JSP' && readsParameter(expression, text));
    if (output.onlyInput && !isFromVisitor) return [];
    const shown = expression.replace(/\s+/g, ' ').slice(0, 60);
    return [{
      rule: 'xss', severity: isFromVisitor ? 'high' : 'medium', file, line: lines.at(match.index + Math.max(0, match[0].lastIndexOf(expression.slice(0, 20)))),
      message: isFromVisitor ? `${shown} comes with the request and is written into the page as it is (${kind.name}: ${output.as})` : `${shown} is written into the page as it is (${kind.name}: ${output.as}): who decides what it holds can run scripts in the browsers of others`,
      fix: `write it with ${kind.escaped}; where it must be HTML, let a sanitiser with a list of allowed elements make it`,
    }];
  });
}

/** Where a view writes like this; the first of very many. */
function placesOf({ pattern, between }: Output, text: string): RegExpExecArray[] {
  const places: RegExpExecArray[] = [];
  let part = { from: 0, to: between ? 0 : text.length };
  for (const match of text.matchAll(pattern)) {
    if (places.length >= mostPlaces) break;
    if (between && match.index >= part.to) part = partAfter(text, part.to, between, match.index);
    if (match.index >= part.from && match.index < part.to) places.push(match);
  }
  return places;
}

/** The first part between two marks that ends after a place. */
function partAfter(text: string, start: number, [from, to]: readonly [RegExp, RegExp], place: number): { from: number; to: number } {
  for (let at = start; ;) {
    const opened = indexAfter(text, from, at);
    const closed = opened < text.length ? indexAfter(text, to, opened) : text.length;
    if (closed > place || opened >= text.length) return { from: opened, to: closed };
    at = closed;
  }
}

function indexAfter(text: string, pattern: RegExp, at: number): number {
  const search = new RegExp(pattern);
  search.lastIndex = at;
  return search.exec(text)?.index ?? text.length;
}

/** What stands before the bracket that closes an opened one. */
function inBrackets(text: string, from: number): string {
  let depth = 1;
  for (let i = from; i < text.length && i < from + longest; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return text.slice(from, i);
  }
  return '';
}

/** A variable of a page of Java that was given a parameter as it came. */
function readsParameter(expression: string, text: string): boolean {
  return /^\w{1,60}$/.test(expression) && new RegExp(String.raw`(?<!\w)${RegExp.escape(expression)}\s{0,4}=\s{0,4}request\.get(?:Parameter|Header|QueryString)\(`).test(text);
}
