// Credentials from a provider's own SDK, with the real client.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ADA, GRACE, credentialOf, newClient, reset, settings, signedInAs, totp } from './harness.mjs';

beforeEach(async () => {
  await reset();
  await settings({ oauth_strategies: ['oauth_google', 'oauth_apple'], google_one_tap_client_id: 'app.example', sign_ups: true });
});

const rejected = async step => {
  const error = await step.then(() => assert.fail('the step succeeded'), error => error);
  return error.errors[0].code;
};

test('Google One Tap signs in', async () => {
  const clerk = await newClient();
  assert.equal(clerk.__internal_environment.displayConfig.googleOneTapClientId, 'app.example');
  const { id_token: token } = await credentialOf('google_one_tap', GRACE.identifier);
  const signIn = await clerk.client.signIn.create({ strategy: 'google_one_tap', token });
  assert.equal(signIn.firstFactorVerification.strategy, 'google_one_tap');
  await clerk.setActive({ session: signIn.createdSessionId });
  await signedInAs(clerk, GRACE.identifier);
  const errorFor = token => rejected(clerk.client.signIn.create({ strategy: 'google_one_tap', token }));
  assert.equal(await errorFor('made.up.token'), 'google_one_tap_token_invalid');
  assert.equal(await errorFor((await credentialOf('oauth_token_google', GRACE.identifier)).id_token), 'google_one_tap_token_invalid');
});

test('Sign in with Apple works by token, by code and by both', async () => {
  const signInWith = async which => {
    const clerk = await newClient();
    const { id_token: token, code } = await credentialOf('oauth_token_apple', ADA.identifier);
    let signIn = await clerk.client.signIn.create({ strategy: 'oauth_token_apple', ...which({ token, code }) });
    assert.equal(signIn.status, 'needs_second_factor');
    signIn = await signIn.attemptSecondFactor({ strategy: 'totp', code: await totp(ADA.identifier) });
    await clerk.setActive({ session: signIn.createdSessionId });
    await signedInAs(clerk, ADA.identifier);
  };
  await settings({ totp_codes_once: false });
  await signInWith(({ token }) => ({ token }));
  await signInWith(({ code }) => ({ code }));
  await signInWith(both => both);
});

test('an unknown Google account signs up with Google One Tap', async () => {
  const clerk = await newClient();
  const { id_token: token } = await credentialOf('google_one_tap', 'mary@example.com');
  const mary = { strategy: 'google_one_tap', token };
  assert.equal(await rejected(clerk.client.signIn.create(mary)), 'external_account_not_found');
  const signUp = await clerk.client.signUp.create(mary);
  await clerk.setActive({ session: signUp.createdSessionId });
  await signedInAs(clerk, 'mary@example.com');
  assert.equal(await rejected((await newClient()).client.signUp.create(mary)), 'external_account_exists');
});

test('an unknown Apple account becomes a sign-up', async () => {
  const clerk = await newClient();
  const { id_token: token } = await credentialOf('oauth_token_apple', 'mary@example.com');
  const signIn = await clerk.client.signIn.create({ strategy: 'oauth_token_apple', token });
  assert.equal(signIn.firstFactorVerification.status, 'transferable');
  const signUp = await clerk.client.signUp.create({ transfer: true });
  await clerk.setActive({ session: signUp.createdSessionId });
  await signedInAs(clerk, 'mary@example.com');
});
