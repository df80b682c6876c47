import type { Evidence, Finding, PlannedService } from '../../model/index.ts';

/** Where a volume is seen. */
const volume = /^\/data(?:\/|$)/;

/** What becomes of data that a service keeps in files: kept when the code says where they are, otherwise gone with the next deployment. */
export function keptData(service: PlannedService, evidence: readonly Evidence[]): Finding[] {
  return [...inDatabase(service, evidence), ...inDirectories(service)];
}

function inDatabase({ name, path, stores, keeps, env }: PlannedService, evidence: readonly Evidence[]): Finding[] {
  const use = stores.find(({ kind }) => kind === 'sqlite');
  if (!use) return [];
  const { file, line } = evidence[0] ?? { file: path, line: 0 };
  const files = use.files ?? [];
  if (files.length > 0 || fileVariables(use, env).length > 0) {
    const what = files.length > 0 ? files.join(', ') : `the file that ${fileVariables(use, env).join(', ')} names`;
    return [{ rule: 'data-in-files', severity: 'info', file, line, message: `${name} keeps data in ${what}, which gets a volume and stays when the app is deployed again`, fix: 'a file of that name in the code is only where it begins' }];
  }
  if (keeps.some(isKept)) return [];
  return [{ rule: 'data-not-kept', severity: 'medium', file, line, message: `${name} uses SQLite, and the code does not show in which file: what it writes into its own directory is gone with the next deployment`, fix: 'write it below the directory that DATA_DIRECTORY names, which is kept' }];
}

function inDirectories({ name, keeps }: PlannedService): Finding[] {
  // A volume of an image that works in its root may be meant in two ways.
  const places = Map.groupBy(keeps, ({ evidence: [first] }) => `${first!.file}:${first!.line} ${first!.why}`);
  return [...places.values()].map(([directory]): Finding => {
    const { file, line } = directory!.evidence[0]!;
    if (isKept(directory!)) return { rule: 'data-in-files', severity: 'info', file, line, message: `${name} keeps data in the directory ${directory!.path}, which gets a volume and stays when the app is deployed again`, fix: 'what the code has there is only where it begins' };
    return { rule: 'data-not-kept', severity: 'medium', file, line, message: `${name} keeps data in ${directory!.path}, where it is gone with the next deployment`, fix: 'have it write below the directory that DATA_DIRECTORY names, which is kept' };
  });
}

/** Whether a directory gets a place in the volume: one in its own tree, below the volume, or that a variable names. */
function isKept({ path, envVars, inside }: PlannedService['keeps'][number]): boolean {
  return !path.startsWith('/') || volume.test(path) || envVars.length > 0 || inside !== undefined;
}

/** Variables by which the file is named and that have no value yet. */
export function fileVariables(use: PlannedService['stores'][number], env: PlannedService['env']): string[] {
  return use.envVars.filter((name) => /(PATH|FILE(?:NAME)?)$/.test(name) && env.some((variable) => variable.name === name && variable.default === null && variable.given === undefined));
}
