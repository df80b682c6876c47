/** What is run beside an app without being its code, and without keeping its data. */
export interface InfrastructureKind {
  kind: string;
  /** Names of images, without their tag. */
  images: RegExp;
  /** Packages of those that need it, where these say it. */
  packages?: RegExp;
  /** Settings of those that need it, in lower case. */
  keys?: RegExp;
}

/** Adding a kind is an entry here. */
export const infrastructureKinds: readonly InfrastructureKind[] = [
  { kind: 'service-discovery', images: /(^|\/)(consul|[\w-]*eureka[\w-]*|nacos-server|nacos|spring-cloud-kubernetes-discoveryserver)$/, packages: /^(spring-cloud-starter-netflix-eureka-client|spring-cloud-starter-eureka|spring-cloud-starter-consul-(discovery|all)|spring-cloud-starter-alibaba-nacos-discovery|spring-cloud-starter-kubernetes-discoveryclient|micronaut-discovery-client|quarkus-consul-client|smallrye-stork-service-(discovery|registration)-(consul|eureka)|Steeltoe\.Discovery\.\w+|eureka-js-client|py-eureka-client|github\.com\/hashicorp\/consul\/api|Consul|consul)$/ },
  { kind: 'configuration', images: /(^|\/)[\w-]*config-server$/, packages: /^(spring-cloud-starter-config|spring-cloud-config-client|spring-cloud-starter-alibaba-nacos-config|spring-cloud-starter-consul-config)$/ },
  { kind: 'administration', images: /(^|\/)(spring-boot-admin[\w-]*|kafka-ui|kafdrop|akhq|cmak|kafka-manager|kafka-topics-ui|schema-registry-ui|kafka-connect-ui|kouncil|conduktor-(platform|console)|zoonavigator[\w-]*|cloudbeaver|pgweb|adminer|phpmyadmin|pgadmin4|mongo-express|redis-commander|redisinsight|portainer[\w-]*)$/, packages: /^spring-boot-admin-(starter-)?client$/ },
  { kind: 'tracing', images: /(^|\/)(zipkin[\w-]*|jaeger|all-in-one|tempo)$/, packages: /^(spring-cloud-starter-zipkin|spring-cloud-sleuth-zipkin|zipkin-reporter-brave|zipkin-sender-[\w-]+|zipkin|jaeger-(client|thrift|core)|micronaut-tracing-(opentelemetry-)?(zipkin|jaeger)|opentracing-spring-jaeger-[\w-]+|quarkus-smallrye-opentracing|quarkus-opentelemetry-exporter-jaeger|opentelemetry-exporter-(zipkin|jaeger)|@opentelemetry\/exporter-(zipkin|jaeger))$/, keys: /^(management\.(otlp\.tracing|opentelemetry\.tracing\.export\.otlp|zipkin\.tracing)\.endpoint|spring\.zipkin\.baseurl|otel\.exporter\.(otlp\.|otlp\.traces\.|jaeger\.|zipkin\.)endpoint|quarkus\.(otel\.exporter\.otlp|opentelemetry\.tracer\.exporter\.otlp|jaeger)\.(traces\.)?endpoint)$/ },
  { kind: 'telemetry', images: /(^|\/)(opentelemetry-collector[\w-]*|otel-collector)$/ },
  { kind: 'monitoring', images: /(^|\/)(prometheus|alertmanager|node-exporter|cadvisor|hystrix-dashboard|turbine)$/ },
  { kind: 'dashboard', images: /(^|\/)(grafana[\w-]*|kibana|opensearch-dashboards)$/ },
  { kind: 'logging', images: /(^|\/)(loki|promtail|fluentd|fluent-bit|logstash|filebeat|seq|graylog)$/ },
  { kind: 'gateway', images: /(^|\/)(nginx[\w-]*|traefik|kong|envoy[\w-]*|haproxy|caddy|tyk-gateway|krakend)$/ },
  { kind: 'authentication', images: /(^|\/)(keycloak[\w-]*|hydra|kratos|dex|authelia|authentik|server-authentik|fusionauth-app|zitadel)$/, packages: /^(keycloak-(js|angular|connect|spring-boot(-2)?-(starter|adapter)|spring-security-adapter|admin-client|adapter-core)|nest-keycloak-connect|@react-keycloak\/\w+|python-keycloak|fastapi-keycloak|flask-keycloak|Keycloak\.AuthServices\.\w+|github\.com\/Nerzal\/gocloak)$/ },
  { kind: 'mail', images: /(^|\/)(mailhog|mailpit|maildev|smtp4dev|mailcatcher|inbucket|greenmail)$/, packages: /^(spring-boot-starter-mail|quarkus-mailer)$/, keys: /^(spring\.mail|quarkus\.mailer)\.host$/ },
  { kind: 'schemas', images: /(^|\/)(cp-schema-registry|apicurio-registry[\w-]*|karapace)$/ },
  { kind: 'secrets', images: /(^|\/)(vault|infisical)$/ },
  { kind: 'coordination', images: /(^|\/)(zookeeper|cp-zookeeper|etcd)$/ },
];

/** The kind of infrastructure that an image runs; undefined for others. */
export function infrastructureOf(image: string): string | undefined {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '').toLowerCase();
  return infrastructureKinds.find(({ images }) => images.test(name))?.kind;
}
