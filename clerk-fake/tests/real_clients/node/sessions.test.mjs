// The real client's sessions: tokens, several sessions, sign-out and lost answers.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import {
  GRACE, LINUS, addOrganization, addUser, newClient, fake, mailed, reset, settings, signedInAs, totp,
} from './harness.mjs';

beforeEach(reset);

async function signIn(clerk, identifier) {
  const begun = await clerk.client.signIn.create({ identifier, strategy: 'email_code' });
  const code = identifier === LINUS.identifier ? LINUS.code : await mailed(identifier);
  const done = await begun.attemptFirstFactor({ strategy: 'email_code', code });
  await clerk.setActive({ session: done.createdSessionId });
  await signedInAs(clerk, identifier);
}

const claims = jwt => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));

test('a token is cached while it lives and renewed on demand', async () => {
  const clerk = await newClient();
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

test('two sessions exist side by side and end separately', async () => {
  const clerk = await newClient();
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

test('sign-out also ends the sessions on the server', async () => {
  const clerk = await newClient();
  await signIn(clerk, LINUS.identifier);
  await clerk.signOut(() => {});
  assert.equal(clerk.session ?? null, null);
  const { sessions } = await fake('GET', `users/${LINUS.identifier}`);
  assert.equal(sessions, 0);
});

test('a session that an administrator ended gives no more tokens', async () => {
  const clerk = await newClient();
  await signIn(clerk, LINUS.identifier);
  await fake('DELETE', `users/${LINUS.identifier}/sessions`);
  await assert.rejects(clerk.session.getToken({ skipCache: true }), error => error.status === 404);
});

test('a read is repeated after a lost answer, a write is not', async () => {
  const clerk = await newClient();
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
  const clerk = await newClient();
  await signIn(clerk, LINUS.identifier);
  const other = await newClient();
  await signIn(other, LINUS.identifier);
  const listed = await clerk.user.getSessions();
  assert.deepEqual(listed.map(session => session.id).sort(), [clerk.session.id, other.session.id].sort());
});

test('a pending session becomes active when an organization is chosen', async () => {
  const { id } = await addOrganization({ name: 'Acme', members: [{ user: LINUS.identifier, role: 'org:admin' }] });
  await settings({ force_organization_selection: true });
  const clerk = await newClient();
  const begun = await clerk.client.signIn.create({ identifier: LINUS.identifier, strategy: 'email_code' });
  const { createdSessionId } = await begun.attemptFirstFactor({ strategy: 'email_code', code: LINUS.code });
  await clerk.setActive({ session: createdSessionId, navigate: () => {} });
  assert.deepEqual([clerk.session.status, clerk.session.currentTask], ['pending', { key: 'choose-organization' }]);
  assert.equal(clerk.isSignedIn, false);

  const [membership] = clerk.user.organizationMemberships;
  assert.deepEqual([membership.organization.id, membership.role, membership.roleName], [id, 'org:admin', 'Admin']);
  await clerk.setActive({ organization: membership.organization.id });
  assert.deepEqual([clerk.session.status, clerk.session.currentTask ?? null], ['active', null]);
  assert.deepEqual([clerk.organization.slug, clerk.session.checkAuthorization({ role: 'org:admin' })], ['acme', true]);
  assert.deepEqual(claims(await clerk.session.getToken()).o, { id, slg: 'acme', rol: 'admin' });
  await signedInAs(clerk, LINUS.identifier);
});

test('an organization can be selected and left', async () => {
  await addOrganization({ name: 'Acme', members: [{ user: LINUS.identifier }] });
  await addOrganization({ name: 'Navy', members: [{ user: GRACE.identifier }] });
  const clerk = await newClient();
  await signIn(clerk, LINUS.identifier);
  await clerk.setActive({ organization: 'acme' });
  assert.equal(clerk.organization.name, 'Acme');
  await clerk.session.touch();
  assert.equal(clerk.organization.name, 'Acme');
  const { organizations } = await fake('GET', 'organizations');
  const navy = organizations.find(organization => organization.slug === 'navy');
  const foreign = clerk.setActive({ organization: navy.id });
  await assert.rejects(foreign, error => error.errors[0].code === 'not_a_member_in_organization');
  await clerk.setActive({ organization: null });
  assert.equal(clerk.organization ?? null, null);
});

test('a new password and an authenticator app complete the tasks of a session', async () => {
  const joan = 'joan+clerk_test@example.com';
  await addUser({ email_addresses: [joan], password: 'outdated-and-leaked', session_tasks: ['reset-password'] });
  await settings({ mfa_required: true });
  const clerk = await newClient();
  const begun = await clerk.client.signIn.create({ identifier: joan, strategy: 'email_code' });
  const { createdSessionId } = await begun.attemptFirstFactor({ strategy: 'email_code', code: '424242' });
  await clerk.setActive({ session: createdSessionId, navigate: () => {} });
  assert.deepEqual(clerk.session.tasks, [{ key: 'reset-password' }, { key: 'setup-mfa' }]);

  await clerk.user.updatePassword({ newPassword: 'wind-tunnel-at-mach-2', signOutOfOtherSessions: true });
  assert.deepEqual(clerk.session.tasks, [{ key: 'setup-mfa' }]);
  const { secret, uri, verified } = await clerk.user.createTOTP();
  assert.ok(uri.startsWith('otpauth://totp/') && uri.includes(secret) && !verified);
  assert.equal((await clerk.user.verifyTOTP({ code: await totp(joan) })).verified, true);
  assert.deepEqual([clerk.session.status, clerk.session.tasks, clerk.user.totpEnabled], ['active', null, true]);
  await signedInAs(clerk, joan);
});
