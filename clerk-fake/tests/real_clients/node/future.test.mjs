// Every strategy of the fake with the real client's `SignInFuture`.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import {
  ADA, GRACE, LINUS, addUser, advance, newClient, fake, mailed, reset, settings, signedInAs, ticketFor, totp,
} from './harness.mjs';

beforeEach(reset);

/** Returns a client's sign-in. Keep it: once it is complete, the client holds a new one. */
const future = clerk => clerk.client.signIn.__internal_future;

/** Asserts that a step succeeded. */
const well = async step => {
  const { error } = await step;
  assert.equal(error, null);
};

/** Returns the first error code of a rejected step. */
const rejected = async step => {
  const { error } = await step;
  assert.notEqual(error, null, 'the step succeeded');
  return error.errors?.[0]?.code ?? error.code;
};

const finalize = async (clerk, signIn, identifier) => {
  await well(signIn.finalize());
  await signedInAs(clerk, identifier);
};

test('password and authenticator app sign in', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  await well(signIn.password(ADA));
  assert.equal(signIn.status, 'needs_second_factor');
  await well(signIn.mfa.verifyTOTP({ code: await totp(ADA.identifier) }));
  await finalize(clerk, signIn, ADA.identifier);
});

test('a password works after the identifier', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  await settings({ client_trust: false });
  await well(signIn.create({ identifier: GRACE.identifier }));
  assert.equal(signIn.status, 'needs_first_factor');
  await well(signIn.password({ password: GRACE.password }));
  await finalize(clerk, signIn, GRACE.identifier);
});

test('a backup code is a second factor', async () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const base = { email_addresses: ['bea@example.com'], password: 'bea-has-a-list' };
  await addUser({ ...base, totp_secret: secret, backup_codes: ['abcd-1234'] });
  const clerk = await newClient();
  const signIn = future(clerk);
  await well(signIn.password({ identifier: 'bea@example.com', password: 'bea-has-a-list' }));
  await well(signIn.mfa.verifyBackupCode({ code: 'abcd-1234' }));
  await finalize(clerk, signIn, 'bea@example.com');
});

test('an email code signs in', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  await well(signIn.emailCode.sendCode({ emailAddress: GRACE.identifier }));
  await well(signIn.emailCode.verifyCode({ code: await mailed(GRACE.identifier) }));
  await finalize(clerk, signIn, GRACE.identifier);
});

test('a phone code arrives by text message or WhatsApp', async () => {
  await addUser({ email_addresses: ['phil@example.com'], phone_numbers: ['+4930123456'] });
  for (const channel of [undefined, 'whatsapp']) {
    const clerk = await newClient();
    const signIn = future(clerk);
    await well(signIn.phoneCode.sendCode({ phoneNumber: '+4930123456', channel }));
    const { messages } = await fake('GET', 'outbox?limit=1');
    assert.equal(messages[0].channel, channel ?? 'sms');
    await well(signIn.phoneCode.verifyCode({ code: messages[0].code }));
    await finalize(clerk, signIn, 'phil@example.com');
  }
});

test('phone and email codes are second factors', async () => {
  const base = { password: 'two-of-everything', phone_code_second_factor: true, email_code_second_factor: true };
  await addUser({ ...base, email_addresses: ['two@example.com'], phone_numbers: ['+4930222222'] });
  const steps = [
    [mfa => mfa.sendPhoneCode(), '+4930222222', (mfa, params) => mfa.verifyPhoneCode(params)],
    [mfa => mfa.sendEmailCode(), 'two@example.com', (mfa, params) => mfa.verifyEmailCode(params)],
  ];
  for (const [send, to, verify] of steps) {
    const clerk = await newClient();
    const signIn = future(clerk);
    await well(signIn.password({ identifier: 'two@example.com', password: base.password }));
    await well(send(signIn.mfa));
    await well(verify(signIn.mfa, { code: await mailed(to) }));
    await finalize(clerk, signIn, 'two@example.com');
  }
});

test('a forgotten password is reset by email', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  await well(signIn.create({ identifier: GRACE.identifier }));
  await well(signIn.resetPasswordEmailCode.sendCode());
  await well(signIn.resetPasswordEmailCode.verifyCode({ code: await mailed(GRACE.identifier) }));
  assert.equal(signIn.status, 'needs_new_password');
  await well(signIn.resetPasswordEmailCode.submitPassword({ password: 'a-new-nanosecond' }));
  await finalize(clerk, signIn, GRACE.identifier);
});

test('a forgotten password is reset by phone', async () => {
  await addUser({ email_addresses: ['phil@example.com'], phone_numbers: ['+4930123456'], password: 'forgotten-it' });
  const clerk = await newClient();
  const signIn = future(clerk);
  await well(signIn.create({ identifier: '+4930123456' }));
  await well(signIn.resetPasswordPhoneCode.sendCode());
  await well(signIn.resetPasswordPhoneCode.verifyCode({ code: await mailed('+4930123456') }));
  await well(signIn.resetPasswordPhoneCode.submitPassword({ password: 'remembered-it' }));
  await finalize(clerk, signIn, 'phil@example.com');
});

test('a code makes a new client trusted for good', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  await well(signIn.password(GRACE));
  assert.equal(signIn.status, 'needs_client_trust');
  await well(signIn.mfa.sendEmailCode());
  await well(signIn.mfa.verifyEmailCode({ code: await mailed(GRACE.identifier) }));
  await finalize(clerk, signIn, GRACE.identifier);
  await clerk.signOut(() => {});
  const again = future(clerk);
  await well(again.password(GRACE));
  assert.equal(again.status, 'complete');
});

