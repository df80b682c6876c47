/** Scripts and styles that a page asks for by a path from the root of its host. */
const asset = /\b(?:src|href)=["']?(\/[^"'\s>?#]{1,300}\.(?:m?js|css))(?=["'\s>?#])/g;
/** Pages may be large; what is asked for stands at their beginning or end. */
const longest = 1 << 20;
const deepest = 4;

/**
 * The path under which a site was built to stand, `/handbook`: where all that its first page asks for is not, and is without it. '' for one that stands at the root.
 *
 * @param isThere whether a path, from the root of the site, is a file of it
 */
export async function basePath(page: string, isThere: (path: string) => Promise<boolean>): Promise<string> {
  const asked = [...new Set([...page.slice(0, longest).matchAll(asset)].map(([, path]) => path!))].slice(0, 20);
  let base = '';
  for (const path of asked) {
    if (await isThere(path)) return '';
    const segments = path.slice(1).split('/');
    for (let depth = 1; base === '' && depth < Math.min(segments.length, deepest); depth++) {
      if (await isThere(`/${segments.slice(depth).join('/')}`)) base = `/${segments.slice(0, depth).join('/')}`;
    }
    if (base === '' || !path.startsWith(`${base}/`)) return '';
  }
  return /^(?:\/[\w.~-]+)+$/.test(base) ? base : '';
}
