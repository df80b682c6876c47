/** Runtimes by the names of the images that bring them. */
const runtimeImages: Readonly<Record<string, { language: string; runtime: string }>> = {
  node: { language: 'javascript', runtime: 'node' }, bun: { language: 'typescript', runtime: 'bun' }, deno: { language: 'typescript', runtime: 'deno' }, 'alpine-deno': { language: 'typescript', runtime: 'deno' }, python: { language: 'python', runtime: 'python' }, golang: { language: 'go', runtime: 'go' },
  rust: { language: 'rust', runtime: 'rust' }, ruby: { language: 'ruby', runtime: 'ruby' }, php: { language: 'php', runtime: 'php' }, elixir: { language: 'elixir', runtime: 'elixir' }, erlang: { language: 'erlang', runtime: 'erlang' },
  openjdk: { language: 'java', runtime: 'java' }, java: { language: 'java', runtime: 'java' }, 'eclipse-temurin': { language: 'java', runtime: 'java' }, amazoncorretto: { language: 'java', runtime: 'java' }, 'zulu-openjdk': { language: 'java', runtime: 'java' }, 'liberica-openjdk-alpine': { language: 'java', runtime: 'java' }, adoptopenjdk: { language: 'java', runtime: 'java' }, 'jdk-no-fee-term': { language: 'java', runtime: 'java' }, 'graalvm-community': { language: 'java', runtime: 'java' }, 'jdk-community': { language: 'java', runtime: 'java' }, 'native-image-community': { language: 'java', runtime: 'java' },
  sdk: { language: 'csharp', runtime: 'dotnet' }, aspnet: { language: 'csharp', runtime: 'dotnet' }, runtime: { language: 'csharp', runtime: 'dotnet' },
  swift: { language: 'swift', runtime: 'swift' }, crystal: { language: 'crystal', runtime: 'crystal' }, gleam: { language: 'gleam', runtime: 'gleam' }, haskell: { language: 'haskell', runtime: 'ghc' }, dart: { language: 'dart', runtime: 'dart' }, julia: { language: 'julia', runtime: 'julia' },
  'r-base': { language: 'r', runtime: 'r' }, 'r-ver': { language: 'r', runtime: 'r' }, perl: { language: 'perl', runtime: 'perl' }, zig: { language: 'zig', runtime: 'zig' }, nim: { language: 'nim', runtime: 'nim' },
};

/** Servers that show files and hand requests on. */
export const webServers = /^(nginx[\w-]*|httpd|apache2?|caddy|openresty|haproxy[\w-]*|traefik|envoy[\w-]*)$/;

/** Images of build tools that carry a Java besides their own version: `maven:3.9-eclipse-temurin-21`, `gradle:8-jdk17`, `tomcat:10-jre17`. */
const javaTools = /^(maven|gradle|tomcat|jetty|clojure|scala-sbt|sbt|wildfly|payara|open-liberty|ibm-semeru-runtimes|leiningen)/;

/** How tags of images that bring more than a runtime name one. */
const named: Readonly<Record<string, RegExp>> = { python: /(?:^|[-_])py(?:thon)?-?(\d+(?:\.\d+)+)(?=$|[-_])/, node: /(?:^|[-_])node(?:js)?-?v?(\d+(?:\.\d+)*)(?=$|[-_])/, ruby: /(?:^|[-_])ruby-?(\d+(?:\.\d+)+)(?=$|[-_])/, php: /(?:^|[-_])php-?(\d+(?:\.\d+)+)(?=$|[-_])/ };

/** The version of a runtime that the tag of an image names with it: `uvicorn-gunicorn:python3.11-slim`, `python-nodejs:python3.8-nodejs10`. */
export function versionNamedIn(image: string, runtime: string): string | undefined {
  const tag = /:([^@/]+)/.exec(image.split('/').at(-1)!)?.[1] ?? '';
  return Object.hasOwn(named, runtime) ? named[runtime]!.exec(tag)?.[1] : undefined;
}

/** An image's name without registry, owner and tag. */
export function imageName(image: string): string {
  return image.replace(/@.*$/, '').split('/').at(-1)!.replace(/:.*$/, '');
}

/** The language and runtime that an image is for, with the version in its tag; undefined for one that is not known. */
export function runtimeOfImage(image: string): { language: string; runtime: string; version: string | null } | undefined {
  const name = imageName(image);
  const tag = /:([^@/]+)/.exec(image.split('/').at(-1)!)?.[1] ?? '';
  const distroless = /^(nodejs|java|python)(\d+)?-debian|^(nodejs|java)(\d+)?$/.exec(name);
  if (distroless) {
    const kind = (distroless[1] ?? distroless[3])!;
    return { language: kind === 'nodejs' ? 'javascript' : kind, runtime: kind === 'nodejs' ? 'node' : kind, version: kind === 'python' ? null : distroless[2] ?? distroless[4] ?? null };
  }
  if (javaTools.test(name)) return { language: 'java', runtime: 'java', version: /(?:jdk|jre|openjdk|temurin|corretto|open|java|semeru|graalvm|jammy|focal|alpine)-?(\d+(?:\.\d+)*)/.exec(tag)?.[1] ?? (name === 'scala-sbt' ? /^(?:graalvm-ce-)?(8|1\d|2\d)(?=[u._-])/.exec(tag)?.[1] : undefined) ?? null };
  if ((name === 'sdk' || name === 'aspnet' || name === 'runtime') && !/dotnet/.test(image)) return undefined;
  const known = Object.hasOwn(runtimeImages, name) ? runtimeImages[name]! : undefined;
  return known && { ...known, version: /^(?:(?:alpine|debian|ubuntu|distroless|bin)-)?v?(\d+(?:\.\d+)*)/.exec(tag)?.[1] ?? null };
}
