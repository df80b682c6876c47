import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Script } from './gradle-blocks.ts';
import { blocksIn, withoutBlocks } from './gradle-blocks.ts';

const script = (text: string, offset = 0): Script => ({ file: 'build.gradle', text, offset });
const head = /\b(?:subprojects|allprojects)\s*\{/g;

describe('blocks of a build script', () => {
  it('go from their head to the brace that ends them, and know their line', () => {
    expect(blocksIn(script('a\nsubprojects {\n  b { c }\n}\nd {}\nallprojects { e }', 10), head)).toEqual([
      { file: 'build.gradle', text: 'subprojects {\n  b { c }\n}', offset: 11 },
      { file: 'build.gradle', text: 'allprojects { e }', offset: 15 },
    ]);
  });

  it('are those that are wanted by their beginning, also within others', () => {
    const text = "project(':a') { project(':b') { x } }";
    const of = (name: string) => blocksIn(script(text), /\bproject\('[:\w]+'\)\s*\{/g, (beginning) => beginning.startsWith(`project('${name}`)).map((block) => block.text);
    expect([of(':a'), of(':b'), of(':c')]).toEqual([[text], ["project(':b') { x }"], []]);
  });

  it('without an end go to the end of the script', () => {
    expect(blocksIn(script('subprojects { a }}} subprojects { b {'), head).map(({ text }) => text)).toEqual(['subprojects { a }', 'subprojects { b {']);
  });

  it('are no longer all together than the script, however they lie in one another', () => {
    const part = fc.constantFrom('subprojects {', 'allprojects {', '}', '\n', 'a', '{');
    fc.assert(fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const text = parts.join('');
      expect(blocksIn(script(text), head).reduce((sum, block) => sum + block.text.length, 0)).toBeLessThanOrEqual(text.length);
    }));
    expect(blocksIn(script('subprojects {'.repeat(10_000)), head)).toHaveLength(1);
  });
});

describe('a script without its blocks', () => {
  it('keeps its lines and what is to be kept', () => {
    expect(withoutBlocks(script('a\nsubprojects { b\n}\nallprojects { c }\nd'), head, (beginning) => beginning.startsWith('all')).text).toBe('a\n               \n \nallprojects { c }\nd');
  });

  it('is as long as it was, and has none of them left', () => {
    const text = 'subprojects {\n'.repeat(1000) + '}\n'.repeat(1000);
    const left = withoutBlocks(script(text), head, () => false).text;
    expect([left.length, left.trim()]).toEqual([text.length, '']);
  });
});
