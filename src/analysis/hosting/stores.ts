import { kindOfImage } from '../stores/kinds.ts';

/** What platforms call their stores, beside the names of images. */
const names: readonly (readonly [RegExp, string])[] = [
  [/postgres|postgis|\bpg\b|timescale|cockroach/i, 'postgresql'], [/maria-?db/i, 'mariadb'], [/mysql|cleardb|jawsdb/i, 'mysql'], [/redis|valkey|keydb|dragonfly/i, 'redis'], [/mongo/i, 'mongodb'], [/memcache|memcachier/i, 'memcached'], [/opensearch/i, 'opensearch'],
  [/elastic|bonsai|searchbox/i, 'elasticsearch'], [/rabbit|cloudamqp/i, 'rabbitmq'], [/kafka/i, 'kafka'], [/influx/i, 'influxdb'], [/meilisearch/i, 'meilisearch'], [/clickhouse/i, 'clickhouse'], [/neo4j|graphenedb/i, 'neo4j'],
];

/** The kind of a store by what a platform calls it: `heroku-postgresql:mini`, `oracle-mysql:8.0`, `redis:7.0`, an image. */
export function storeNamed(name: string): string | undefined {
  return kindOfImage(name) ?? names.find(([pattern]) => pattern.test(name))?.[1];
}
