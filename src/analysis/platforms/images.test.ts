import { describe, expect, it } from 'vitest';
import { runtimeOfImage } from './images.ts';

describe('the version in the tag of an image', () => {
  it.each([
    ['maven:3.9-eclipse-temurin-21', 'java', '21'], ['gradle:8-jdk17', 'java', '17'], ['hseeberger/scala-sbt:8u312_1.6.2_2.13.8', 'java', '8'], ['sbtscala/scala-sbt:eclipse-temurin-jammy-17.0.10_7_1.9.9_3.4.1', 'java', '17.0.10'], ['hseeberger/scala-sbt:11.0.14.1_1.6.2_3.1.1', 'java', '11'],
    ['java/jdk-no-fee-term:21', 'java', '21'], ['graalvm/graalvm-community:21.0.0-ol9', 'java', '21.0.0'], ['clojure', 'java', null], ['node:22-alpine', 'node', '22'],
  ])('of %s is that of %s', (image, name, version) => {
    expect(runtimeOfImage(image)).toMatchObject({ runtime: name, version });
  });
});
