import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const build = [
  'ThisBuild / scalaVersion := "3.3.3"',
  'lazy val root = project.in(file(".")).aggregate(common, shop, mailer)',
  'lazy val common = (project in file("common")).settings(libraryDependencies += dependencies.json)',
  'lazy val shop = project',
  '  .settings(name := "shop", jars, libraryDependencies ++= Seq(dependencies.server))',
  '  .dependsOn(common)',
  'lazy val mailer = project',
  '  .settings(name := "mailer", jars, libraryDependencies ++= Seq(dependencies.queue))',
  '  .dependsOn(common)',
  'lazy val jars = Seq(assembly / assemblyJarName := name.value + ".jar")',
  'lazy val dependencies = new {',
  '  val json = "io.circe" %% "circe-core" % "0.14.9"',
  '  val server = "org.http4s" %% "http4s-ember-server" % "0.23.27"',
  '  val queue = "org.apache.kafka" % "kafka-clients" % "3.7.0"',
  '}',
].join('\n');
const files = {
  'build.sbt': build,
  'project/plugins.sbt': 'addSbtPlugin("com.eed3si9n" % "sbt-assembly" % "2.2.0")\n',
  'common/src/main/scala/Setup.scala': 'object Setup extends App {\n  println("topics are made")\n}\n',
  'shop/src/main/scala/Shop.scala': 'object Shop extends IOApp.Simple {\n  def run = EmberServerBuilder.default.withPort(port"8080").build.useForever\n}\n',
  'mailer/src/main/scala/Mailer.scala': 'import org.apache.kafka.clients.consumer.KafkaConsumer\nobject Mailer extends App {\n  val consumer = new KafkaConsumer[String, String](settings)\n  while (true) consumer.poll(timeout)\n}\n',
};

describe('a build of sbt', () => {
  it('has a service for each of its projects that has a program, and none for what these contain', async () => {
    const plan = await planOf(files);
    expect(plan.services.map(({ name, path, build: made, start }) => `${name} ${path}: ${made}, ${start}`).sort()).toEqual([
      'mailer mailer: cd .. && sbt mailer/assembly, java -jar target/scala-3.3.3/mailer.jar', 'shop shop: cd .. && sbt shop/assembly, java -jar target/scala-3.3.3/shop.jar',
    ]);
  });

  it('gives each of them only what it depends on', async () => {
    const plan = await planOf(files);
    expect(plan.services.map(({ name, kind, framework, stores }) => [name, kind, framework, stores.map((store) => store.kind)])).toEqual([['shop', 'api', 'http4s', []], ['mailer', 'worker', null, ['kafka']]]);
  });

  it('has a service for each project that a function of it makes of a name', async () => {
    const plan = await planOf({
      'build.sbt': 'lazy val root = (project in file(".")).aggregate(shop, mail)\ndef part(name: String) =\n  Project(s"$name-part", file("apps") / name)\n    .enablePlugins(PlayScala)\nlazy val shop = part("shop")\nlazy val mail = part("mail").settings(libraryDependencies += "org.postgresql" % "postgresql" % "42.7")\n',
      'project/plugins.sbt': 'addSbtPlugin("org.playframework" % "sbt-plugin" % "3.0.1")\n', 'apps/shop/app/A.scala': 'class A', 'apps/mail/app/B.scala': 'class B',
    });
    expect(plan.services.map(({ path, framework, build: made }) => [path, framework, made]).sort()).toEqual([['apps/mail', 'play', 'cd ../.. && sbt mail/stage'], ['apps/shop', 'play', 'cd ../.. && sbt shop/stage']]);
  });

  it('is one program where only one of its projects has one', async () => {
    const { 'mailer/src/main/scala/Mailer.scala': _, ...others } = files;
    expect((await planOf(others)).services.map(({ path }) => path)).toEqual(['.']);
  });
});
