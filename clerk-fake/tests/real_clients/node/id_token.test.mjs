// What a provider's own SDK gives an app, by the real client.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ADA, GRACE, credentialOf, device, reset, settings, signedInAs, totp } from './harness.mjs';

beforeEach(async () => {
  await reset();
  await settings({ oauth_strategies: ['oauth_google', 'oauth_apple'], google_one_tap_client_id: 'app.example', sign_ups: true });
});

const refused = async step => {
  const error = await step.then(() => assert.fail('it went well'), error => error);
  return error.errors[0].code;
};

test('Google One Tap', async () => {
  const clerk = await device();
  assert.equal(clerk.__internal_environment.displayConfig.googleOneTapClientId, 'app.example');
  const { id_token: token } = await credentialOf('google_one_tap', GRACE.identifier);
  const signIn = await clerk.client.signIn.create({ strategy: 'google_one_tap', token });
  assert.equal(signIn.firstFactorVerification.strategy, 'google_one_tap');
  await clerk.setActive({ session: signIn.createdSessionId });
  await signedInAs(clerk, GRACE.identifier);
  const of = token => refused(clerk.client.signIn.create({ strategy: 'google_one_tap', token }));
  assert.equal(await of('made.up.token'), 'google_one_tap_token_invalid');
  assert.equal(await of((await credentialOf('oauth_token_google', GRACE.identifier)).id_token), 'google_one_tap_token_invalid');
});

test('Sign in with Apple, by token, by code, and by both', async () => {
  const by = async which => {
    const clerk = await device();
    const { id_token: token, code } = await credentialOf('oauth_token_apple', ADA.identifier);
    let signIn = await clerk.client.signIn.create({ strategy: 'oauth_token_apple', ...which({ token, code }) });
    assert.equal(signIn.status, 'needs_second_factor');
    signIn = await signIn.attemptSecondFactor({ strategy: 'totp', code: await totp(ADA.identifier) });
    await clerk.setActive({ session: signIn.createdSessionId });
    await signedInAs(clerk, ADA.identifier);
  };
  await settings({ totp_codes_once: false });
  await by(({ token }) => ({ token }));
  await by(({ code }) => ({ code }));
  await by(both => both);
});

test('an account that nobody has, by Google One Tap', async () => {
  const clerk = await device();
  const { id_token: token } = await credentialOf('google_one_tap', 'mary@example.com');
  const mary = { strategy: 'google_one_tap', token };
  assert.equal(await refused(clerk.client.signIn.create(mary)), 'external_account_not_found');
  const signUp = await clerk.client.signUp.create(mary);
  await clerk.setActive({ session: signUp.createdSessionId });
  await signedInAs(clerk, 'mary@example.com');
  assert.equal(await refused((await device()).client.signUp.create(mary)), 'external_account_exists');
});

test('an Apple account that nobody has becomes a sign-up', async () => {
  const clerk = await device();
  const { id_token: token } = await credentialOf('oauth_token_apple', 'mary@example.com');
  const signIn = await clerk.client.signIn.create({ strategy: 'oauth_token_apple', token });
  assert.equal(signIn.firstFactorVerification.status, 'transferable');
  const signUp = await clerk.client.signUp.create({ transfer: true });
  await clerk.setActive({ session: signUp.createdSessionId });
  await signedInAs(clerk, 'mary@example.com');
});
