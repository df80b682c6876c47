import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';
import { runtimeOfImage, versionNamedIn } from './images.ts';

describe('a version that a tag names with its runtime', () => {
  it.each([['till/uvicorn-gunicorn:python3.11-slim', 'python', '3.11'], ['till/python-nodejs:python3.8-nodejs10', 'node', '10'], ['till/python-nodejs:python3.8-nodejs10', 'python', '3.8'], ['till/web:3.9', 'python', undefined]])('of %s is that of %s', (image, runtime, version) => {
    expect(versionNamedIn(image, runtime)).toBe(version);
  });

  it('counts for the image of a service', async () => {
    const plan = await planOf({ 'requirements.txt': 'flask\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n', Dockerfile: 'FROM till/uvicorn-gunicorn:python3.11\nCOPY . .\nCMD ["flask", "run"]\n' });
    expect(plan.services[0]!.runtime).toEqual({ name: 'python', version: '3.11' });
  });
});

describe('the version in the tag of an image', () => {
  it.each([
    ['maven:3.9-eclipse-temurin-21', 'java', '21'], ['gradle:8-jdk17', 'java', '17'], ['hseeberger/scala-sbt:8u312_1.6.2_2.13.8', 'java', '8'], ['sbtscala/scala-sbt:eclipse-temurin-jammy-17.0.10_7_1.9.9_3.4.1', 'java', '17.0.10'], ['hseeberger/scala-sbt:11.0.14.1_1.6.2_3.1.1', 'java', '11'],
    ['java/jdk-no-fee-term:21', 'java', '21'], ['graalvm/graalvm-community:21.0.0-ol9', 'java', '21.0.0'], ['clojure', 'java', null], ['node:22-alpine', 'node', '22'],
  ])('of %s is that of %s', (image, name, version) => {
    expect(runtimeOfImage(image)).toMatchObject({ runtime: name, version });
  });
});