test('a wrong password keeps the attempt', async () => {
  const clerk = await newClient();
  assert.equal(await rejected(future(clerk).password({ ...ADA, password: 'wrong' })), 'form_password_incorrect');
  // The rejection contains the attempt that it created.
  const signIn = future(clerk);
  assert.equal(signIn.status, 'needs_first_factor');
  await well(signIn.password({ password: ADA.password }));
  assert.equal(signIn.status, 'needs_second_factor');
});

test('the right code works after a wrong one', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  await well(signIn.emailCode.sendCode({ emailAddress: LINUS.identifier }));
  assert.equal(await rejected(signIn.emailCode.verifyCode({ code: '000000' })), 'form_code_incorrect');
  await well(signIn.emailCode.verifyCode({ code: LINUS.code }));
  await finalize(clerk, signIn, LINUS.identifier);
});

test('a new code replaces an expired one', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  await well(signIn.emailCode.sendCode({ emailAddress: GRACE.identifier }));
  const expired = await mailed(GRACE.identifier);
  await advance(10 * 60 * 1000);
  assert.equal(await rejected(signIn.emailCode.verifyCode({ code: expired })), 'verification_expired');
  await well(signIn.emailCode.sendCode());
  await well(signIn.emailCode.verifyCode({ code: await mailed(GRACE.identifier) }));
  await finalize(clerk, signIn, GRACE.identifier);
});

test('an unknown identifier is an error', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  const nobody = { identifier: 'nobody@example.com' };
  assert.equal(await rejected(signIn.create(nobody)), 'form_identifier_not_found');
});

test('a locked account reports the remaining time', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  await settings({ rate_limits: null });
  await well(signIn.create({ identifier: GRACE.identifier }));
  const codes = [];
  for (let attempt = 0; attempt < 10; attempt += 1) {
    codes.push(await rejected(signIn.password({ password: 'wrong' })));
  }
  assert.deepEqual([...new Set(codes)], ['form_password_incorrect', 'user_locked']);
  const { error } = await signIn.password({ password: GRACE.password });
  assert.equal(error.errors[0].meta.lockout_expires_in_seconds ?? 3600, 3600);
});

test('too many requests are rejected', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  let last;
  for (let create = 0; create < 6; create += 1) last = await signIn.create({ identifier: ADA.identifier });
  assert.equal(last.error.errors[0].code, 'too_many_requests');
  assert.equal(last.error.status, 429);
  assert.ok(last.error.retryAfter >= 1 && last.error.retryAfter <= 10, `${last.error.retryAfter}`);
});

test('a second session is rejected by a single-session instance', async () => {
  await settings({ single_session: true });
  const clerk = await newClient();
  const signIn = future(clerk);
  await well(signIn.emailCode.sendCode({ emailAddress: LINUS.identifier }));
  await well(signIn.emailCode.verifyCode({ code: LINUS.code }));
  await finalize(clerk, signIn, LINUS.identifier);
  assert.equal(await rejected(future(clerk).create({ identifier: ADA.identifier })), 'session_exists');
});

test('a new sign-in follows an abandoned one', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  await well(signIn.emailCode.sendCode({ emailAddress: LINUS.identifier }));
  await advance(24 * 60 * 60 * 1000);
  assert.equal(await rejected(signIn.emailCode.verifyCode({ code: LINUS.code })), 'resource_not_found');
  await well(signIn.reset());
  await well(signIn.password(ADA));
  assert.equal(signIn.status, 'needs_second_factor');
});

test('a ticket works once', async () => {
  const clerk = await newClient();
  const signIn = future(clerk);
  const ticket = await ticketFor(GRACE.identifier);
  await well(signIn.ticket({ ticket }));
  assert.equal(signIn.status, 'complete');
  await finalize(clerk, signIn, GRACE.identifier);
  const other = await newClient();
  assert.equal(await rejected(future(other).ticket({ ticket })), 'sign_in_token_already_used_code');
});

test('an unknown user signs up', async () => {
  await settings({ sign_ups: true, sign_up_required: ['username', 'legal_accepted'] });
  const clerk = await newClient();
  const signIn = future(clerk);
  const email = 'mary@example.com';
  await well(signIn.create({ identifier: email, signUpIfMissing: true }));
  await well(signIn.emailCode.sendCode());
  assert.equal(await rejected(signIn.emailCode.verifyCode({ code: await mailed(email) })), 'sign_up_if_missing_transfer');
  // The rejection contains the client, with a newer sign-in.
  assert.equal(future(clerk).isTransferable, true);
  const signUp = clerk.client.signUp.__internal_future;
  await well(signUp.create({ transfer: true, firstName: 'Mary', unsafeMetadata: { plan: { seats: 3 } } }));
  assert.deepEqual([signUp.status, signUp.missingFields], ['missing_requirements', ['username', 'legal_accepted']]);
  await well(signUp.update({ username: 'mary', legalAccepted: true }));
  assert.equal(signUp.status, 'complete');
  await well(signUp.finalize());
  await signedInAs(clerk, email);
  assert.deepEqual([clerk.user.firstName, clerk.user.unsafeMetadata], ['Mary', { plan: { seats: 3 } }]);
});

test('a user created meanwhile signs in instead', async () => {
  await settings({ sign_ups: true, sign_up_required: ['username'] });
  const clerk = await newClient();
  const signIn = future(clerk);
  const email = 'mary@example.com';
  await well(signIn.create({ identifier: email, signUpIfMissing: true }));
  await well(signIn.emailCode.sendCode());
  await rejected(signIn.emailCode.verifyCode({ code: await mailed(email) }));
  await well(clerk.client.signUp.__internal_future.create({ transfer: true }));
  await addUser({ email_addresses: [email] });
  const again = future(clerk);
  await well(again.create({ transfer: true }));
  await finalize(clerk, again, email);
});
