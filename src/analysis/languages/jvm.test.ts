import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';
import { hoconPairs } from './jvm-settings.ts';

const main = 'import org.springframework.boot.SpringApplication;\npublic class App { public static void main(String[] args) { SpringApplication.run(App.class, args); } }';
const boot = '<plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin>';
const web = '<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>';
const pom = (inside: string) => `<project xmlns="http://maven.apache.org/POM/4.0.0">${inside}</project>`;

const fixtures: [name: string, files: Files, expected: object][] = [
  ['versions and names by properties of a parent', {
    'pom.xml': pom(`<groupId>a</groupId><artifactId>all</artifactId><version>\${revision}</version><packaging>pom</packaging><modules><module>shop</module></modules><properties><revision>3.1</revision><jdk>21</jdk><maven.compiler.release>\${jdk}</maven.compiler.release></properties><dependencies>${web}</dependencies><build><plugins>${boot}</plugins></build>`),
    'shop/pom.xml': pom('<parent><groupId>a</groupId><artifactId>all</artifactId><version>${revision}</version></parent><artifactId>shop</artifactId>'), 'shop/src/main/java/App.java': main,
  }, { path: 'shop', framework: 'spring-boot', runtime: { name: 'java', version: '21' }, build: 'mvn -f .. -pl shop -am -DskipTests package', start: 'java -jar target/shop-3.1.jar', ports: [{ port: 8080 }] }],
  ['functions of Spring Cloud Stream that the configuration binds to topics', {
    'pom.xml': pom(`<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.4.1</version></parent><artifactId>mails</artifactId><dependencies><dependency><groupId>org.springframework.cloud</groupId><artifactId>spring-cloud-stream-binder-kafka</artifactId></dependency></dependencies><build><plugins>${boot}</plugins></build>`),
    'src/main/java/App.java': main, 'src/main/resources/application.yml': 'spring:\n  cloud:\n    function:\n      definition: sendMail\n',
  }, { kind: 'worker', framework: 'spring-boot', ports: [] }],
  ['the Java that a parent of Spring Boot compiles for', { 'pom.xml': pom(`<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>2.7.1</version></parent><artifactId>a</artifactId><dependencies>${web}</dependencies>`), 'src/main/java/App.java': main }, { runtime: { version: '8' } }],
  ['what the platform is told before what is compiled for', { 'pom.xml': pom(`<artifactId>a</artifactId><properties><java.version>11</java.version></properties><dependencies>${web}</dependencies>`), 'src/main/java/App.java': main, 'system.properties': 'java.runtime.version=17\n' }, { runtime: { version: '17' } }],
  ['the parent of Helidon, which names the archive and the Java', { 'pom.xml': pom('<parent><groupId>io.helidon.applications</groupId><artifactId>helidon-mp</artifactId><version>4.1.2</version><relativePath/></parent><groupId>a</groupId><artifactId>shop</artifactId><version>1</version><dependencies><dependency><groupId>io.helidon.microprofile.bundles</groupId><artifactId>helidon-microprofile-core</artifactId></dependency><dependency><groupId>io.helidon.microprofile.health</groupId><artifactId>helidon-microprofile-health</artifactId></dependency></dependencies>'), 'src/main/java/x/Shop.java': 'import jakarta.ws.rs.Path;\n@Path("/shop") public class Shop {}' }, { framework: 'helidon', runtime: { name: 'java', version: '21' }, start: 'java -jar target/shop.jar', health: { path: '/health' } }],
  ['the settings of Open Liberty', { 'pom.xml': pom('<artifactId>a</artifactId><packaging>war</packaging><dependencies><dependency><groupId>org.eclipse.microprofile</groupId><artifactId>microprofile</artifactId></dependency></dependencies><build><plugins><plugin><artifactId>liberty-maven-plugin</artifactId></plugin></plugins></build>'), 'src/main/liberty/config/server.xml': '<server><featureManager><feature>mpHealth-4.0</feature></featureManager>\n<variable name="http.port" defaultValue="9085"/>\n<httpEndpoint host="*" httpPort="${http.port}"/></server>', 'src/main/java/x/Shop.java': 'import jakarta.ws.rs.Path;\n@Path("/shop") public class Shop {}' }, { ports: [{ port: 9085 }], health: { path: '/health' } }],
  ['Quarkus that runs and ends, with the images that its generator writes', { 'pom.xml': pom('<artifactId>a</artifactId><version>1</version><dependencies><dependency><groupId>io.quarkus</groupId><artifactId>quarkus-arc</artifactId></dependency></dependencies><build><plugins><plugin><artifactId>quarkus-maven-plugin</artifactId></plugin></plugins></build>'), 'src/main/java/x/Main.java': 'import io.quarkus.runtime.QuarkusApplication;\npublic class Main implements QuarkusApplication { public int run(String... args) { return 0; } }', 'src/main/docker/Dockerfile.jvm': 'FROM ubi9/openjdk-21-runtime\nCOPY target/quarkus-app/*.jar /deployments/\nEXPOSE 8080\nENTRYPOINT ["/opt/jboss/container/java/run/run-java.sh"]\n' }, { kind: 'job', framework: 'quarkus', ports: [] }],
  ['pages that code writes', { 'pom.xml': pom('<artifactId>a</artifactId><version>1</version><dependencies><dependency><groupId>io.javalin</groupId><artifactId>javalin</artifactId></dependency><dependency><groupId>com.j2html</groupId><artifactId>j2html</artifactId></dependency></dependencies>'), 'src/main/java/x/App.java': 'class App { public static void main(String[] a) { Javalin.create(config -> {\n mail.setSmtpPort(465);\n config.get("/", ctx -> ctx.html(form().render()));\n}).start(7071); } }' }, { kind: 'web', ports: [{ port: 7071 }] }],
  ['pages of a server that is built for several platforms', { 'build.gradle.kts': 'plugins { kotlin("multiplatform") version "2.3" }\nkotlin { jvm("backend") }\ndependencies { implementation("io.ktor:ktor-server-netty:3.4") }\n', 'src/backendMain/kotlin/main.kt': 'fun main() { embeddedServer(Netty, port = 8084) { }.start(wait = true) }', 'src/backendMain/resources/web/index.html': '<p>' }, { kind: 'web', framework: 'ktor', ports: [{ port: 8084 }] }],
  ['resources of Jakarta EE without a page', { 'pom.xml': pom('<artifactId>a</artifactId><packaging>war</packaging><dependencies><dependency><groupId>jakarta.ws.rs</groupId><artifactId>jakarta.ws.rs-api</artifactId><scope>provided</scope></dependency></dependencies>'), 'src/main/java/x/Shop.java': 'import jakarta.ws.rs.Path;\n@Path("/shop") public class Shop {}', 'src/main/webapp/WEB-INF/web.xml': '<web-app/>' }, { kind: 'api', framework: 'jakarta-ee', ports: [{ port: 8080 }] }],
  ['Gretty, which runs a servlet', { 'build.gradle': "plugins {\n id 'war'\n id 'org.gretty' version '3.1.1'\n}\ndependencies { implementation 'javax.servlet:javax.servlet-api:3.1.0' }\n", 'src/main/java/x/A.java': 'import javax.servlet.http.HttpServlet;\nclass A extends HttpServlet {}' }, { kind: 'web', start: 'gradle appRun' }],
  ['pages among the resources that a controller hands out', { 'pom.xml': pom(`<artifactId>a</artifactId><version>1</version><dependencies>${web}</dependencies><build><plugins>${boot}</plugins></build>`), 'src/main/java/App.java': main, 'src/main/java/Home.java': 'import org.springframework.stereotype.Controller;\n@Controller class Home {}', 'src/main/resources/client/build/index.html': '<p>' }, { kind: 'web' }],
  ['the shade plugin', { 'pom.xml': pom('<artifactId>a</artifactId><version>1</version><dependencies><dependency><groupId>io.javalin</groupId><artifactId>javalin</artifactId></dependency></dependencies><build><plugins><plugin><artifactId>maven-shade-plugin</artifactId></plugin></plugins></build>'), 'src/main/java/x/App.java': 'class App { void main() { Javalin.create().start(7001); } }' }, { framework: 'javalin', start: 'java -jar target/a-1.jar', ports: [{ port: 7001 }] }],
  ['a jar with dependencies', { 'pom.xml': pom('<artifactId>a</artifactId><version>1</version><build><plugins><plugin><artifactId>maven-assembly-plugin</artifactId><configuration><descriptorRefs><descriptorRef>jar-with-dependencies</descriptorRef></descriptorRefs></configuration></plugin></plugins></build>'), 'src/main/java/x/App.java': 'class App { public static void main(String[] a) {} }' }, { start: 'java -jar target/a-1-jar-with-dependencies.jar' }],
  ['a servlet on Tomcat', { 'pom.xml': pom('<artifactId>a</artifactId><packaging>war</packaging><dependencies><dependency><groupId>javax.servlet</groupId><artifactId>javax.servlet-api</artifactId><scope>provided</scope></dependency></dependencies>'), 'src/main/webapp/index.jsp': 'hi' }, { kind: 'web', framework: 'servlet', ports: [{ port: 8080 }] }],
  ['dropwizard with its configuration', { 'pom.xml': pom('<artifactId>a</artifactId><version>2</version><dependencies><dependency><groupId>io.dropwizard</groupId><artifactId>dropwizard-core</artifactId></dependency></dependencies><build><plugins><plugin><artifactId>maven-shade-plugin</artifactId></plugin></plugins></build>'), 'src/main/java/App.java': 'class App { public static void main(String[] a) {} }', 'config.yml': 'server:\n  applicationConnectors:\n    - type: http\n      port: 9001\n' }, { framework: 'dropwizard', start: 'java -jar target/a-2.jar server config.yml', ports: [{ port: 9001 }] }],
  ['quarkus in production', { 'pom.xml': pom('<artifactId>a</artifactId><dependencies><dependency><groupId>io.quarkus</groupId><artifactId>quarkus-rest</artifactId></dependency><dependency><groupId>io.quarkus</groupId><artifactId>quarkus-smallrye-health</artifactId></dependency></dependencies><build><plugins><plugin><artifactId>quarkus-maven-plugin</artifactId></plugin></plugins></build>'), 'src/main/java/A.java': 'class A {}', 'src/main/resources/application.properties': '%dev.quarkus.http.port=9999\nquarkus.http.port=${PORT:8085}\n' }, { framework: 'quarkus', ports: [{ port: 8085 }], readsPort: true, health: { path: '/q/health' } }],
  ['a catalog, a convention plugin and a sibling', {
    'settings.gradle.kts': 'rootProject.name = "all"\ninclude(":app", ":core")', gradlew: '', 'gradle/libs.versions.toml': '[versions]\njdk = "21"\n[libraries]\nspring-web = { module = "org.springframework.boot:spring-boot-starter-web" }\n[plugins]\nspring-boot = { id = "org.springframework.boot", version = "3.3.0" }\n[bundles]\nweb = ["spring-web"]\n',
    'buildSrc/src/main/kotlin/java-common.gradle.kts': 'java { toolchain { languageVersion = JavaLanguageVersion.of(libs.versions.jdk.get()) } }', 'buildSrc/build.gradle.kts': 'plugins { `kotlin-dsl` }',
    'app/build.gradle.kts': 'plugins {\n  id("java-common")\n  alias(libs.plugins.spring.boot)\n}\nversion = "1.0"\ndependencies { implementation(project(":core")) }', 'app/src/main/kotlin/App.kt': 'fun main() { runApplication<App>() }',
    'core/build.gradle.kts': 'dependencies { api(libs.bundles.web) }', 'core/src/main/kotlin/Core.kt': 'val key = System.getenv("CORE_KEY")',
  }, { path: 'app', kind: 'api', language: 'kotlin', framework: 'spring-boot', packageManager: 'gradle', runtime: { version: '21' }, build: '../gradlew bootJar -x test', start: 'java -jar build/libs/app-1.0.jar', ports: [{ port: 8080 }], env: [{ name: 'CORE_KEY' }] }],
  ['an application of ktor whose modules a function of the build names', { 'build.gradle.kts': 'plugins { application }\napplication { mainClassName = "io.ktor.server.netty.EngineMain" }\ndependencies {\n val v = "1.3.0"\n fun ktor(module: String) = "io.ktor:ktor-$module:$v"\n implementation(ktor("server-netty"))\n}\n', 'src/main/kotlin/main.kt': 'fun Application.module() { routing { } }' }, { framework: 'ktor' }],
  ['grails, beside the parts of Spring Boot that it is made of', { 'build.gradle': 'apply plugin:"war"\napply plugin:"org.grails.grails-web"\ndependencies {\n  compile "org.springframework.boot:spring-boot-starter-tomcat"\n  compile "org.springframework.boot:spring-boot-autoconfigure"\n  compile "org.grails:grails-core"\n}\n', 'grails-app/init/Application.groovy': 'class Application { static void main(String[] args) { GrailsApp.run(Application, args) } }\n' }, { framework: 'grails', kind: 'web' }],
  ['an application of ktor in HOCON', { 'build.gradle.kts': 'plugins { application\n id("io.ktor.plugin") version "3.0.0" }\nkotlin { jvmToolchain(17) }\napplication { mainClass = "io.ktor.server.netty.EngineMain" }', 'settings.gradle.kts': 'rootProject.name = "k"', 'src/main/kotlin/A.kt': 'fun main(args: Array<String>) = EngineMain.main(args)', 'src/main/resources/application.conf': 'ktor {\n  deployment {\n    port = 8089\n    port = ${?PORT}\n  }\n}\n' }, { framework: 'ktor', runtime: { version: '17' }, start: 'java -jar build/libs/k-all.jar', ports: [{ port: 8089 }], readsPort: true }],
  ['a name that the settings take from properties, and the plugin for applications', { 'settings.gradle.kts': 'val projectName: String by settings\nrootProject.name = projectName', 'gradle.properties': 'projectName=shop\n', 'build.gradle.kts': 'plugins {\n  application\n  kotlin("jvm")\n}\napplication { mainClass.set("AppKt") }\ndependencies { implementation("io.ktor:ktor-server-netty:1") }', 'src/main/kotlin/App.kt': 'fun main() {}' }, { build: 'gradle installDist -x test', start: 'build/install/shop/bin/shop' }],
  ['an application of ktor whose image is made of its distribution', { 'build.gradle.kts': 'plugins { id("io.ktor.plugin") version "3.0.0" }\napplication { mainClass = "AKt" }', 'settings.gradle.kts': 'rootProject.name = "shop"', 'src/main/kotlin/A.kt': 'fun main() { embeddedServer(Netty, port = 8089) }', Dockerfile: 'FROM gradle:8-jdk17 AS build\nCOPY . .\nRUN gradle installDist\nFROM eclipse-temurin:17\nCOPY --from=build /app/build/install/shop /app\nWORKDIR /app\nCMD ["bin/shop"]\n' }, { start: 'build/install/shop/bin/shop' }],
  ['a convention plugin in a package', { 'settings.gradle.kts': 'rootProject.name = "all"\ninclude(":api")', 'buildSrc/build.gradle.kts': 'plugins { `kotlin-dsl` }', 'buildSrc/src/main/kotlin/kotlin-jvm.gradle.kts': 'package house.convention\nplugins { kotlin("jvm") }\nkotlin { jvmToolchain(21) }', 'api/build.gradle.kts': 'plugins {\n id("house.convention.kotlin-jvm")\n application\n}\napplication { mainClass = "AppKt" }\ndependencies { implementation("io.ktor:ktor-server-netty:3") }', 'api/src/main/kotlin/App.kt': 'fun main() { embeddedServer(Netty, port = 8080) }' }, { path: 'api', runtime: { version: '21' } }],
  ['a batch of Spring that asks others over the web', { 'build.gradle': "plugins { id 'org.springframework.boot' version '3.3.0' }\ndependencies {\n implementation 'org.springframework.boot:spring-boot-starter-batch'\n implementation 'org.springframework.boot:spring-boot-starter-webflux'\n}", 'src/main/java/App.java': main, 'src/main/java/Jobs.java': 'import org.springframework.batch.core.Job;\nimport org.springframework.web.reactive.function.client.WebClient;\nclass Jobs {}' }, { kind: 'job', ports: [] }],
  ['resources beside the sources, as Gradle can be told', { 'build.gradle': "dependencies { implementation 'org.springframework.boot:spring-boot-starter-web' }", 'src/java/App.java': main, 'src/resources/application.yml': 'server:\n  port: 6002\n' }, { ports: [{ port: 6002 }] }],
  ['the port of a profile that is switched on', { 'pom.xml': pom(`<artifactId>a</artifactId><dependencies>${web}</dependencies><build><plugins>${boot}</plugins></build>`), 'src/main/java/App.java': main, 'src/main/resources/application.yml': 'spring:\n  profiles:\n    active: local\nserver:\n  port: 8767\n', 'src/main/resources/application-local.yml': 'server:\n  port: 8761\n', 'src/main/resources/application-docker.yml': 'server:\n  port: 9000\n' }, { ports: [{ port: 8761 }] }],
  ['a service whose port a configuration server keeps', { 'pom.xml': pom(`<artifactId>a</artifactId><dependencies>${web}</dependencies><build><plugins>${boot}</plugins></build>`), 'src/main/java/App.java': main, 'src/main/resources/bootstrap.yml': 'spring:\n  application:\n    name: orders\n', 'shared/orders.yml': 'server:\n  port: 6001\n  servlet:\n    context-path: /orders\n' }, { ports: [{ port: 6001 }] }],
];

