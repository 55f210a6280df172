// Gates of Clerk Protect before <SignIn/>. The challenge's script has no real address, so this test provides one.
import assert from 'node:assert/strict';
import { fake, LINUS, visit } from './harness.mjs';

const script = 'export default async (_, { token }) => `proof-of-${token}`;';
const headers = { 'access-control-allow-origin': '*' };

const demandProofs = challenges => async visitor => {
  await fake('POST', 'protect_checks', { demand: challenges });
  await visitor.page.route('https://protect.invalid/**', route =>
    route.fulfill({ contentType: 'text/javascript', headers, body: script }));
};

for (const challenges of [1, 3]) {
  visit(`a gate is solved, challenges in a row: ${challenges}`, async visitor => {
    await visitor.identify(LINUS.identifier);
    await visitor.sees('Check your email');
    await visitor.enterCode(LINUS.code);
    await visitor.isSignedInAs(LINUS.identifier);
    const { requests } = await fake('GET', 'requests?limit=50');
    const proofs = requests.filter(request => request.path.endsWith('/protect_check'));
    assert.deepEqual(proofs.map(proof => proof.status), Array(challenges).fill(200));
  }, { prepare: demandProofs(challenges) });
}
