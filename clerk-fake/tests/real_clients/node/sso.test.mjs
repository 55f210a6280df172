// Single sign-on of a native app with the real client and a simulated browser.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ADA, LINUS, addUser, newClient, fake, reset, settings, signedInAs, totp } from './harness.mjs';

const APP = 'com.example.app://callback';
// The client compares the callback URL with its own location.
globalThis.location = new URL('http://localhost/');
const MARY = 'mary@example.com';

beforeEach(async () => {
  await reset();
  await settings({ oauth_strategies: ['oauth_google'], sign_ups: true });
  await fake('POST', 'provider/accounts', { email_address: MARY, first_name: 'Mary', last_name: 'Jackson' });
});

/** Acts as a browser: submits `pressed` on the provider's page, and follows every redirect up to the app. */
async function browse(url, pressed) {
  const page = await (await fetch(url)).text();
  const [, action] = page.match(/action="([^"]+)"/);
  const form = { method: 'POST', body: new URLSearchParams(pressed), redirect: 'manual' };
  let answer = await fetch(new URL(action.replaceAll('&amp;', '&'), url), form);
  for (;;) {
    const to = answer.headers.get('location');
    if (!to.startsWith('http')) return to;
    answer = await fetch(to, { redirect: 'manual' });
  }
}

/** Loads a client whose user presses this at the provider. */
const clientAtProvider = pressed => newClient({
  __internal_oauthTransport: {
    getRedirectUrl: () => APP,
    open: async url => ({ callbackUrl: await browse(url, pressed) }),
  },
});

const redirect = {
  strategy: 'oauth_google',
  redirectUrl: APP,
  redirectUrlComplete: APP,
  __internal_callbackParams: { __internal_navigate: async () => {}, __internal_navigateOnSetActive: async () => {} },
};

for (const object of ['signIn', 'signUp']) {
  test(`${object} signs an unknown account up`, async () => {
    const clerk = await clientAtProvider({ account: MARY });
    await clerk.client[object].authenticateWithRedirect(redirect);
    await signedInAs(clerk, MARY);
    assert.equal(clerk.user.fullName, 'Mary Jackson');
  });

  test(`${object} signs a known account in`, async () => {
    const clerk = await clientAtProvider({ account: LINUS.identifier });
    await clerk.client[object].authenticateWithRedirect(redirect);
    await signedInAs(clerk, LINUS.identifier);
  });

  test(`${object} asks a known account for its second factor`, async () => {
    const clerk = await clientAtProvider({ account: ADA.identifier });
    await clerk.client[object].authenticateWithRedirect(redirect);
    const { signIn } = clerk.client;
    assert.equal(signIn.status, 'needs_second_factor');
    const { createdSessionId } = await signIn.attemptSecondFactor({ strategy: 'totp', code: await totp(ADA.identifier) });
    await clerk.setActive({ session: createdSessionId });
    await signedInAs(clerk, ADA.identifier);
  });

  test(`${object} reports that the user declined`, async () => {
    const clerk = await clientAtProvider({ deny: 'true' });
    await clerk.client[object].authenticateWithRedirect(redirect);
    const { signIn, signUp } = clerk.client;
    const verification = object === 'signIn' ? signIn.firstFactorVerification : signUp.verifications.externalAccount;
    assert.deepEqual([verification.status, verification.error.code], ['failed', 'oauth_access_denied']);
    assert.equal(clerk.user, null);
  });

  test(`${object} asks for a missing field`, async () => {
    await settings({ sign_up_required: ['username'] });
    const clerk = await clientAtProvider({ account: MARY });
    await clerk.client[object].authenticateWithRedirect(redirect);
    const { signUp } = clerk.client;
    assert.deepEqual([signUp.status, signUp.missingFields], ['missing_requirements', ['username']]);
    assert.equal(signUp.verifications.externalAccount.status, 'verified');
    const { createdSessionId } = await signUp.update({ username: 'mary' });
    await clerk.setActive({ session: createdSessionId });
    await signedInAs(clerk, MARY);
  });
}

test('a sign-up with a provider account rejects another provider', async () => {
  await settings({ sign_up_required: ['username'] });
  const clerk = await clientAtProvider({ account: MARY });
  await clerk.client.signUp.authenticateWithRedirect(redirect);
  const { id } = clerk.client.signUp;
  const again = clerk.client.signUp.authenticateWithRedirect({ ...redirect, continueSignUp: true });
  await assert.rejects(again, ({ errors: [{ code }] }) => code === 'verification_already_verified');
  assert.equal(clerk.client.signUp.id, id);
});

test('a user name taken meanwhile is missing again', async () => {
  await settings({ sign_up_required: ['username'] });
  const clerk = await clientAtProvider({ account: MARY });
  await clerk.client.signUp.create({ username: 'mary' });
  await addUser({ email_addresses: ['m@example.com'], username: 'mary' });
  await clerk.client.signUp.authenticateWithRedirect({ ...redirect, continueSignUp: true });
  assert.deepEqual(clerk.client.signUp.missingFields, ['username']);
});
