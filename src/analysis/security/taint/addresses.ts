import type { Expr } from '../ast/nodes.ts';
import type { Sink } from './rules.ts';
import { bitOf } from './rules.ts';
import type { Site } from './site.ts';
import { beginningAt } from './site.ts';
import type { Value } from './value.ts';
import { dangers } from './value.ts';
import { beginningOf, leavesOf } from './written.ts';

/** Functions that make an address of the app's own: of a route by its name. */
const ofRoute = /^(?:url_for|reverse|reverse_lazy|route|resolve_url|generateUrl|action|\w*[rR]oute(?:Url|Path))$/;

const ofRailsRoute = /^\w+_(?:path|url)$/;

/** How an address begins that stays on the site: a path, a relative one, a query. */
const ownAddress = /^(?:location:\s*)?(?:\/[^/\\]|[\w.-]+[/?#]|[?#]|\.{1,2}\/|https?:\/\/[\w.-]+(?::\d+)?[/?#])/i;

/** Whether what a redirect is given begins with a place that input does not decide. */
export function isOwnPlace(site: Site, args: Sink['args'], language: string): boolean {
  const at = typeof args?.[0] === 'number' ? args[0] : 0;
  const e = site.call.args[at];
  if (e?.k === 'dict' || (e?.k === 'assign' && e.target.k === 'name')) return true;
  const called = e?.k === 'call' && (e.callee.k === 'name' || e.callee.k === 'member') ? e.callee.name.replace(/^.*\./, '') : '';
  if (ofRoute.test(called) || (language === 'ruby' && ofRailsRoute.test(called))) return true;
  return ownAddress.test(beginningAt(site, at));
}

/** Text with which a URL begins when it decides itself whom it calls. */
export const fixedHost = /^https?:\/\/[\w.-]+(?::\d+)?[/?]/;

/** A text that is put together: what follows a host that input does not decide calls that one, and what follows a path stays on the site. */
export function joined(e: Expr, value: Value, evaluate: (e: Expr) => Value): Value {
  const both = bitOf('ssrf') | bitOf('open-redirect');
  const taint = dangers(value);
  if ((taint & both) === 0) return value;
  const begin = beginningOf(e);
  if (fixedHost.test(begin) || isOwnHost(leavesOf(e), (one) => (dangers(evaluate(one)) & both) === 0)) return { ...value, taint: taint & ~both };
  return ownAddress.test(begin) ? { ...value, taint: taint & ~bitOf('open-redirect') } : value;
}

const addressName = /(?:url|uri|base|host|origin|endpoint|api|server|domain|prefix|root|path)\w*$/i;

/** Whether the parts of an address begin with something that is not written down, but no input either, and go on with a path. */
function isOwnHost([first, second, third]: readonly Expr[], isClean: (e: Expr) => boolean): boolean {
  const [host, next] = first?.k === 'lit' && /^https?:\/\/$/i.test(String(first.value)) ? [second, third] : [first, second];
  if (!host || !next || (host.k !== 'name' && host.k !== 'member' && host.k !== 'index' && (host.k !== 'call' || host.args.length > 0)) || !isClean(host)) return false;
  if (addressName.test(host.k === 'name' || host.k === 'member' ? host.name : '')) return true;
  return next.k === 'lit' && /^[/?#&:]/.test(String(next.value)) && !String(next.value).startsWith('://');
}
