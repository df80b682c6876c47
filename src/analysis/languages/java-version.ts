import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { lineOf, readPairs } from '../syntax/formats.ts';
import { upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { JvmProject } from './jvm-project.ts';
import { javaVersion } from './jvm-project.ts';
import { pinnedVersions } from './versions.ts';

/** Claims the version of Java: what platforms and version managers are told comes before what the code is compiled for. */
export function claimJavaVersion(tree: Tree, draft: Draft, directory: string, compiled: JvmProject['java'], file: string): void {
  for (const above of upwards(directory)) {
    for (const [name, key] of [['system.properties', 'java.runtime.version'], ['.sdkmanrc', 'java']] as const) {
      const path = within(above, name);
      const pair = readPairs(tree.text(path) ?? '').find((one) => one.key === key);
      const version = javaVersion(pair?.value);
      if (pair && version !== undefined) draft.claim('runtime', { name: 'java', version }, above === directory ? 0.975 : 0.955, seen(path, pair.line, `asks for Java ${version}`));
    }
  }
  for (const { value, confidence, evidence } of pinnedVersions(tree, 'java', directory)) draft.claim('runtime', { name: 'java', version: javaVersion(value) ?? value }, confidence, evidence);
  for (const { value, confidence, evidence } of compiled) draft.claim('runtime', { name: 'java', version: value }, confidence, evidence);
  if (!draft.best('runtime')) draft.claim('runtime', { name: 'java', version: null }, 0.5, seen(file, lineOf(tree.text(file), /java|jvm/i), 'for a Java of any version'));
}
