const publicPrefix = /^(VITE|NEXT_PUBLIC|REACT_APP|PUBLIC|NUXT_PUBLIC|NUXT|GATSBY|EXPO_PUBLIC|VUE_APP|NG_APP|SERVICES|SERVICE|APP)_/;
const addressEnd = /_?(URL|URI|URLS|HOST|HOSTS|HOSTNAME|ADDR|ADDRESS|ENDPOINT|ENDPOINTS|ORIGIN|BASE|BASEURL|BASE_URL|BASE_URI|BASE_PATH|TARGET|HOSTPORT|HOST_PORT|SERVICE|SERVER|UPSTREAM|API|APIURL|API_BASE|GRPC|HTTP|RPC|ROOT|DOMAIN|DNS|CLIENT|PORT|LOCATION|PREFIX|PATH|SVC|CONNECTION|DESTINATION|INTERNAL|APP_ID|APPID|WS|SCHEME)$/;
const told = /(URL|URI|URLS|HOST|HOSTS|HOSTNAME|ADDR|ADDRESS|ENDPOINT|ENDPOINTS|ORIGIN|BASE|BASEURL|TARGET|HOSTPORT|HOST_PORT|SERVICE|SERVER|UPSTREAM|API|APIURL|DOMAIN|LOCATION|DESTINATION|APP_ID|APPID)$/;

/** Protocols that stand before what an address is about: `GRAPHQL_USERS_URL`. */
const protocolPrefix = /^(GRAPHQL|TRPC|GRPC|RPC|REST|HTTPS?|WSS?|SOAP|API|INTERNAL)_(?=[A-Z])/;
/** What tells that it is an address, where it stands before what it is about: `URL_ORDERS_MS`, `HOST_CATALOG`. */
const addressStart = /^(URL|URI|HOST|HOSTNAME|ADDR|ADDRESS|ENDPOINT|BASE_URL|API_URL)_(?=[A-Z]{3})/;
/** Endings of what names something inside a store or a broker, or who somebody is: `DATABASE_NAME`, `KAFKA_GROUP_ID`. */
const insideEnd = /(^|_)(DB|DBNAME|DATABASE|SCHEMA|KEYSPACE|COLLECTION|TABLE|BUCKET|USER|USERNAME|PASS|PASSWORD|PWD|TOPIC|TOPICS|QUEUE|EXCHANGE|ROUTING_KEY|GROUP|GROUP_ID|CLIENT_ID|CLIENT_SECRET|REALM|ISSUER|AUDIENCE|SECRET|TOKEN|KEY|LEVEL|MODE|ENV|ENVIRONMENT|PREFIX|NAMESPACE|GUARD|DRIVER|PROVIDER|CHANNEL|MAILER|PASSWORD_BROKER)$|^(DB|DATABASE|PG|POSTGRES(QL)?|MYSQL|MARIADB|MONGO(DB)?|MSSQL|SQL|NEO4J|INFLUX(DB)?|CASSANDRA|ELASTIC(SEARCH)?|S3|KAFKA|RABBIT(MQ)?|AMQP|REDIS|APP|APPLICATION|SERVICE|OTEL_SERVICE)_NAME$/;

/** Beginnings of variables that say where something is which is no part of an app, whoever may listen at its usual port. */
const besideApp = /^(?:SCHEMA_REGISTRY|ELASTIC(?:SEARCH)?|KIBANA|CONSUL|EUREKA|VAULT|KEYCLOAK|MINIO|S3|AWS|JAEGER|ZIPKIN|OTEL|PROMETHEUS|GRAFANA|LOKI|OLLAMA|QDRANT|CHROMA|MILVUS|WEAVIATE|INFLUX(?:DB)?|NEO4J|COUCHDB|MEILI(?:SEARCH)?|TYPESENSE|OPENSEARCH|CLICKHOUSE|MAILHOG|LOCALSTACK)_/;

/** Whether a variable of this name is about what runs beside an app. */
export function isBesideApp(variable: string): boolean {
  return besideApp.test(variable);
}

/** Whether the plain text of a variable of this name may be the name under which a neighbour is reached. */
export function mayNameNeighbour(variable: string): boolean {
  return !insideEnd.test(variable);
}

/** What a variable that tells an address is about, the most exact first: `VITE_ORDER_SERVICE_URL` → `order-service`, `order`. None for others. */
export function subjectsOf(name: string): string[] {
  const bare = addressLast(name.replace(/__\d+$/, '').replace(publicPrefix, ''));
  const plain = bare.replace(protocolPrefix, '');
  return plain === bare ? subjectsIn(bare) : [...new Set([...subjectsIn(bare), ...subjectsIn(plain)])];
}

/** `URL_ORDERS_MS` as `ORDERS_MS_URL`. */
function addressLast(name: string): string {
  const start = told.test(name) ? null : addressStart.exec(name);
  return start ? `${name.slice(start[0].length)}_${start[1]!}` : name;
}

function subjectsIn(bare: string): string[] {
  if (!told.test(bare)) return [];
  const subjects: string[] = [];
  for (let rest = bare, end = addressEnd.exec(rest); end && rest !== ''; end = addressEnd.exec(rest)) {
    subjects.push(rest);
    rest = rest.slice(0, end.index);
    if (rest === '') break;
    if (!addressEnd.test(rest)) subjects.push(rest);
  }
  return [...new Set(subjects)].filter((subject) => subject !== '' && !/^(BASE|ROOT|HOST|PORT|URL|TARGET|HTTP|DOMAIN|PATH|PUBLIC)(_|$)/.test(subject)).map((subject) => subject.toLowerCase().replaceAll('_', '-'));
}
