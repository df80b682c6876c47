import { describe, expect, it } from 'vitest';
import { findProgram } from '../programs.ts';
import { requires, testWithout } from '../testing.ts';

/** The suite once more, on a machine as it were without nft. */
describe.skipIf(!requires('linux', 'root', 'program:unshare', 'program:nft', 'program:iptables', 'program:ip'))('without nft', () => {
  it('agents have a network of their own by iptables, and what that cannot do is refused', { timeout: 300_000 }, async () => {
    const { code, output } = await testWithout([findProgram('nft')!], 'src/host/network/network.test.ts');
    expect(code, output.slice(-8000)).toBe(0);
    expect(output).toContain('✓ |deep| src/host/network/network.test.ts > the network of a home > refuses to contain an agent where it cannot');
  });
});
