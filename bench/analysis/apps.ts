import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Label } from './label.ts';

export const labelName = 'label.json';

/** Files that say how an app is deployed or what it is, by the words of `--mask`. */
export const masks: Readonly<Record<string, RegExp>> = {
  compose: /^(docker-)?compose([.-][\w.-]+)?\.ya?ml$/i,
  docker: /^(Dockerfile|Containerfile)([.-].*)?$|\.dockerfile$|^\.dockerignore$/i,
  kubernetes: /^(.*k8s.*|kubernetes|kube|helm|kustomize)$|(^|[-.])(deploy(ment)?|depl|service|svc|ingress|configmap|namespace|statefulset)\.ya?ml$/i,
  readme: /^readme(\.\w+)?$/i,
  procfile: /^Procfile([.-].*)?$/,
  platform: /^(app\.json|fly\.toml|render\.ya?ml|railway\.(json|toml)|nixpacks\.toml|vercel\.json|now\.json|netlify\.toml|heroku\.yml|app\.ya?ml|manifest\.ya?ml|deploy\.(?:template\.)?ya?ml|koyeb\.ya?ml|apprunner\.ya?ml|scalingo\.json|railpack\.json|zbpack\.json|\.replit|\.platform\.app\.ya?ml|serverless\.ya?ml|project\.toml|wrangler\.(toml|jsonc?)|skaffold\.ya?ml|captain-definition|dapr\.ya?ml|tye\.ya?ml|cloudbuild\.ya?ml)$/i,
};

/** What an app carries within itself is no manifest, whatever its name: `orders-service.yml` of a configuration server. */
const packed = /\/src\/main\/resources\/./;

export interface LabelledApp {
  name: string;
  directory: string;
  label: Label;
}

/** The labelled apps directly in a directory: `shop/` with `shop/label.json`, or with `shop.label.json` beside it. Throws for a label that is not valid. */
export function labelledApps(root: string): LabelledApp[] {
  return readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort().flatMap((name) => {
    const directory = join(root, name);
    const file = [`${directory}.${labelName}`, join(directory, labelName)].find((path) => existsSync(path));
    if (file === undefined) return [];
    const label = Label.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!label.success) throw new Error(`${file}: ${label.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
    return [{ name, directory, label: label.data }];
  });
}

/** Hands `use` a copy of the app in a directory whose name says nothing, without its label and what is masked; removes it afterwards. */
export async function withCopy<T>(app: LabelledApp, masked: readonly string[], use: (directory: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'bench-analysis-'));
  const hidden = masked.map((name) => masks[name]!);
  try {
    const directory = join(home, `a${createHash('sha256').update(app.name).digest('hex').slice(0, 16)}`);
    cpSync(app.directory, directory, {
      recursive: true, verbatimSymlinks: true,
      filter: (path) => path !== join(app.directory, labelName) && basename(path) !== '.git' && (path === app.directory || packed.test(path) || !hidden.some((pattern) => pattern.test(basename(path)))),
    });
    return await use(directory);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
