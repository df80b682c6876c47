import { posix } from 'node:path';
import { settingKey } from '../syntax/template.ts';
import type { Caller } from './caller.ts';

/** Settings of frameworks, by the kind of infrastructure that a service does without when they are `false`. */
const switches: Readonly<Record<string, RegExp>> = {
  'service-discovery': /^(eureka\.client\.(registration\.)?enabled|spring\.cloud\.(discovery|serviceregistry|consul|(consul|nacos|kubernetes)\.discovery)\.enabled|consul\.client\.(registration\.)?enabled)$/,
  'configuration': /^spring\.cloud\.((consul|nacos)\.)?config\.enabled$/,
  'administration': /^spring\.boot\.admin\.client\.enabled$/,
  'tracing': /^(spring\.(zipkin|sleuth)\.enabled|management\.(zipkin\.)?tracing\.(export\.)?enabled|tracing\.(jaeger|zipkin)\.enabled|opentracing\.jaeger\.enabled|quarkus\.jaeger\.enabled)$/,
};

const profileStarts = /^spring\.(profiles|config\.activate\.onprofile)$/;

/** Whether a service depends on what needs this kind of infrastructure, and its settings for all profiles switch it off. */
export function isSwitchedOff({ settings }: Caller, kind: string): boolean {
  const about = switches[kind];
  const written = about ? settings.filter(({ key }) => about.test(settingKey(key))) : [];
  const isForAll = (file: string, line: number) => /^(application|bootstrap)\.\w+$/.test(posix.basename(file)) && !settings.some((other) => other.file === file && other.line <= line && profileStarts.test(settingKey(other.key)));
  return written.length > 0 && written.every(({ text }) => text === 'false') && written.some(({ file, line }) => isForAll(file, line));
}
