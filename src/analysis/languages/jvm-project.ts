import type { Evidence } from '../../model/index.ts';

/** What a Maven or Gradle project says of itself. */
export interface JvmProject {
  tool: 'maven' | 'gradle';
  directory: string;
  file: string;
  name: string;
  version: string | null;
  /** What it needs when it runs, as `group:artifact` and as the artifact alone. */
  dependencies: Map<string, Evidence>;
  /** Plugins of its build: artifacts of Maven, ids of Gradle. */
  plugins: Set<string>;
  /** Directories of projects of the same tree whose code it contains. */
  siblings: Set<string>;
  /** The version of Java that it is compiled for, the surest first. */
  java: { value: string; confidence: number; evidence: Evidence }[];
  /** It gathers modules, extends the build, or makes an app for another kind of machine: nothing of it runs on a server. */
  isNoProgram: boolean;
  isWar: boolean;
  mainClass: string | null;
  /** The archive that the build leaves, below `target` or `build/libs`, without its ending. */
  archive: string;
  /** The archive, or another that the build makes, runs by `java -jar`: its name without the ending. */
  runnable: string | null;
}

/** `1.8` → `8`, `21.0.2` stays; undefined for what is no version. */
export function javaVersion(text: string | undefined): string | undefined {
  const version = /^\s*["']?(?:[a-z]+-)*(?:VERSION_|JVM_)?(\d+(?:[._]\d+)*)/i.exec(text ?? '')?.[1]?.replaceAll('_', '.').replace(/^1\.(\d)/, '$1');
  return version !== undefined && Number(version.split('.')[0]) < 100 ? version : undefined;
}

/** The oldest Java that a line of Spring Boot runs on, and compiles for unless told otherwise. */
export function springBootJava(version: string | undefined): string | undefined {
  const major = Number(/^\d+/.exec(version ?? '')?.[0]);
  return major >= 3 ? '17' : major === 2 ? '8' : undefined;
}

/** The Java that a line of Helidon runs on, and compiles for unless told otherwise. */
export function helidonJava(version: string | undefined): string | undefined {
  const major = Number(/^\d+/.exec(version ?? '')?.[0]);
  return major >= 4 ? '21' : major === 3 ? '17' : major === 2 ? '11' : undefined;
}
