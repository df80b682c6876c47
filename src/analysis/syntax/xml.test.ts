import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { all, descend, readXml } from './xml.ts';

describe('an XML document', () => {
  it('is read with its attributes, text, entities, character data and lines', () => {
    const root = readXml('<?xml version="1.0"?>\n<!-- <no/> -->\n<m:project Sdk="a &amp; b">\n  <name>x &lt; &#65;<![CDATA[<y>]]></name>\n  <empty a=\'1\'/>\n</m:project>');
    expect(root).toMatchObject({ name: 'project', attributes: { Sdk: 'a & b' }, line: 3 });
    expect(root!.children.map(({ name, text, line }) => [name, text, line])).toEqual([['name', 'x < A<y>', 4], ['empty', '', 5]]);
  });

  it('declares no entities and loads nothing', () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]><x>&b;&f;</x>';
    expect(readXml(bomb)).toMatchObject({ name: 'x', text: '&b;&f;', children: [] });
  });

  it('forgives tags that do not match', () => {
    const root = readXml('<a><b><c>1</b><d>2</d></e></a>');
    expect(all(root, 'c')).toHaveLength(1);
    expect(descend(root, 'd')?.text).toBe('2');
  });

  it('is never too deep', () => {
    expect(() => all(readXml('<a>'.repeat(50_000)), 'a')).not.toThrow();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('<', '>', '/', '!', '-', '[', ']', '&', ';', '"', "'", 'a', ' ', '=', '?') }), (text) => {
      readXml(text);
    }));
  });
});
