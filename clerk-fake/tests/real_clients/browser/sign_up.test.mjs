// The real <SignUp/> with an address that a code verifies.
import assert from 'node:assert/strict';
import { GRACE, fake, mailed, settings, visit } from './harness.mjs';

const MARY = 'mary@example.com';

const settingsWith = change => () => settings({ oauth_strategies: ['oauth_google'], sign_ups: true, ...change });
const prepare = settingsWith({});

for (const cookies of [false, true]) {
  visit(`an address and a code sign up, ${cookies ? 'in production' : 'in development'}`, async visitor => {
    await visitor.fill('Email address', MARY);
    await visitor.press('Continue');
    await visitor.sees('Verify your email');
    await visitor.enterCode(await mailed(MARY));
    await visitor.isSignedInAs(MARY);
  }, { cookies, prepare, shows: 'sign-up' });
}

visit('a code signs up even if sign-ins use links', async visitor => {
  await visitor.fill('Email address', MARY);
  await visitor.press('Continue');
  await visitor.enterCode(await mailed(MARY));
  await visitor.isSignedInAs(MARY);
}, { prepare: settingsWith({ email_links: true }), shows: 'sign-up' });

visit('a wrong code can be corrected, and required fields follow', async visitor => {
  await visitor.fill('First name', 'Mary');
  await visitor.fill('Username', 'mary');
  await visitor.fill('Email address', MARY);
  await visitor.fill('Password', 'wind-tunnel-at-mach-2');
  await visitor.ticksTheCheckbox();
  await visitor.press('Continue');
  await visitor.sees('Verify your email');
  const code = await mailed(MARY);
  await visitor.enterCode(code === '000000' ? '111111' : '000000');
  await visitor.isTold('The code is wrong.');
  await visitor.enterCode(code);
  await visitor.isSignedInAs(MARY);
  const [username, hasPassword] = await visitor.runs(() => [Clerk.user.username, Clerk.user.passwordEnabled]);
  assert.deepEqual([username, hasPassword], ['mary', true]);
}, {
  prepare: settingsWith({ sign_up_required: ['first_name', 'username', 'password', 'legal_accepted'] }),
  shows: 'sign-up',
});

visit('another address can be given after a taken one', async visitor => {
  await visitor.fill('Email address', GRACE.identifier);
  await visitor.press('Continue');
  await visitor.reads('This is already taken. Sign in, or choose another.');
  await visitor.fill('Email address', MARY);
  await visitor.press('Continue');
  await visitor.enterCode(await mailed(MARY));
  await visitor.isSignedInAs(MARY);
}, { prepare, shows: 'sign-up' });

for (const shows of ['sign-up', 'both']) {
  visit(`an unverified provider address needs a code, from ${shows}`, async visitor => {
    await visitor.pressProvider('Google');
    await visitor.agrees(MARY);
    await visitor.sees('Verify your email');
    await visitor.enterCode(await mailed(MARY));
    await visitor.isSignedInAs(MARY);
  }, {
    prepare: async () => {
      await prepare();
      await fake('POST', 'provider/accounts', { email_address: MARY, email_verified: false });
    },
    shows,
  });
}
