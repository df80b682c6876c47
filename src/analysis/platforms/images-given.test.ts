import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

describe('an image without a runtime of its own', () => {
  it('says on which Node an app runs by what sets that up in it', async () => {
    const plan = await planOf({ 'package.json': { dependencies: { express: '4' }, scripts: { start: 'node web.js' } }, 'web.js': "require('express')().listen(3000)", Dockerfile: 'FROM amazonlinux\nRUN curl -sL https://rpm.nodesource.com/setup_20.x | bash - && yum install -y nodejs\nCMD ["npm", "start"]\n' });
    expect(plan.services[0]!.runtime).toMatchObject({ name: 'node', version: '20' });
  });
});
