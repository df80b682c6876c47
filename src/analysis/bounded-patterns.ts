/**
 * Bounds the time of every regular expression in this process. V8 tries the ways in which an expression may match one after the other, which for text that was made for it takes the square
 * of its length or worse; after this many steps back it follows all ways at once instead, in time linear in the text (M. Bidlingmaier, "An additional non-backtracking RegExp engine", v8.dev,
 * 2021). Expressions that ignore case or refer back to a group are not helped by it. It holds for those that are made afterwards: this module is imported before all others.
 */
import { setFlagsFromString } from 'node:v8';

const stepsBack = 2000;

setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
setFlagsFromString(`--regexp-backtracks-before-fallback=${stepsBack}`);
