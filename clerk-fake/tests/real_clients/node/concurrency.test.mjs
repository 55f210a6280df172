// Calls that the unmodified client makes at the same time. It keeps the token that arrives last.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { fake, LINUS, newClient, reset, signedInAs } from './harness.mjs';

beforeEach(reset);

test('concurrent calls lose nothing', async () => {
  const clerk = await newClient();
  const begun = await clerk.client.signIn.create({ identifier: LINUS.identifier, strategy: 'email_code' });
  const done = await begun.attemptFirstFactor({ strategy: 'email_code', code: LINUS.code });
  await clerk.setActive({ session: done.createdSessionId });
  const { id: clientId } = clerk.client;

  const calls = async () => {
    for (let call = 0; call < 40; call++) {
      // Different pauses mix the order in which the answers arrive.
      await new Promise(resolve => setTimeout(resolve, Math.random() * 8));
      assert.ok(await clerk.session.getToken({ skipCache: true }));
    }
  };
  await Promise.all(Array.from({ length: 8 }, calls));

  const { requests } = await fake('GET', 'requests');
  assert.deepEqual(requests.filter(({ status }) => status !== 200), []);
  assert.ok(requests.filter(({ path }) => path.endsWith('/tokens')).length >= 320);
  await clerk.client.reload?.();
  assert.equal(clerk.client.id, clientId);
  await signedInAs(clerk, LINUS.identifier);
});
