import type { Draft } from '../draft.ts';

/** Where libraries answer whether a service is well, when they are among its dependencies. */
const libraries: readonly { dependency: string; path: string; framework?: string }[] = [
  { dependency: 'spring-boot-starter-actuator', path: '/actuator/health', framework: 'spring-boot' },
  { dependency: 'spring-cloud-starter-netflix-eureka-server', path: '/actuator/health', framework: 'spring-boot' },
  { dependency: 'spring-cloud-config-server', path: '/actuator/health', framework: 'spring-boot' },
  { dependency: 'quarkus-smallrye-health', path: '/q/health', framework: 'quarkus' },
  { dependency: 'micronaut-management', path: '/health', framework: 'micronaut' },
  { dependency: 'helidon-webserver-observe-health', path: '/observe/health' },
  { dependency: 'helidon-microprofile', path: '/health' },
  { dependency: 'helidon-microprofile-health', path: '/health' },
  { dependency: 'helidon-health', path: '/health' },
  { dependency: 'vertx-health-check', path: '/health' },
  { dependency: 'mp-health', path: '/health' },
];

/** Claims the health endpoint that a library brings, below the service's context path. */
export function claimJvmHealth(draft: Draft, framework: string | undefined, context: string): void {
  for (const library of libraries) {
    const evidence = draft.dependencies.get(library.dependency);
    if (evidence && (library.framework === undefined || library.framework === framework)) draft.claim('health', `${context}${library.path}`, 0.9, evidence);
  }
}
