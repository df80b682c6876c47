import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const main = 'package shop\n\nobject Shop extends cask.MainRoutes {\n  @cask.get("/")\n  def hello() = sys.env.getOrElse("GREETING", "hello")\n  initialize()\n}\n';

describe('projects of Mill', () => {
  it('are built and started by their module', async () => {
    const plan = await planOf({
      'build.mill': 'package build\nimport mill._, scalalib._\n\nobject shop extends ScalaModule {\n  def scalaVersion = "3.3.3"\n  def mvnDeps = Seq(mvn"com.lihaoyi::cask:0.9.2")\n  def jvmId = "temurin:21"\n  object test extends ScalaTests\n}\n',
      'shop/src/Shop.scala': main,
    });
    expect(plan.services).toMatchObject([{ language: 'scala', packageManager: 'mill', framework: 'cask', build: 'mill shop.assembly', start: 'java -jar out/shop/assembly.dest/out.jar', runtime: { name: 'java', version: '21' } }]);
  });

  it('are started as the README tells, and by their own launcher', async () => {
    const plan = await planOf({ 'build.sc': 'import mill._, scalalib._\nobject `package` extends RootModule with ScalaModule {\n  def ivyDeps = Agg(ivy"com.lihaoyi::cask:0.9.2")\n}\n', 'mill': '#!/bin/sh\n', 'README.md': '# Shop\n\n```sh\n./mill -i run\n```\n', 'src/Shop.scala': main });
    expect(plan.services[0]).toMatchObject({ packageManager: 'mill', build: './mill compile', start: './mill -i run' });
  });

  it('leave it to sbt where that builds them as well', async () => {
    const plan = await planOf({ 'build.sc': 'object shop extends ScalaModule\n', 'build.sbt': 'name := "shop"\nlibraryDependencies += "com.lihaoyi" %% "cask" % "0.9.2"\n', 'src/main/scala/Shop.scala': main });
    expect(plan.services.map(({ packageManager }) => packageManager)).toEqual(['sbt']);
  });
});

describe('a build of sbt', () => {
  it('may be written in Scala alone', async () => {
    const plan = await planOf({ 'project/build.properties': 'sbt.version=0.13.18\n', 'project/Build.scala': 'object ShopBuild extends Build {\n  val Name = "shop"\n  lazy val project = Project("shop", file("."), settings = Seq(name := Name, libraryDependencies += "org.scalatra" %% "scalatra" % "2.6"))\n}\n', 'src/main/scala/Shop.scala': 'object Shop {\n  def main(args: Array[String]) { new Server(8080).start }\n}\n' });
    expect(plan.services).toMatchObject([{ packageManager: 'sbt', framework: 'scalatra', kind: 'web', start: 'sbt run' }]);
  });
});

describe('the only project of a build of sbt that is packed', () => {
  it('is started where it is packed, by its own name', async () => {
    const plan = await planOf({ 'project/build.properties': 'sbt.version=1.9.0\n', 'project/plugins.sbt': 'addSbtPlugin("com.typesafe.play" % "sbt-plugin" % "2.8.20")\n', 'build.sbt': 'name := "shop"\nlazy val root = project.in(file(".")).aggregate(store, front)\nlazy val store = (project in file("modules/store"))\nlazy val front = (project in file("modules/front")).enablePlugins(PlayScala).dependsOn(store)\n', 'modules/store/src/main/scala/Store.scala': 'class Store\n', 'modules/front/app/Home.scala': 'class Home\n' });
    expect(plan.services).toMatchObject([{ framework: 'play', start: 'modules/front/target/universal/stage/bin/front' }]);
  });
});

describe('programs of scala-cli', () => {
  it('are what their own files say', async () => {
    const plan = await planOf({ 'project.scala': '//> using scala 3.3.3\n//> using jvm 21\n//> using dep "com.lihaoyi::cask:0.9.2"\n', 'Shop.scala': main });
    expect(plan.services).toMatchObject([{ language: 'scala', packageManager: 'scala-cli', framework: 'cask', start: 'scala-cli run .', runtime: { name: 'java', version: '21' }, env: [{ name: 'GREETING', default: 'hello' }] }]);
  });

  it('are started as the README tells', async () => {
    const plan = await planOf({ 'server.sc': '//> using dep com.lihaoyi::cask:0.9.2\nprintln("ready")\n', 'README.md': '```sh\nscala-cli test .\nscala-cli run server.sc\n```\n' });
    expect(plan.services[0]).toMatchObject({ packageManager: 'scala-cli', start: 'scala-cli run server.sc' });
  });

  it('are none in what a build tool builds', async () => {
    const plan = await planOf({ 'build.sbt': 'name := "shop"\nlibraryDependencies += "com.lihaoyi" %% "cask" % "0.9.2"\n', 'src/main/scala/Shop.scala': main, 'scripts/tidy.sc': '//> using scala 3\nprintln(1)\n' });
    expect(plan.services.map(({ packageManager }) => packageManager)).toEqual(['sbt']);
  });
});
