import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const node = (dependencies: object, code: string): Files => ({ 'package.json': { dependencies: { express: '4', ...dependencies }, scripts: { start: 'node a.js' } }, 'a.js': `require('express')().listen(3000)\n${code}` });
const stores = async (files: Files) => (await planOf(files)).services[0]!.stores.map(({ kind, envVars }) => `${kind}(${envVars.join(' ')})`);

describe('stores', () => {
  it.each<[string, Files, string[]]>([
    ['a driver of Haskell', { 'package.yaml': 'name: shop\ndependencies:\n  - servant-server\n  - persistent-sqlite\nexecutables:\n  shop:\n    main: Main.hs\n    source-dirs: app\n', 'app/Main.hs': 'main = run 3000 app\n' }, ['sqlite()']],
    ['a driver of Swift', { 'Package.swift': '// swift-tools-version:5.9\nlet package = Package(name: "shop", dependencies: [.package(url: "https://github.com/vapor/vapor.git", from: "4.0.0"), .package(url: "https://github.com/vapor/fluent-postgres-driver.git", from: "2.0.0")], targets: [.executableTarget(name: "App")])\n', 'Sources/App/main.swift': 'import Vapor\n' }, ['postgresql()']],
    ['a driver of Clojure', { 'deps.edn': '{:deps {ring/ring-core {:mvn/version "1"} org.xerial/sqlite-jdbc {:mvn/version "3"}} :aliases {:run {:main-opts ["-m" "shop.core"]}}}', 'src/shop/core.clj': '(ns shop.core)\n(defn -main [] (run-jetty app {:port 3000}))\n' }, ['sqlite()']],
    ['an older driver of Oracle', { 'build.gradle': "plugins { id 'org.springframework.boot' version '2.7.0' }\ndependencies {\n  implementation 'org.springframework.boot:spring-boot-starter-web'\n  runtimeOnly 'com.oracle:ojdbc7:12.1.0'\n}\n", 'src/main/java/App.java': '@SpringBootApplication\nclass App { public static void main(String[] a) { SpringApplication.run(App.class, a); } }\n' }, ['oracle()']],
    ['a driver of Clojure for documents', { 'deps.edn': '{:deps {ring/ring-core {:mvn/version "1"} com.novemberain/monger {:mvn/version "3"}} :aliases {:run {:main-opts ["-m" "shop.core"]}}}', 'src/shop/core.clj': '(ns shop.core)\n(defn -main [] (run-jetty app {:port 3000}))\n' }, ['mongodb()']],
    ['a pool of Rust', { 'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\naxum = "0.8"\nr2d2_redis = "0.14"\n', 'src/main.rs': 'use r2d2_redis::RedisConnectionManager;\nfn main() { serve(3000) }\n' }, ['redis()']],
    ['the address and the driver, where queries are written as for another database', { 'build.gradle': "plugins { id 'org.springframework.boot' version '3.2.0' }\ndependencies {\n  implementation 'org.springframework.boot:spring-boot-starter-web'\n  implementation 'org.springframework.boot:spring-boot-starter-data-jpa'\n  runtimeOnly 'org.mariadb.jdbc:mariadb-java-client'\n}\n", 'src/main/java/App.java': '@SpringBootApplication\nclass App { public static void main(String[] a) { SpringApplication.run(App.class, a); } }\n', 'src/main/resources/application.properties': 'spring.jpa.properties.hibernate.dialect=org.hibernate.dialect.MySQL8Dialect\nspring.datasource.url=jdbc:mariadb://localhost:3306/shop\n' }, ['mariadb()']],
    ['logs that are kept in a store', { 'a.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="Serilog.Sinks.Elasticsearch" Version="10.0.0" /></ItemGroup></Project>', 'Program.cs': 'WebApplication.CreateBuilder(args).Build().Run();\n' }, ['elasticsearch()']],
    ['a driver that is told by one variable', node({ pg: '8' }, "new (require('pg').Pool)({ connectionString: process.env.DATABASE_URL })"), ['postgresql(DATABASE_URL)']],
    ['a driver that reads its own variables', node({ pg: '8' }, "new (require('pg').Pool)()"), ['postgresql(PGDATABASE PGHOST PGPASSWORD PGPORT PGUSER)']],
    ['a variable that is called as the server', node({ memcached: '2' }, "new (require('memcached'))((process.env.MEMCACHE || 'localhost') + ':11211')"), ['memcached(MEMCACHE)']],
    ['variables of who hosts it', node({ memjs: '1' }, "require('memjs').Client.create(process.env.MEMCACHIER_SERVERS)"), ['memcached(MEMCACHIER_SERVERS)']],
    ['several variables', node({ mysql2: '3' }, "require('mysql2').createPool({ host: process.env.DB_HOST, user: process.env.DB_USER, connectionLimit: process.env.DB_POOL_SIZE })"), ['mysql(DB_HOST DB_USER)']],
    ['two kinds, each with its own', node({ mongoose: '8', ioredis: '5' }, "require('mongoose').connect(process.env.MONGODB_URI); require('ioredis')(process.env.REDIS_URL)"), ['mongodb(MONGODB_URI)', 'redis(REDIS_URL)']],
    ['an address in code', node({}, "connect('amqp://guest@localhost')"), ['rabbitmq()']],
    ['a file', node({ 'better-sqlite3': '11' }, "require('better-sqlite3')(process.env.DB_PATH || 'x.db')"), ['sqlite(DB_PATH)']],
    ['the database that production has', { ...node({ knex: '3', pg: '8', sqlite3: '5' }, "require('knex')(require('./knexfile').production)"), 'knexfile.js': "module.exports = { development: { client: 'sqlite3' }, production: { client: 'pg', connection: process.env.DATABASE_URL } }" }, ['postgresql(DATABASE_URL)']],
    ['clients rather than what a template left in a sample of variables', { ...node({ mongoose: '8' }, "require('mongoose').connect(process.env.MONGODB_URI)"), '.env.example': 'MONGODB_URI=mongodb://localhost/shop\nDATABASE_URL="mysql://USER:PASSWORD@HOST:PORT/DATABASE"\n' }, ['mongodb(MONGODB_URI)']],
    ['no file that is not there', { 'Package.swift': '// swift-tools-version:5.9\nlet package = Package(name: "shop", dependencies: [.package(url: "https://github.com/vapor/vapor.git", from: "4.0.0"), .package(url: "https://github.com/vapor/fluent-sqlite-driver.git", from: "4.0.0")], targets: [.executableTarget(name: "App")])', 'Sources/App/main.swift': 'import Vapor\nimport FluentSQLiteDriver\napp.databases.use(.sqlite(.memory), as: .sqlite)\n' }, []],
    ['a driver of Leiningen', { 'project.clj': '(defproject shop "1" :dependencies [[ring/ring-core "1"] [org.postgresql/postgresql "42"]] :main shop.core)', 'src/shop/core.clj': '(ns shop.core)\n(defn -main [] (connect (env :database-url)))' }, ['postgresql(DATABASE_URL)']],
    ['no driver that neither the code nor a data layer loads', node({ mongodb: '6', mongoose: '8', axios: '1' }, "require('axios').get('http://orders')"), []],
    ['a driver that a data layer loads', node({ sequelize: '6', mysql2: '3' }, "new (require('sequelize').Sequelize)(process.env.DATABASE_URL)"), ['mysql(DATABASE_URL)']],
    ['no driver of documents that a layer of SQL stands beside', node({ sequelize: '6', mysql2: '3', mongoose: '8' }, "new (require('sequelize').Sequelize)(process.env.DATABASE_URL)"), ['mysql(DATABASE_URL)']],
    ['what the settings of Django write out, and no driver besides', { 'requirements.txt': 'django\nmysqlclient\n', 'manage.py': 'import django', 's/wsgi.py': '', 's/settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'shop.db'}}" }, ['sqlite()']],
    ['nothing that only an example speaks of', { ...node({}, ''), 'examples/x.js': "require('redis')" }, []],
  ])('are found by %s', async (_, files, expected) => {
    expect(await stores(files)).toEqual(expected);
  });

  const sqlite = (code: string, more: Files = {}): Files => ({ ...node({ 'better-sqlite3': '11' }, `require('better-sqlite3');\n${code}`), ...more });
  const python = (code: string, requirements = 'flask\n'): Files => ({ 'requirements.txt': requirements, 'app.py': `import sqlite3, os\nfrom flask import Flask\napp = Flask(__name__)\n${code}` });
  it.each<[string, Files, string[]]>([
    ['beside the program', sqlite("new Database('shop.db')"), ['shop.db']],
    ['in a directory', sqlite("new Database(process.env.DB_PATH ?? './data/shop.sqlite')"), ['data/shop.sqlite']],
    ['joined from parts', sqlite("new Database(path.join(__dirname, '..', 'var', 'shop.sqlite3'))", { 'a.js': "require('express')().listen(3000); require('./src/db')", 'src/db.js': "require('better-sqlite3')(path.join(__dirname, '..', 'var', 'shop.sqlite3'))" }), ['var/shop.sqlite3']],
    ['below the place that is always kept', sqlite("new Database('/data/shop.db'); new Database('/var/lib/shop.db')"), ['/data/shop.db']],
    ['for tests', sqlite("require('./users.db'); new Database('test.db'); new Database('../shop.db')"), []],
    ['as a URL of SQLAlchemy', python("create_engine('sqlite:///shop.db')"), ['shop.db']],
    ['as Flask-SQLAlchemy counts', python("app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///shop.db'", 'flask\nflask-sqlalchemy\n'), ['instance/shop.db', 'shop.db']],
    ['beside the instance of Flask', python("DATABASE = os.path.join(app.instance_path, 'shop.sqlite')"), ['instance/shop.sqlite']],
    ['in the settings of Django', { 'requirements.txt': 'django\n', 'manage.py': 'import django', 'site/settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db.sqlite3'}}", 'site/wsgi.py': 'application = get_wsgi_application()' }, ['db.sqlite3']],
    ['in the schema of Prisma', { ...node({ '@prisma/client': '6' }, "require('@prisma/client')"), 'prisma/schema.prisma': 'datasource db {\n  provider = "sqlite"\n  url = "file:./dev.db"\n}' }, ['prisma/dev.db']],
  ])('of files are found %s', async (_, files, expected) => {
    const [store] = (await planOf(files)).services[0]!.stores;
    expect(store).toMatchObject({ kind: 'sqlite', files: expected });
  });

  it('of files are told to be kept or not', async () => {
    const told = async (code: string) => (await planOf(sqlite(code))).findings.map(({ rule, severity, message }) => [rule, severity, /shop\.db|DB_PATH/.exec(message)?.[0]]);
    expect(await told("new Database('shop.db')")).toEqual([['data-in-files', 'info', 'shop.db']]);
    expect(await told('new Database(process.env.DB_PATH)')).toEqual([['data-in-files', 'info', 'DB_PATH']]);
    expect(await told('new Database(name())')).toEqual([['data-not-kept', 'medium', undefined]]);
    expect((await planOf(node({ pg: '8' }, ''))).findings).toEqual([]);
  });

  it('are not those of a broker whose package a service of Python never imports', async () => {
    const files = (code: string) => ({ 'requirements.txt': 'django\nkafka-python\n', 'app.py': `${code}\nfrom flask import Flask\napp = Flask(__name__)\n` });
    expect((await planOf(files('from kafka import KafkaProducer'))).stores.map(({ kind }) => kind)).toEqual(['kafka']);
    expect((await planOf(files('import os'))).stores).toEqual([]);
  });

  it('are not those of a document store whose packages a service of Python never imports', async () => {
    expect((await planOf({ 'requirements.txt': 'flask\npymongo\npsycopg2\n', 'app.py': 'import psycopg2\nfrom flask import Flask\napp = Flask(__name__)\n' })).stores.map(({ kind }) => kind)).toEqual(['postgresql']);
  });

  it('of PHP are told by the driver that is configured, and not by a vendor who also makes other packages', async () => {
    const files: Files = { 'composer.json': { require: { 'slim/slim': '4', 'firebase/php-jwt': '7', 'illuminate/database': '12' } }, 'public/index.php': '<?php $app->run();', 'src/container.php': "<?php $capsule->addConnection(['driver' => 'mysql', 'host' => $_ENV['DB_HOST']]);" };
    expect((await planOf(files)).stores.map(({ kind }) => kind)).toEqual(['mysql']);
  });

  it('of .NET are told by how a connection string names who connects', async () => {
    const files: Files = { 'Shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="8.0.0" /></ItemGroup></Project>', 'Program.cs': 'var app = WebApplication.CreateBuilder(args).Build(); app.Run();', 'appsettings.json': { ConnectionStrings: { Orders: 'Server=HERE;Database=orders;Username=me;Password=x' } } };
    expect((await planOf(files)).stores.map(({ kind }) => kind)).toEqual(['postgresql']);
  });

  it('are gone without where the code could only speak to them besides its database, or asks a model', async () => {
    const optional = async (files: Files) => (await planOf(files)).services[0]!.stores.map((use) => [use.kind, use.optional]);
    const php = { 'index.php': '<?php run();', 'caches/one.php': '<?php $c = new Memcached(); $c->get("a");', 'caches/two.php': '<?php $db = new SQLite3($file);' };
    expect(await optional(php)).toEqual([['memcached', true], ['sqlite', undefined]]);
    expect(await optional({ 'index.php': php['index.php'], 'caches/one.php': php['caches/one.php'] })).toEqual([['memcached', undefined]]);
    const amqp = (more: string) => node({ pg: '8', amqplib: '0.10', express: '4' }, `const pg = require('pg'); new pg.Pool({ connectionString: process.env.DATABASE_URL }); const amqp = require('amqplib'); ${more}; require('express')().listen(3000)`);
    expect(await optional(amqp('connect(settings())'))).toEqual(expect.arrayContaining([['rabbitmq', true]]));
    expect(await optional(amqp("amqp.connect('amqp://queue.internal:5672')"))).toEqual(expect.arrayContaining([['rabbitmq', undefined]]));
    expect(await optional(amqp('amqp.connect(process.env.RABBITMQ_URL)'))).toEqual(expect.arrayContaining([['rabbitmq', undefined]]));
    const flask = (use: string) => ({ 'requirements.txt': 'flask\nelasticsearch\n', 'config.py': "import os\nclass Config:\n    ELASTICSEARCH_URL = os.environ.get('ELASTICSEARCH_URL')\n", 'app.py': `from flask import Flask\nfrom elasticsearch import Elasticsearch\napp = Flask(__name__)\napp.search = ${use}\n` });
    expect(await optional(flask("Elasticsearch([app.config['ELASTICSEARCH_URL']]) if app.config['ELASTICSEARCH_URL'] else None"))).toEqual([['elasticsearch', true]]);
    expect(await optional(flask("Elasticsearch([app.config['ELASTICSEARCH_URL']])"))).toEqual([['elasticsearch', undefined]]);
    expect(await optional(node({ express: '4' }, "fetch('http://localhost:11434/api/generate'); require('express')().listen(3000)"))).toEqual([['ollama', true]]);
  });
});

it('knows the stores that clients of the one package of AWS for JavaScript are made for, by any name of that', async () => {
  const plan = await planOf({ 'package.json': { dependencies: { 'aws-sdk': '2', express: '4' }, scripts: { start: 'node web.js' } }, 'web.js': "const aws = require('aws-sdk');\nconst table = new aws.DynamoDB.DocumentClient({ params: { TableName: process.env.TABLE } });\nrequire('express')().get('/', (q, r) => table.scan({}).promise().then((a) => r.json(a))).listen(3000);\n" });
  expect(plan.services[0]!.stores.map(({ kind }) => kind)).toEqual(['dynamodb']);
});

describe('a store that nobody runs', () => {
  const celery = { 'app.py': "import os\nfrom celery import Celery\napp = Celery('shop', broker=os.environ['REDIS_URL'])\n@app.task\ndef add(a, b):\n    return a + b\n", Procfile: 'worker: celery --app=app worker\n' };

  it('is the broker that a library brings a client for, beside the one that is used', async () => {
    expect((await stores({ ...celery, 'requirements.txt': 'amqp==5\ncelery==5\nkombu==5\nredis==4\n' })).map((one) => one.split('(')[0])).toEqual(['redis']);
  });

  it('is one that settings of Django leave out in a text', async () => {
    const settings = (database: string) => ({ 'requirements.txt': 'django\n', 'manage.py': 'import django', 'shop/settings.py': `ROOT_URLCONF = 'shop.urls'\n${database}`, 'shop/wsgi.py': 'application = 1\n' });
    expect(await stores(settings('"""\nDATABASES = {\'default\': {\'ENGINE\': \'django.db.backends.sqlite3\'}}\n"""\n'))).toEqual([]);
    expect((await stores(settings('DATABASES = {\'default\': {\'ENGINE\': \'django.db.backends.sqlite3\'}}\n')))).not.toEqual([]);
  });

  it('is one that code could speak to as well as to that which stands beside it', async () => {
    const files = node({ pg: '8', mysql2: '3', mongodb: '6' }, "const kinds = { postgres: require('pg'), mysql: require('mysql2'), mongo: require('mongodb') };\nkinds[process.env.DATABASE_URL.split(':')[0]].connect(process.env.DATABASE_URL);\n");
    expect((await stores({ ...files, 'compose.yaml': 'services:\n  web:\n    build: .\n    depends_on: [db]\n  db:\n    image: postgres:17\n', Dockerfile: 'FROM node:22\nCMD ["node", "a.js"]\n' })).map((one) => one.split('(')[0])).toEqual(['postgresql']);
  });

  it('is known by a variable of the cloud that connects it', async () => {
    expect((await stores(node({}, 'connect(process.env.AZURE_MYSQL_CONNECTIONSTRING)'))).map((one) => one.split('(')[0])).toEqual(['mysql']);
  });
});
