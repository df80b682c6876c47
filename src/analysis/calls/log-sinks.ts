import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { all, readXml } from '../syntax/xml.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** Where the settings of Logback and Log4j send what is logged. */
export interface LogSink {
  product: string;
  evidence: Evidence;
}

/** Appenders that send to a collector of logs, by what usually takes it: classes of Logback, elements of Log4j. */
const appenders: readonly { product: string; type: RegExp }[] = [
  { product: 'logstash', type: /Logstash\w*(Socket|Udp)Appender$/ },
  { product: 'graylog', type: /^Gelf\w*$|\.Gelf\w*Appender$/ },
  { product: 'loki', type: /\.Loki\w*Appender$|^Loki$/ },
  { product: 'fluentd', type: /\.Fluen(cy|t)\w*Appender$/ },
];

const files = ['logback.xml', 'logback-spring.xml', 'log4j2.xml', 'log4j2-spring.xml'];
const longest = 100_000;

/** Collectors of logs that a service's logging is set up for, of appenders that some logger refers to. */
export function logSinks(tree: Tree, draft: Draft): LogSink[] {
  return files.flatMap((name) => {
    const file = within(draft.path, `src/main/resources/${name}`);
    const text = tree.has(file) ? tree.text(file) ?? '' : '';
    const root = text.length > longest ? undefined : readXml(text);
    const used = new Set(['appender-ref', 'AppenderRef'].flatMap((one) => all(root, one)).map(({ attributes }) => attributes.ref));
    const candidates = [...all(root, 'appender'), ...all(root, 'Appenders').flatMap(({ children }) => children)];
    return candidates.flatMap(({ name: element, attributes, line }): LogSink[] => {
      const type = element === 'appender' ? attributes.class ?? '' : element;
      const product = used.has(attributes.name) ? appenders.find((one) => one.type.test(type))?.product : undefined;
      return product === undefined ? [] : [{ product, evidence: seen(file, line, `logs to ${product}`) }];
    });
  });
}
