import assert from 'node:assert/strict';
import { ADA, changeUser, clearFaults, fault, GRACE, LINUS, mailed, totp, visit } from './harness.mjs';

for (const cookies of [false, true]) {
  const mode = cookies ? 'in production' : 'in development';

  visit(`a password and an authenticator app sign in, ${mode}`, async visitor => {
    await visitor.identify(ADA.identifier);
    await visitor.sees('Enter your password');
    await visitor.enterPassword(ADA.password);
    await visitor.sees('Two-step verification');
    await visitor.enterCode(await totp(ADA.identifier));
    await visitor.isSignedInAs(ADA.identifier);
    assert.equal(await visitor.hasCookie('__client'), cookies);

    await visitor.reload();
    await visitor.isSignedInAs(ADA.identifier);
    await visitor.signOut();
    await visitor.reload();
    await visitor.sees('Sign in to Clerk fake');
  }, { cookies });

  visit(`a code makes a new client trusted, ${mode}`, async visitor => {
    await visitor.identify(GRACE.identifier);
    await visitor.enterPassword(GRACE.password);
    await visitor.sees('Check your email');
    await visitor.isTold('You\'re signing in from a new device.');
    await visitor.enterCode(await mailed(GRACE.identifier));
    await visitor.isSignedInAs(GRACE.identifier);

    await visitor.signOut();
    await visitor.identify(GRACE.identifier);
    await visitor.enterPassword(GRACE.password);
    await visitor.isSignedInAs(GRACE.identifier);
  }, { cookies });

  visit(`an email code signs in, ${mode}`, async visitor => {
    await visitor.identify(LINUS.identifier);
    await visitor.sees('Check your email');
    await visitor.enterCode(LINUS.code);
    await visitor.isSignedInAs(LINUS.identifier);
    await visitor.reload();
    await visitor.isSignedInAs(LINUS.identifier);
  }, { cookies });
}

visit('the right password works after a wrong one', async visitor => {
  await visitor.identify(ADA.identifier);
  await visitor.enterPassword('correct-horse-batter');
  await visitor.isTold('The password is wrong. Try again, or sign in another way.');
  await visitor.enterPassword(ADA.password);
  await visitor.sees('Two-step verification');
});

visit('the right code works after a wrong one', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.enterCode('424243');
  await visitor.isTold('The code is wrong.');
  await visitor.enterCode(LINUS.code);
  await visitor.isSignedInAs(LINUS.identifier);
});

visit('a forgotten password can be reset', async visitor => {
  const password = 'a-foot-of-copper';
  await visitor.identify(GRACE.identifier);
  await visitor.follow('Forgot password?');
  await visitor.sees('Forgot Password?');
  await visitor.press('Reset your password');
  await visitor.sees('Reset password');
  await visitor.enterCode(await mailed(GRACE.identifier));
  await visitor.sees('Set new password');
  await visitor.fill('New password', password);
  await visitor.fill('Confirm password', password);
  await visitor.press('Reset Password');
  await visitor.isSignedInAs(GRACE.identifier);

  await visitor.signOut();
  await visitor.identify(GRACE.identifier);
  await visitor.enterPassword(password);
  await visitor.isSignedInAs(GRACE.identifier);
});

visit('an unknown identifier is an error', async visitor => {
  await visitor.identify('nobody@example.com');
  await visitor.isTold('There is no account with this identifier.');
  await visitor.identify(ADA.identifier);
  await visitor.sees('Enter your password');
});

visit('a phone number signs in', async visitor => {
  await visitor.follow('Use phone');
  await visitor.fill('Phone number', '2015550123');
  await visitor.press('Continue');
  await visitor.isTold('There is no account with this identifier.');
});

visit('a locked account is an error', async visitor => {
  await visitor.identify(GRACE.identifier);
  await changeUser(GRACE.identifier, { access: 'locked' });
  await visitor.enterPassword(GRACE.password);
  await visitor.isTold('This account is locked.');

  await changeUser(GRACE.identifier, { access: 'allowed' });
  await visitor.identify(GRACE.identifier);
  await visitor.enterPassword(GRACE.password);
  await visitor.sees('Check your email');
});

for (const status of [429, 500]) {
  visit(`a step can be repeated after an error ${status}`, async visitor => {
    const message = `Refused with ${status}.`;
    const then = { reject: { status, message } };
    await fault({ on: 'POST /v1/client/sign_ins', then });
    await fault({ on: 'POST /v1/client/sign_ins/*/attempt_first_factor', then });

    await visitor.identify(ADA.identifier);
    await visitor.isTold(message);
    await visitor.press('Continue');
    await visitor.sees('Enter your password');
    await visitor.enterPassword(ADA.password);
    await visitor.isTold(message);
    await visitor.press('Continue');
    await visitor.sees('Two-step verification');
  });
}

// Chromium repeats a request when a kept-alive connection brings no answer, so a single drop would go unnoticed.
for (const then of ['drop_request', 'truncate_body']) {
  visit(`a step can be repeated after a lost connection (${then})`, async visitor => {
    await fault({ on: 'POST /v1/client/sign_ins', times: null, then });
    await visitor.losesConnection(() => visitor.identify(ADA.identifier));
    await clearFaults();
    await visitor.press('Continue');
    await visitor.sees('Enter your password');
  });
}
