import type { Expr, Stmt } from '../nodes.ts';
import type { Parser } from '../parser.ts';

/** `import a, { b as c } from 'm'`, `import * as d from 'm'`. */
export function importStatement(p: Parser): Stmt[] {
  p.at++;
  p.take('type');
  const names: [string, string][] = [];
  for (let steps = 0; !p.done && p.token.kind !== 'string' && steps < 2000; steps++) {
    if (p.is('from') && p.peek().kind === 'string') p.at++;
    else if (p.is('*') && p.is('as', 1)) {
      names.push([p.peek(2).text, '']);
      p.at += 3;
    } else if (p.is('{')) {
      p.at++;
      while (!p.is('}') && !p.done) {
        p.take('type');
        const name = p.isWord() ? p.word() : (p.at++, '');
        names.push([p.take('as') ? p.word() : name, name]);
        if (!p.take(',')) break;
      }
      p.expect('}');
    } else if (p.isWord()) names.push([p.word(), '']);
    else p.at++;
  }
  const from = p.token.text.replace(/^node:/, '');
  p.at++;
  for (const [local, name] of names) p.imports.set(local, name === '' ? from : `${from}.${name}`);
  p.take(';');
  return [];
}

/** `const { a: b } = require('m')` is an import; `const run = promisify(exec)` is the same function by another name. */
export function required(p: Parser, target: Expr, value: Expr): void {
  if (value.k === 'call' && target.k === 'name' && (value.callee.k === 'name' || value.callee.k === 'member') && value.callee.name === 'promisify') {
    const [func] = value.args;
    const whole = func?.k === 'name' ? p.imports.get(func.name) : func?.k === 'member' && func.object.k === 'name' ? `${p.imports.get(func.object.name) ?? func.object.name}.${func.name}` : undefined;
    if (whole !== undefined) p.imports.set(target.name, whole);
    return;
  }
  const call = value.k === 'member' ? value.object : value;
  const [module] = call.k === 'call' && call.callee.k === 'name' && call.callee.name === 'require' ? call.args : [];
  if (module?.k !== 'lit' || typeof module.value !== 'string') return;
  const from = module.value.replace(/^node:/, '') + (value.k === 'member' ? `.${value.name}` : '');
  if (target.k === 'name') p.imports.set(target.name, from);
  if (target.k === 'dict') for (const { key, value: local } of target.entries) if (key?.k === 'lit' && local.k === 'name') p.imports.set(local.name, `${from}.${String(key.value)}`);
}
