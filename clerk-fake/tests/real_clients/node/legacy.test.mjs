// Every strategy of the fake with the real client's older `SignIn`: create, prepare, attempt.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ADA, GRACE, LINUS, addUser, advance, newClient, fake, mailed, reset, settings, signedInAs, ticketFor, totp } from './harness.mjs';

beforeEach(reset);

/** Returns the first error code of a rejected step. */
const rejected = async step => {
  const error = await step.then(() => assert.fail('the step succeeded'), error => error);
  assert.ok(error.errors, error.stack);
  return error.errors[0].code;
};

const activate = async (clerk, signIn, identifier) => {
  assert.equal(signIn.status, 'complete');
  await clerk.setActive({ session: signIn.createdSessionId });
  await signedInAs(clerk, identifier);
};

const factor = (factors, strategy) => factors.find(factor => factor.strategy === strategy);

test('password and authenticator app sign in', async () => {
  const clerk = await newClient();
  let signIn = await clerk.client.signIn.create(ADA);
  assert.equal(signIn.status, 'needs_second_factor');
  signIn = await signIn.attemptSecondFactor({ strategy: 'totp', code: await totp(ADA.identifier) });
  await activate(clerk, signIn, ADA.identifier);
});

test('a backup code follows a password at the first factor', async () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const base = { email_addresses: ['bea@example.com'], password: 'bea-has-a-list' };
  await addUser({ ...base, totp_secret: secret, backup_codes: ['abcd-1234'] });
  const clerk = await newClient();
  let signIn = await clerk.client.signIn.create({ identifier: 'bea@example.com' });
  signIn = await signIn.attemptFirstFactor({ strategy: 'password', password: base.password });
  signIn = await signIn.attemptSecondFactor({ strategy: 'backup_code', code: 'abcd-1234' });
  await activate(clerk, signIn, 'bea@example.com');
});

test('an email code signs in', async () => {
  const clerk = await newClient();
  let signIn = await clerk.client.signIn.create({ identifier: GRACE.identifier });
  const { emailAddressId } = factor(signIn.supportedFirstFactors, 'email_code');
  signIn = await signIn.prepareFirstFactor({ strategy: 'email_code', emailAddressId });
  signIn = await signIn.attemptFirstFactor({ strategy: 'email_code', code: await mailed(GRACE.identifier) });
  await activate(clerk, signIn, GRACE.identifier);
});

test('a phone code works at the start and as second factor', async () => {
  const base = { email_addresses: ['phil@example.com'], password: 'ring-ring-ring', phone_code_second_factor: true };
  await addUser({ ...base, phone_numbers: ['+4930123456'] });
  const clerk = await newClient();
  let signIn = await clerk.client.signIn.create({ identifier: '+4930123456', strategy: 'phone_code' });
  signIn = await signIn.attemptFirstFactor({ strategy: 'phone_code', code: await mailed('+4930123456') });
  assert.equal(signIn.status, 'needs_second_factor');
  signIn = await signIn.prepareSecondFactor({ strategy: 'phone_code' }).catch(error => error);
  // The server requires the number's id, as the client's types say.
  assert.equal(signIn.errors?.[0].meta.paramName, 'phone_number_id');
  signIn = clerk.client.signIn;
  const { phoneNumberId } = factor(signIn.supportedSecondFactors, 'phone_code');
  signIn = await signIn.prepareSecondFactor({ strategy: 'phone_code', phoneNumberId });
  signIn = await signIn.attemptSecondFactor({ strategy: 'phone_code', code: await mailed('+4930123456') });
  await activate(clerk, signIn, 'phil@example.com');
});

test('a forgotten password is reset by email and by phone', async () => {
  await addUser({ email_addresses: ['phil@example.com'], phone_numbers: ['+4930123456'], password: 'forgotten-it' });
  const ways = [
    ['phil@example.com', 'reset_password_email_code', ({ emailAddressId }) => ({ emailAddressId })],
    ['+4930123456', 'reset_password_phone_code', ({ phoneNumberId }) => ({ phoneNumberId })],
  ];
  for (const [identifier, strategy, to] of ways) {
    const clerk = await newClient();
    let signIn = await clerk.client.signIn.create({ identifier });
    signIn = await signIn.prepareFirstFactor({ strategy, ...to(factor(signIn.supportedFirstFactors, strategy)) });
    signIn = await signIn.attemptFirstFactor({ strategy, code: await mailed(identifier) });
    assert.equal(signIn.status, 'needs_new_password');
    signIn = await signIn.resetPassword({ password: `new-for-${strategy}`, signOutOfOtherSessions: true });
    await activate(clerk, signIn, 'phil@example.com');
  }
});

