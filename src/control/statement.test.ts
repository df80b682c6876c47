import { describe, expect, it } from 'vitest';
import { Proposal, type AppName } from '../model/index.ts';
import { deployChange, sampleService } from '../simulation/workload.ts';
import { approvalText, approverText } from './approval.ts';
import { readStatement, statementOf } from './statement.ts';

const id = 'ab'.repeat(16);
const app = 'shop' as AppName;
const propose = (change: object, more: object = {}) => Proposal.parse({ app, change, actor: 'user:root', reasoning: 'asked for', confidence: 1, ...more });
const words = (change: object, more?: object) => readStatement(statementOf({ id, proposal: propose(change, more) })).words;
const refusal = expect.objectContaining({ code: 'usage.statement' });

describe('a statement', () => {
  it('holds the text to sign and says what it means', () => {
    const held = { id, proposal: propose({ kind: 'remove', volumes: true }, { reason: 'nobody uses it' }) };
    expect(readStatement(statementOf(held))).toEqual({ text: approvalText(held), words: ['user:root wants to remove shop with its data', 'because: nobody uses it'] });
  });

  it('survives a terminal that ends it with one newline or none', () => {
    const statement = statementOf({ id, proposal: propose({ kind: 'stop' }) });
    expect(readStatement(statement.trimEnd()).text).toBe(readStatement(`${statement.trimEnd()}\n`).text);
  });

  it('tells of a deployment where the code is from and what will run', () => {
    const service = sampleService('web', { argv: ['node', 'a.js'], env: [{ name: 'MODE', value: 'live' }, { name: 'KEY', secret: 'key' }], replicas: 2, port: 3000, routes: ['/'] });
    const said = words({ ...deployChange('shop', [service]), source: { kind: 'git', location: 'https://git.example.org/shop', version: 'c0ffee' } });
    expect(said[0]).toBe('user:root wants to deploy shop');
    expect(said).toContain('code: https://git.example.org/shop at c0ffee');
    expect(said.at(-1)).toMatch(/^2 of web \(web\): node a\.js; .*port 3000; reached by \/; .*with MODE=live$/);
  });

  it.each([
    [{ kind: 'rollback', revision: 3 }, 'take shop back to revision 3'],
    [{ kind: 'scale', service: 'web', replicas: 4 }, 'run 4 of web of shop'],
    [{ kind: 'remove', volumes: false }, 'remove shop and keep its data'],
    [{ kind: 'replace', service: 'web', slot: null }, 'replace all agents of web of shop'],
    [{ kind: 'correct', service: 'web', port: 80 }, 'take 80 for the port of web of shop'],
    [{ kind: 'start' }, 'start shop'],
  ])('says of %j what it is', (change, said) => {
    expect(words(change)[0]).toBe(`user:root wants to ${said}`);
  });

  it('of a change of approvers says who it is', () => {
    const text = approverText({ person: 'user:bob', key: 'bob+1+x', also: ['user:root'] }, 7);
    expect(readStatement(text)).toEqual({ text, words: ['user:bob shall approve, by the key bob+1+x, and is also user:root'] });
    expect(readStatement(approverText({ person: 'user:bob', key: null, also: [] }, 7)).words).toEqual(['user:bob shall approve no more']);
  });

  it('is refused when the proposal in it is another than the one to sign, or hides something', () => {
    const statement = statementOf({ id, proposal: propose({ kind: 'remove', volumes: true }) });
    for (const forged of [
      statement.replace('"volumes":true', '"volumes":false'),
      statement.replace('"volumes":true', '"more":1,"volumes":true'),
      statement.replace('remove shop', 'remove shap'),
      statementOf({ id, proposal: propose({ kind: 'stop' }) }).split('\n\n')[0] + '\n\n' + statement.split('\n\n')[1],
      statement.split('\n\n')[0]! + '\n',
      `${statement}x`, statement.replace('{', '['), '', 'stratoswarm approver\nuser:bob\n',
    ]) expect(() => readStatement(forged)).toThrow(refusal);
  });

  it('keeps from a terminal what would move its cursor or turn the text around', () => {
    expect(words({ kind: 'stop' }, { reason: 'a\u001b[2Kb\u202ec' })[1]).toBe('because: a�[2Kb�c');
  });
});
