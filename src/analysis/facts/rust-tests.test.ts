import { describe, expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { withoutTests } from './rust-tests.ts';

const words = (text: string): string => withoutTests(tokensOf('rs', text)).map((token) => token.text).join(' ');

describe('code of Rust that is compiled for tests alone', () => {
  it.each([
    ['fn a() {} #[cfg(test)] mod tests { use super::*; fn b() { c(8000) } } fn d() {}', 'fn a ( ) { } fn d ( ) { }'],
    ['#[cfg(test)] use x::y; fn a() {}', 'fn a ( ) { }'], ['#[test] #[ignore] fn a() { b() } c', 'c'], ['#[tokio::test(flavor = "multi")] async fn a() { b() } c', 'c'],
    ['#[cfg(test)] mod tests {', ''],
  ])('is left out: %s', (text, expected) => {
    expect(words(text)).toBe(expected);
  });

  it.each(['#[cfg(not(test))] fn a() {}', '#[derive(Debug)] struct A { test: u8 }', '#[cfg(feature = "test")] fn a() {}'])('is not %s', (text) => {
    expect(words(text)).toBe(tokensOf('rs', text).map((token) => token.text).join(' '));
  });
});
