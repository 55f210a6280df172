// What the real client does with its sessions: tokens, the next session, sign-out, and accidents on the way.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { GRACE, LINUS, device, fake, mailed, reset, signedInAs } from './harness.mjs';

beforeEach(reset);

async function signIn(clerk, identifier) {
  const begun = await clerk.client.signIn.create({ identifier, strategy: 'email_code' });
  const code = identifier === LINUS.identifier ? LINUS.code : await mailed(identifier);
  const done = await begun.attemptFirstFactor({ strategy: 'email_code', code });
  await clerk.setActive({ session: done.createdSessionId });
  await signedInAs(clerk, identifier);
}

const claims = jwt => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));

test('a token is kept while it lives, and a new one is fetched on demand', async () => {
  const clerk = await device();
  await signIn(clerk, LINUS.identifier);
  const first = await clerk.session.getToken();
  const { iat, exp, iss } = claims(first);
  assert.equal(exp - iat, 60);
  assert.equal(iss, 'https://fake.clerk.accounts.dev');
  assert.equal(await clerk.session.getToken(), first);
  await new Promise(resolve => setTimeout(resolve, 1100));
  const second = await clerk.session.getToken({ skipCache: true });
  assert.ok(claims(second).iat > iat);
});

test('a second session beside the first, and each by itself', async () => {
  const clerk = await device();
  await signIn(clerk, LINUS.identifier);
  const first = clerk.session.id;
  await signIn(clerk, GRACE.identifier);
  assert.equal(clerk.client.signedInSessions.length, 2);
  await clerk.setActive({ session: first });
  await signedInAs(clerk, LINUS.identifier);
  await clerk.signOut(() => {}, { sessionId: first });
  assert.deepEqual(clerk.client.signedInSessions.map(session => session.user.primaryEmailAddress.emailAddress), [
    GRACE.identifier,
  ]);
});

test('after a sign-out nobody is signed in, on the server either', async () => {
  const clerk = await device();
  await signIn(clerk, LINUS.identifier);
  await clerk.signOut(() => {});
  assert.equal(clerk.session ?? null, null);
  const { sessions } = await fake('GET', `users/${LINUS.identifier}`);
  assert.equal(sessions, 0);
});

test('a session that an administrator ended gives no more tokens', async () => {
  const clerk = await device();
  await signIn(clerk, LINUS.identifier);
  await fake('DELETE', `users/${LINUS.identifier}/sessions`);
  await assert.rejects(clerk.session.getToken({ skipCache: true }), error => error.status === 404);
});

test('a lost answer to a read is asked for again, and one to a write is not', async () => {
  const clerk = await device();
  await fake('DELETE', 'requests');
  await fake('POST', 'faults', { on: 'GET /v1/client', then: 'drop_response' });
  await clerk.client.reload();
  await fake('POST', 'faults', { on: 'POST /v1/client/sign_ins', then: 'drop_response' });
  await assert.rejects(clerk.client.signIn.create({ identifier: LINUS.identifier }));
  const { requests } = await fake('GET', 'requests');
  const seen = requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
  assert.deepEqual(seen, ['POST /v1/client/sign_ins null', 'GET /v1/client 200', 'GET /v1/client null']);
  assert.equal((await clerk.client.signIn.create({ identifier: LINUS.identifier })).status, 'needs_first_factor');
});

test('the sessions of the user are listed', async () => {
  const clerk = await device();
  await signIn(clerk, LINUS.identifier);
  const other = await device();
  await signIn(other, LINUS.identifier);
  const listed = await clerk.user.getSessions();
  assert.deepEqual(listed.map(session => session.id).sort(), [clerk.session.id, other.session.id].sort());
});
