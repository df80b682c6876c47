/** How the use of one kind of store is recognised. Adding a kind is an entry here. */
export interface StoreSigns {
  kind: string;
  /** Packages of any language whose presence among what the app depends on, or imports, says it. */
  packages: readonly string[];
  /** Modules as code imports them, where that is no package's name: matched at the start. */
  imports?: readonly string[];
  schemes: readonly string[];
  /** Names of variables that tell its address. */
  envVars: RegExp;
  /** Variables that its usual client reads by itself. */
  ambient?: readonly string[];
  images: RegExp;
  ports: readonly number[];
}

export const storeKinds: readonly StoreSigns[] = [
  {
    kind: 'postgresql',
    packages: ['pg', 'postgres', 'pg-promise', '@vercel/postgres', '@neondatabase/serverless', '@prisma/adapter-pg', 'slonik', 'pg-boss', 'graphile-worker', 'postgraphile', 'connect-pg-simple', 'pg-native', 'psycopg2', 'psycopg2-binary', 'psycopg', 'psycopg-binary', 'psycopg-pool', 'asyncpg', 'aiopg', 'pg8000', 'pgvector', 'github.com/lib/pq', 'github.com/jackc/pgx', 'gorm.io/driver/postgres', 'github.com/go-pg/pg', 'tokio-postgres', 'deadpool-postgres', 'diesel/postgres', 'sqlx/postgres', 'sea-orm/sqlx-postgres', 'org.postgresql:postgresql', 'io.r2dbc:r2dbc-postgresql', 'org.postgresql:r2dbc-postgresql', 'quarkus-jdbc-postgresql', 'quarkus-reactive-pg-client', 'postgrex', 'Npgsql', 'Npgsql.EntityFrameworkCore.PostgreSQL', 'ext-pgsql', 'ext-pdo_pgsql'],
    imports: ['psycopg2', 'psycopg', 'asyncpg', 'github.com/jackc/pgx', 'github.com/lib/pq', 'gorm.io/driver/postgres', 'tokio_postgres', 'org.postgresql', 'Npgsql'],
    schemes: ['postgres', 'postgresql', 'postgresql+psycopg2', 'postgresql+asyncpg', 'postgresql+psycopg', 'postgis'],
    envVars: /^(DATABASE_(URL|URI|DSN|HOST|PORT|USER|USERNAME|PASSWORD|NAME)|PG(HOST|PORT|USER|PASSWORD|DATABASE)|(POSTGRES|POSTGRESQL|PG|DB|SQL)_\w+|SQLALCHEMY_DATABASE_UR[IL]|DIRECT_URL|JDBC_DATABASE_(URL|USERNAME|PASSWORD)|SPRING_DATASOURCE_(URL|USERNAME|PASSWORD)|QUARKUS_DATASOURCE_\w+|\w*DATABASE_URL|\w+_(PG|POSTGRES|DB)_(URL|URI|DSN)|DSN)$/,
    ambient: ['PGHOST', 'PGPORT', 'PGUSER', 'PGPASSWORD', 'PGDATABASE'],
    images: /(^|\/)(postgres|postgresql|postgis|pgvector|timescaledb|pgvecto-rs)$/, ports: [5432],
  },
  {
    kind: 'mysql',
    packages: ['mysql', 'mysql2', 'promise-mysql', 'mysqlclient', 'pymysql', 'aiomysql', 'mysql-connector-python', 'asyncmy', 'flask-mysqldb', 'flask-mysql', 'github.com/go-sql-driver/mysql', 'gorm.io/driver/mysql', 'diesel/mysql', 'sqlx/mysql', 'mysql:mysql-connector-java', 'com.mysql:mysql-connector-j', 'quarkus-jdbc-mysql', 'MySql.Data', 'Pomelo.EntityFrameworkCore.MySql', 'MySqlConnector', 'myxql', 'ext-mysqli', 'ext-pdo_mysql'],
    imports: ['MySQLdb', 'pymysql', 'mysql.connector', 'aiomysql'],
    schemes: ['mysql', 'mysql2', 'mysql+pymysql', 'mysql+mysqldb', 'mysql+aiomysql'],
    envVars: /^(DATABASE_(URL|URI|DSN|HOST|PORT|USER|USERNAME|PASSWORD|NAME)|(MYSQL|DB|MARIADB)_\w+|SQLALCHEMY_DATABASE_UR[IL]|CLEARDB_DATABASE_URL|JAWSDB_URL|SPRING_DATASOURCE_(URL|USERNAME|PASSWORD)|\w*DATABASE_URL|DSN)$/,
    images: /(^|\/)(mysql|mysql-server|percona)$/, ports: [3306],
  },
  { kind: 'mariadb', packages: ['mariadb', 'org.mariadb.jdbc:mariadb-java-client', 'quarkus-jdbc-mariadb'], schemes: ['mariadb', 'mariadb+pymysql'], envVars: /^(MARIADB_\w+|DATABASE_(URL|HOST|PORT|USER|PASSWORD|NAME)|DB_\w+|SPRING_DATASOURCE_(URL|USERNAME|PASSWORD))$/, images: /(^|\/)mariadb$/, ports: [] },
  {
    kind: 'mongodb',
    packages: ['mongodb', 'mongoose', 'connect-mongo', 'monk', '@nestjs/mongoose', '@typegoose/typegoose', 'pymongo', 'motor', 'mongoengine', 'flask-pymongo', 'flask-mongoengine', 'beanie', 'odmantic', 'djongo', 'go.mongodb.org/mongo-driver', 'mongoid', 'mongo', 'org.springframework.boot:spring-boot-starter-data-mongodb', 'org.springframework.boot:spring-boot-starter-data-mongodb-reactive', 'org.mongodb:mongodb-driver-sync', 'MongoDB.Driver', 'ext-mongodb', 'mongodb/mongodb', 'jenssegers/mongodb', 'mongodb_driver'],
    imports: ['pymongo', 'motor', 'mongoengine', 'go.mongodb.org/mongo-driver', 'com.mongodb', 'MongoDB.Driver'],
    schemes: ['mongodb', 'mongodb+srv'], envVars: /^(MONGO\w*|\w*_MONGO\w*|DATABASE_(URL|URI|NAME)|DB_(URL|URI|CONNECTION|CONNECTION_STRING|CONN|STRING|CONNECT|HOST|NAME|USER|PASSWORD|PASS|PORT)|ATLAS_\w+|SPRING_DATA_MONGODB_\w+)$/, images: /(^|\/)(mongo|mongodb|mongodb-community-server)$/, ports: [27017],
  },
  {
    kind: 'redis',
    packages: ['redis', 'ioredis', 'connect-redis', 'bull', 'bullmq', 'bee-queue', '@upstash/redis', 'rate-limit-redis', '@socket.io/redis-adapter', '@fastify/redis', 'cache-manager-redis-store', 'django-redis', 'channels-redis', 'channels_redis', 'aioredis', 'rq', 'django-rq', 'arq', 'flask-redis', 'huey', 'github.com/redis/go-redis', 'github.com/go-redis/redis', 'github.com/gomodule/redigo', 'github.com/hibiken/asynq', 'github.com/redis/rueidis', 'sidekiq', 'resque', 'redis-rails', 'hiredis-client', 'predis/predis', 'ext-redis', 'phpredis', 'org.springframework.boot:spring-boot-starter-data-redis', 'org.springframework.boot:spring-boot-starter-data-redis-reactive', 'redis.clients:jedis', 'io.lettuce:lettuce-core', 'org.redisson:redisson', 'quarkus-redis-client', 'StackExchange.Redis', 'Microsoft.Extensions.Caching.StackExchangeRedis', 'redix', 'exq', 'deadpool-redis', 'bb8-redis', 'fred', 'valkey', 'iovalkey', '@valkey/valkey-glide'],
    imports: ['redis', 'aioredis', 'github.com/redis/go-redis', 'github.com/go-redis/redis', 'github.com/gomodule/redigo'],
    schemes: ['redis', 'rediss', 'valkey', 'redis+sentinel'], envVars: /^(REDIS\w*|\w+_REDIS\w*|VALKEY\w*|CELERY_(BROKER|RESULT)\w*|BROKER_URL|CACHE_URL|SPRING_(DATA_)?REDIS_\w+|KV_URL)$/, images: /(^|\/)(redis|valkey|redis-stack|redis-stack-server|keydb|dragonfly)$/, ports: [6379],
  },
  { kind: 'sqlite', packages: ['sqlite3', 'better-sqlite3', 'sqlite', 'libsql', '@libsql/client', 'aiosqlite', 'github.com/mattn/go-sqlite3', 'modernc.org/sqlite', 'gorm.io/driver/sqlite', 'github.com/glebarez/sqlite', 'rusqlite', 'diesel/sqlite', 'sqlx/sqlite', 'org.xerial:sqlite-jdbc', 'Microsoft.EntityFrameworkCore.Sqlite', 'Microsoft.Data.Sqlite', 'ecto_sqlite3', 'exqlite', 'ext-sqlite3', 'ext-pdo_sqlite'], imports: ['sqlite3', 'node:sqlite', 'bun:sqlite', 'github.com/mattn/go-sqlite3', 'modernc.org/sqlite'], schemes: ['sqlite', 'sqlite3', 'sqlite+aiosqlite'], envVars: /^(SQLITE\w*|DB_(PATH|FILE)|DATABASE_(PATH|FILE))$/, images: /^$/, ports: [] },
  { kind: 'memcached', packages: ['memcached', 'memjs', 'pymemcache', 'python-memcached', 'pylibmc', 'django-pylibmc', 'github.com/bradfitz/gomemcache', 'dalli', 'ext-memcached', 'EnyimMemcachedCore', 'net.spy:spymemcached'], imports: ['pymemcache', 'pylibmc'], schemes: ['memcached', 'memcache'], envVars: /^(MEMCACHE\w*)$/, images: /(^|\/)memcached$/, ports: [11211] },
  { kind: 'elasticsearch', packages: ['@elastic/elasticsearch', 'elasticsearch', 'elasticsearch-dsl', 'django-elasticsearch-dsl', 'github.com/elastic/go-elasticsearch', 'github.com/olivere/elastic', 'elasticsearch-model', 'searchkick', 'elasticsearch/elasticsearch', 'org.springframework.boot:spring-boot-starter-data-elasticsearch', 'co.elastic.clients:elasticsearch-java', 'NEST', 'Elastic.Clients.Elasticsearch'], schemes: [], envVars: /^(ELASTIC\w*|ES_(URL|HOST|PORT|NODE|HOSTS)|SPRING_ELASTICSEARCH_\w+|BONSAI_URL)$/, images: /(^|\/)elasticsearch$/, ports: [9200] },
  { kind: 'opensearch', packages: ['@opensearch-project/opensearch', 'opensearch-py', 'github.com/opensearch-project/opensearch-go'], schemes: [], envVars: /^(OPENSEARCH\w*)$/, images: /(^|\/)opensearch$/, ports: [] },
  { kind: 'cassandra', packages: ['cassandra-driver', 'scylla', 'github.com/gocql/gocql', 'org.springframework.boot:spring-boot-starter-data-cassandra', 'com.datastax.oss:java-driver-core'], imports: ['cassandra'], schemes: ['cassandra'], envVars: /^(CASSANDRA\w*|SCYLLA\w*)$/, images: /(^|\/)(cassandra|scylla)$/, ports: [9042] },
  { kind: 'clickhouse', packages: ['@clickhouse/client', 'clickhouse', 'clickhouse-driver', 'clickhouse-connect', 'github.com/ClickHouse/clickhouse-go', 'com.clickhouse:clickhouse-jdbc'], schemes: ['clickhouse'], envVars: /^(CLICKHOUSE\w*)$/, images: /(^|\/)clickhouse(-server)?$/, ports: [8123] },
  { kind: 'dynamodb', packages: ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', 'dynamoose', 'pynamodb', 'github.com/aws/aws-sdk-go-v2/service/dynamodb', 'aws-sdk-dynamodb', 'software.amazon.awssdk:dynamodb'], schemes: [], envVars: /^(DYNAMO\w*)$/, images: /(^|\/)dynamodb-local$/, ports: [] },
  { kind: 's3', packages: ['@aws-sdk/client-s3', 'minio', 'multer-s3', 'django-storages', 'github.com/minio/minio-go', 'github.com/aws/aws-sdk-go-v2/service/s3', 'aws-sdk-s3', 'software.amazon.awssdk:s3', 'io.minio:minio', 'league/flysystem-aws-s3-v3', 'AWSSDK.S3'], schemes: ['s3'], envVars: /^(S3_\w+|MINIO_\w+|AWS_(S3_\w+|STORAGE_\w+|BUCKET\w*))$/, images: /(^|\/)minio$/, ports: [9000] },
  { kind: 'kafka', packages: ['kafkajs', 'node-rdkafka', 'kafka-python', 'confluent-kafka', 'aiokafka', 'faust', 'github.com/segmentio/kafka-go', 'github.com/IBM/sarama', 'github.com/Shopify/sarama', 'github.com/confluentinc/confluent-kafka-go', 'github.com/twmb/franz-go', 'rdkafka', 'org.springframework.kafka:spring-kafka', 'org.apache.kafka:kafka-clients', 'org.apache.kafka:kafka-streams', 'Confluent.Kafka', 'karafka', 'ruby-kafka'], schemes: ['kafka'], envVars: /^(KAFKA\w*|BOOTSTRAP_SERVERS?|SPRING_KAFKA_\w+)$/, images: /(^|\/)(kafka|cp-kafka|redpanda)$/, ports: [9092] },
  { kind: 'rabbitmq', packages: ['amqplib', 'amqp-connection-manager', 'pika', 'aio-pika', 'github.com/rabbitmq/amqp091-go', 'github.com/streadway/amqp', 'lapin', 'bunny', 'php-amqplib/php-amqplib', 'org.springframework.boot:spring-boot-starter-amqp', 'com.rabbitmq:amqp-client', 'RabbitMQ.Client', 'MassTransit.RabbitMQ'], imports: ['pika', 'aio_pika'], schemes: ['amqp', 'amqps', 'pyamqp'], envVars: /^(RABBIT\w*|AMQP\w*|CLOUDAMQP\w*|SPRING_RABBITMQ_\w+)$/, images: /(^|\/)rabbitmq$/, ports: [5672] },
  { kind: 'nats', packages: ['nats', 'nats-py', '@nats-io/transport-node', 'github.com/nats-io/nats.go', 'async-nats', 'io.nats:jnats', 'NATS.Client'], schemes: ['nats'], envVars: /^(NATS\w*)$/, images: /(^|\/)nats$/, ports: [4222] },
  { kind: 'mqtt', packages: ['mqtt', 'paho-mqtt', 'asyncio-mqtt', 'aiomqtt', 'github.com/eclipse/paho.mqtt.golang', 'rumqttc', 'org.eclipse.paho:org.eclipse.paho.client.mqttv3', 'MQTTnet'], imports: ['paho'], schemes: ['mqtt', 'mqtts'], envVars: /^(MQTT\w*)$/, images: /(^|\/)(eclipse-mosquitto|mosquitto|emqx)$/, ports: [1883] },
  { kind: 'neo4j', packages: ['neo4j-driver', 'neo4j', 'neomodel', 'py2neo', 'github.com/neo4j/neo4j-go-driver', 'org.springframework.boot:spring-boot-starter-data-neo4j', 'neo4rs'], schemes: ['neo4j', 'neo4j+s', 'bolt'], envVars: /^(NEO4J\w*)$/, images: /(^|\/)neo4j$/, ports: [7687] },
  { kind: 'qdrant', packages: ['@qdrant/js-client-rest', 'qdrant-client', 'github.com/qdrant/go-client'], schemes: [], envVars: /^(QDRANT\w*)$/, images: /(^|\/)qdrant$/, ports: [6333] },
  { kind: 'chroma', packages: ['chromadb'], schemes: [], envVars: /^(CHROMA\w*)$/, images: /(^|\/)chroma$/, ports: [] },
  { kind: 'mssql', packages: ['mssql', 'tedious', 'pymssql', 'django-mssql-backend', 'mssql-django', 'github.com/microsoft/go-mssqldb', 'github.com/denisenkom/go-mssqldb', 'com.microsoft.sqlserver:mssql-jdbc', 'Microsoft.EntityFrameworkCore.SqlServer', 'Microsoft.Data.SqlClient'], schemes: ['mssql', 'sqlserver', 'mssql+pyodbc'], envVars: /^(MSSQL\w*|SQLSERVER\w*|DB_\w+|DATABASE_\w+)$/, images: /mssql\/server$|azure-sql-edge$/, ports: [1433] },
];

/** The kind of store that an image runs: `docker.io/library/postgres:16-alpine` → `postgresql`. */
export function kindOfImage(image: string): string | undefined {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return storeKinds.find(({ images }) => images.test(name))?.kind;
}
