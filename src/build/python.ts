import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where a Python service's dependencies are put: beside it, so that they move with the tree. */
export const dependencyDirectory = '.deps';

/** The requirements file that a plain pip command installs; undefined for other commands. */
export function requirementsOf(install: string): string | undefined {
  return /^(?:python3? -m )?pip3? install (?:--?[\w-]+ )*(?:-r|--requirement)[ =]?(\S+)$/.exec(install.trim())?.[1];
}

/** `pip …` as a module of the interpreter that was chosen, whose pip it then surely is. */
export function pipArgv(argv: readonly string[]): string[] {
  return /^pip3?$/.test(argv[0] ?? '') ? ['python3', '-m', 'pip', ...argv.slice(1)] : [...argv];
}

const checker = `
import sys, re
from importlib import metadata
try:
    from packaging.requirements import Requirement
except ImportError:
    try:
        from pip._vendor.packaging.requirements import Requirement
    except ImportError:
        Requirement = None
found = []
for line in sys.argv[1].splitlines():
    line = re.sub(r'(^|\\s)#.*$', '', line).strip()
    if not line:
        continue
    try:
        if Requirement is None:
            if not re.fullmatch(r'[A-Za-z0-9._-]+', line):
                sys.exit(1)
            name, fits = line, lambda version: True
        else:
            requirement = Requirement(line)
            if requirement.url or requirement.extras:
                sys.exit(1)
            if requirement.marker and not requirement.marker.evaluate():
                continue
            name, fits = requirement.name, lambda version: requirement.specifier.contains(version, prereleases=True)
        version = metadata.version(name)
        if not fits(version):
            sys.exit(1)
        found.append(name + ' ' + version)
    except SystemExit:
        raise
    except Exception:
        sys.exit(1)
print(', '.join(found))
`;

/**
 * Which packages of the system satisfy all requirements (PEP 508 lines): `Flask 2.2.2, …`, '' when there are no requirements, undefined when
 * some are not satisfied. `python` is the interpreter that the app will run with.
 */
export async function satisfiedBySystem(python: string, requirements: string): Promise<string | undefined> {
  if (requirements.split('\n').every((line) => /^\s*(#|$)/.test(line))) return '';
  try {
    const { stdout } = await promisify(execFile)(python, ['-I', '-c', checker, requirements], { timeout: 20_000, cwd: '/' });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
