import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file.ts';
import { lineOf } from '../syntax/formats.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { isBelow, seenFrom, upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Framework } from './listening.ts';
import { claimFramework, claimKind } from './listening.ts';
import { pinnedVersions, runtimeAsked } from './versions.ts';

const frameworks: readonly Framework[] = [
  { name: 'gin', packages: ['github.com/gin-gonic/gin'], kind: 'api', port: 8080, readsPort: true },
  { name: 'echo', packages: ['github.com/labstack/echo'], kind: 'api', port: 1323 },
  { name: 'fiber', packages: ['github.com/gofiber/fiber'], kind: 'api', port: 3000 },
  { name: 'chi', packages: ['github.com/go-chi/chi'], kind: 'api' },
  { name: 'gorilla', packages: ['github.com/gorilla/mux'], kind: 'api' },
  { name: 'beego', packages: ['github.com/beego/beego', 'github.com/astaxie/beego'], kind: 'web', port: 8080 },
  { name: 'buffalo', packages: ['github.com/gobuffalo/buffalo'], kind: 'web', port: 3000, readsPort: true },
  { name: 'iris', packages: ['github.com/kataras/iris'], kind: 'web', port: 8080 },
  { name: 'revel', packages: ['github.com/revel/revel'], kind: 'web', port: 9000 },
  { name: 'httprouter', packages: ['github.com/julienschmidt/httprouter'], kind: 'api' },
  { name: 'fasthttp', packages: ['github.com/valyala/fasthttp'], kind: 'api' },
  { name: 'go-kit', packages: ['github.com/go-kit/kit'], kind: 'api' },
  { name: 'kratos', packages: ['github.com/go-kratos/kratos'], kind: 'api', port: 8000 },
  { name: 'go-zero', packages: ['github.com/zeromicro/go-zero'], kind: 'api' },
  { name: 'grpc', packages: ['google.golang.org/grpc'], kind: 'api' },
  { name: 'cobra', packages: ['github.com/spf13/cobra', 'github.com/urfave/cli'] },
];

/** Go modules: each main package is a program; those that listen or go on are services. */
export const go: Detector = {
  name: 'go',
  projects(tree) {
    const modules = directoriesWith(tree, ['go.mod']);
    const loose = directoriesWith(tree, ['main.go']).filter((directory) => !modules.some((module) => isBelow(directory, module)));
    return [...modules, ...loose];
  },
  describe(tree, directory, { inner, lenient }) {
    const code = codeIn(tree, directory, inner).filter((facts) => facts.language === 'go');
    const mains = [...Map.groupBy(code.filter((facts) => facts.main), (facts) => posix.dirname(facts.path))].filter(([path]) => lenient || path === directory || !isSideDirectory(seenFrom(directory, path)) && !/(^|\/)(tools?|scripts?|hack|internal|gen|codegen|migrations?)(\/|$)/.test(seenFrom(directory, path)));
    const drafts = mains.map(([path, files]) => program(tree, directory, path, files, code, mains.length));
    const serving = drafts.filter((draft) => ['web', 'api', 'worker'].includes(draft.value('kind')!));
    return serving.length > 0 ? serving : drafts.slice(0, 1);
  },
};

function program(tree: Tree, directory: string, path: string, files: readonly FileFacts[], code: readonly FileFacts[], programs: number): Draft {
  const relative = seenFrom(directory, path);
  const name = relative === '.' ? moduleName(tree, directory) : posix.basename(relative);
  const draft = new Draft(directory === '.' && programs === 1 ? 'web' : relative === '.' && directory !== '.' ? posix.basename(directory) : name, directory, 'go');
  draft.aliases.add(name);
  const [main] = files;
  const place = seen(main!.path, 1, 'a main package');
  const reached = reachedPackages(tree, directory, files, code);
  draft.entry = programs > 1 ? main!.path : null;
  for (const facts of reached) for (const used of facts.imports) if (used.name.includes('.') && !draft.dependencies.has(used.name)) draft.dependencies.set(used.name, seen(facts.path, used.line, `imports ${used.name}`));
  const [version] = goVersions(tree, directory);
  draft.claim('runtime', runtimeAsked('go', version?.value), version?.confidence ?? 0.9, version?.evidence ?? place);
  draft.claim('packageManager', 'go', 0.98, place);
  draft.claim('install', tree.has(within(directory, 'go.sum')) && !tree.directories.includes(within(directory, 'vendor')) ? 'go mod download' : null, 0.95, place);
  const target = relative === '.' ? '.' : `./${relative}`;
  // Without a module only files can be built, not a directory.
  const isModule = upwards(directory).some((above) => tree.has(within(above, 'go.mod')));
  const what = isModule ? target : code.filter((facts) => posix.dirname(facts.path) === path && !facts.path.endsWith('_test.go')).map((facts) => seenFrom(directory, facts.path)).join(' ');
  draft.claim('build', `go build -o bin/${name} ${what}`, 0.9, place).claim('start', `./bin/${name}`, 0.9, place);
  claimFramework(draft, frameworks);
  claimKind(draft, reached, tree.filesBelow(directory).some((file) => /\.(tmpl|gohtml)$|(^|\/)(templates|views|static|public)\/.*\.html$/.test(file)));
  return draft;
}

/** The files of a program: its package, and the packages of its module that it imports. */
function reachedPackages(tree: Tree, directory: string, files: readonly FileFacts[], code: readonly FileFacts[]): FileFacts[] {
  const module = /^module\s+(\S+)/m.exec(tree.text(within(directory, 'go.mod')) ?? '')?.[1];
  const byPackage = Map.groupBy(code, (facts) => posix.dirname(facts.path));
  const reached = new Set(code.filter((facts) => posix.dirname(facts.path) === posix.dirname(files[0]!.path)));
  for (const facts of reached) {
    for (const { name } of facts.imports) {
      if (module === undefined || (name !== module && !name.startsWith(`${module}/`))) continue;
      for (const other of byPackage.get(within(directory, name.slice(module.length + 1) || '.')) ?? []) reached.add(other);
    }
  }
  return [...reached];
}

function moduleName(tree: Tree, directory: string): string {
  const module = /^module\s+(\S+)/m.exec(tree.text(within(directory, 'go.mod')) ?? '')?.[1] ?? '';
  const last = module.split('/').filter((part) => !/^v\d+$/.test(part)).at(-1)?.replace(/[^\w.-]/g, '') ?? '';
  return last === '' ? 'app' : last;
}

function goVersions(tree: Tree, directory: string) {
  const pinned = pinnedVersions(tree, 'go', directory);
  const file = upwards(directory).map((above) => within(above, 'go.mod')).find((path) => tree.has(path));
  const version = /^(?:go)\s+(\d+(?:\.\d+)*)/m.exec(file ? tree.text(file) ?? '' : '')?.[1];
  // The line names the least version that will do (Go Modules Reference, "go directive").
  return file && version ? [{ value: `>=${version}`, confidence: 0.96, evidence: [seen(file, lineOf(tree.text(file), /^go\s/m), `asks for Go ${version}`)] }, ...pinned] : pinned;
}