describe('projects for the JVM', () => {
  it.each(fixtures)('are read with %s', async (_, files, expected) => {
    const plan = await planOf(files);
    expect(plan.services).toHaveLength(1);
    expect(plan.services[0]).toMatchObject(expected);
  });

  it('are found in every program of a build, and not in its libraries', async () => {
    const app = (name: string) => ({ [`${name}/build.gradle`]: "dependencies { implementation 'org.springframework.boot:spring-boot-starter-web' }", [`${name}/src/main/java/App.java`]: main });
    const plan = await planOf({ 'settings.gradle': "include 'a', 'b', 'lib'", 'build.gradle': "subprojects {\n apply plugin: 'org.springframework.boot'\n}", ...app('a'), ...app('b'), 'lib/build.gradle': '', 'lib/src/main/java/L.java': 'class L {}' });
    expect(plan.services.map(({ path, build }) => [path, build])).toEqual([['a', 'gradle bootJar -x test'], ['b', 'gradle bootJar -x test']]);
  });
});

describe('modules of a build', () => {
  it('of which the parent has a launcher run what each names are programs where they name it', async () => {
    const launcher = '<plugin><artifactId>maven-shade-plugin</artifactId><configuration><transformers><transformer><manifestEntries><Main-Class>io.vertx.core.Launcher</Main-Class><Main-Verticle>${main.verticle}</Main-Verticle></manifestEntries></transformer></transformers></configuration></plugin>';
    const module = (name: string, properties: string) => pom(`<parent><groupId>a</groupId><artifactId>all</artifactId><version>1</version></parent><artifactId>${name}</artifactId><properties>${properties}</properties>`);
    const { services } = await planOf({
      'pom.xml': pom(`<groupId>a</groupId><artifactId>all</artifactId><version>1</version><packaging>pom</packaging><modules><module>shop</module><module>common</module></modules><properties><main.verticle/></properties><dependencies><dependency><groupId>io.vertx</groupId><artifactId>vertx-web</artifactId></dependency></dependencies><build><plugins>${launcher}</plugins></build>`),
      'shop/pom.xml': module('shop', '<main.verticle>a.Shop</main.verticle>'), 'shop/src/main/java/a/Shop.java': 'package a;\npublic class Shop extends Base {}\n',
      'common/pom.xml': module('common', ''), 'common/src/main/java/a/Base.java': 'package a;\npublic abstract class Base extends io.vertx.core.AbstractVerticle {}\n',
    });
    expect(services.map(({ name }) => name)).toEqual(['shop']);
  });


  it('are no services when others contain them, whatever main class is left in them', async () => {
    const module = (name: string, needs: string) => ({ [`${name}/build.gradle`]: `dependencies { implementation 'org.springframework.boot:spring-boot-starter-web'\n${needs} }` });
    const plan = await planOf({ 'settings.gradle': "include 'shop', 'common'", ...module('shop', "implementation project(':common')"), 'shop/src/main/java/App.java': main, ...module('common', ''), 'common/src/main/java/CommonApp.java': 'public class CommonApp { public static void main(String[] args) {} }' });
    expect(plan.services.map(({ path }) => path)).toEqual(['shop']);
  });

  it('serve no pages with the templates of their mails', async () => {
    const project = { 'pom.xml': pom(`<artifactId>a</artifactId><dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies><build><plugins>${boot}</plugins></build>`), 'src/main/java/App.java': main };
    const controller = (name: string) => `import org.springframework.${name};\n@${name.split('.').at(-1)} public class Orders {}`;
    const mail = { 'src/main/resources/templates/order.ftl': '<p>' };
    expect((await planOf({ ...project, ...mail, 'src/main/java/Orders.java': controller('web.bind.annotation.RestController') })).services[0]!.kind).toBe('api');
    expect((await planOf({ ...project, ...mail, 'src/main/java/Orders.java': controller('stereotype.Controller') })).services[0]!.kind).toBe('web');
  });

  it('are libraries where nothing starts them', async () => {
    const plan = await planOf({ 'pom.xml': pom('<artifactId>a</artifactId>'), 'src/main/java/a/Sums.java': 'package a; public class Sums { public static int of(int a, int b) { return a + b; } }' });
    expect(plan.services).toMatchObject([{ kind: 'library', language: 'java', packageManager: 'maven', start: null }]);
  });

  it('run a dashboard of Hystrix', async () => {
    const plan = await planOf({ 'pom.xml': pom(`<artifactId>a</artifactId><dependencies><dependency><artifactId>spring-cloud-starter-hystrix-dashboard</artifactId></dependency></dependencies><build><plugins>${boot}</plugins></build>`), 'src/main/java/App.java': main });
    expect(plan.services).toMatchObject([{ kind: 'api', framework: 'spring-boot' }]);
  });
});

describe('HOCON', () => {
  it('gives settings with the blocks around them', () => {
    expect(hoconPairs('a { b { port = 80 }\n c = ${?X} }\nplay.server.http.port = 9001 # why\n').map(({ key, value, line }) => [key, value, line])).toEqual([['a.b.port', '80', 1], ['a.c', '${?X}', 2], ['play.server.http.port', '9001', 3]]);
  });
});