test('a code makes a new client trusted', async () => {
  const clerk = await newClient();
  let signIn = await clerk.client.signIn.create(GRACE);
  assert.equal(signIn.status, 'needs_client_trust');
  const { emailAddressId } = factor(signIn.supportedSecondFactors, 'email_code');
  signIn = await signIn.prepareSecondFactor({ strategy: 'email_code', emailAddressId });
  signIn = await signIn.attemptSecondFactor({ strategy: 'email_code', code: await mailed(GRACE.identifier) });
  await activate(clerk, signIn, GRACE.identifier);
});

test('wrong answers are rejected', async () => {
  const clerk = await newClient();
  assert.equal(await rejected(clerk.client.signIn.create({ identifier: 'nobody@example.com' })), 'form_identifier_not_found');
  const wrong = { ...ADA, password: 'wrong' };
  assert.equal(await rejected(clerk.client.signIn.create(wrong)), 'form_password_incorrect');
  assert.equal(clerk.client.signIn.status, 'needs_first_factor');
  const signIn = await clerk.client.signIn.create({ identifier: LINUS.identifier, strategy: 'email_code' });
  const code = { strategy: 'email_code', code: '000000' };
  assert.equal(await rejected(signIn.attemptFirstFactor(code)), 'form_code_incorrect');
  await advance(10 * 60 * 1000);
  assert.equal(await rejected(signIn.attemptFirstFactor({ ...code, code: LINUS.code })), 'verification_expired');
  await fake('PATCH', `users/${LINUS.identifier}`, { access: 'locked' });
  assert.equal(await rejected(signIn.attemptFirstFactor(code)), 'user_locked');
});

test('too many requests are rejected', async () => {
  const clerk = await newClient();
  const creates = async () => {
    for (let create = 0; create < 6; create += 1) await clerk.client.signIn.create({ identifier: ADA.identifier });
  };
  assert.equal(await rejected(creates()), 'too_many_requests');
});

test('a signed-in user gets the existing session', async () => {
  await settings({ single_session: true });
  const clerk = await newClient();
  let signIn = await clerk.client.signIn.create({ identifier: LINUS.identifier, strategy: 'email_code' });
  signIn = await signIn.attemptFirstFactor({ strategy: 'email_code', code: LINUS.code });
  await activate(clerk, signIn, LINUS.identifier);
  const same = { identifier: LINUS.identifier };
  assert.equal(await rejected(clerk.client.signIn.create(same)), 'session_exists');
  assert.equal(await rejected(clerk.client.signIn.create({ identifier: ADA.identifier })), 'session_exists');
  await settings({ single_session: false });
  assert.equal(await rejected(clerk.client.signIn.create(same)), 'identifier_already_signed_in');
});

test('a second factor follows a ticket', async () => {
  const clerk = await newClient();
  let signIn = await clerk.client.signIn.create({ strategy: 'ticket', ticket: await ticketFor(ADA.identifier) });
  assert.equal(signIn.status, 'needs_second_factor');
  signIn = await signIn.attemptSecondFactor({ strategy: 'totp', code: await totp(ADA.identifier) });
  await activate(clerk, signIn, ADA.identifier);
});

test('an unknown user signs up', async () => {
  await settings({ sign_ups: true });
  const clerk = await newClient();
  const email = 'mary@example.com';
  const signIn = await clerk.client.signIn.create({ identifier: email, signUpIfMissing: true });
  const { emailAddressId } = signIn.supportedFirstFactors.find(({ strategy }) => strategy === 'email_code');
  await signIn.prepareFirstFactor({ strategy: 'email_code', emailAddressId });
  const attempt = signIn.attemptFirstFactor({ strategy: 'email_code', code: await mailed(email) });
  await assert.rejects(attempt, ({ errors: [{ code }] }) => code === 'sign_up_if_missing_transfer');
  const signUp = await clerk.client.signUp.create({ transfer: true });
  assert.equal(signUp.status, 'complete');
  await clerk.setActive({ session: signUp.createdSessionId });
  await signedInAs(clerk, email);
});
