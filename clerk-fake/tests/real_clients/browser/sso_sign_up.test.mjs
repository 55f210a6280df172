// An unknown user of a provider signs up with the real components, by redirect and by popup.
import assert from 'node:assert/strict';
import { ADA, LINUS, fake, settings, totp, visit } from './harness.mjs';

const MARY = 'mary@example.com';

const settingsWith = change => async () => {
  await settings({ oauth_strategies: ['oauth_google'], sign_ups: true, ...change });
  await fake('POST', 'provider/accounts', { email_address: MARY, first_name: 'Mary', last_name: 'Jackson' });
};
const prepare = settingsWith({});

/** Mary is signed in, with the name that the provider gave. */
async function isMary(visitor) {
  await visitor.isSignedInAs(MARY);
  assert.equal(await visitor.runs(() => Clerk.user.fullName), 'Mary Jackson');
}

for (const cookies of [false, true]) {
  const mode = cookies ? 'in production' : 'in development';

  visit(`an unknown account signs up by redirect, ${mode}`, async visitor => {
    await visitor.pressProvider('Google');
    await visitor.agrees(MARY);
    await isMary(visitor);
  }, { cookies, prepare });
}

visit('an unknown account signs up by popup', async visitor => {
  await visitor.answersForTheAccountPortal();
  const popup = await visitor.popup(() => visitor.pressProvider('Google'));
  await popup.agrees(MARY);
  await isMary(visitor);
}, { prepare, popups: true });

visit('the combined component asks for a missing user name', async visitor => {
  await visitor.pressProvider('Google');
  await visitor.agrees(MARY);
  await visitor.sees('Fill in missing fields');
  await visitor.fill('Username', 'mary');
  await visitor.press('Continue');
  await isMary(visitor);
  assert.equal(await visitor.runs(() => Clerk.user.username), 'mary');
}, { prepare: settingsWith({ sign_up_required: ['username', 'password'] }), shows: 'both' });

visit('the combined component asks for legal consent', async visitor => {
  await visitor.pressProvider('Google');
  await visitor.agrees(MARY);
  await visitor.sees('Legal consent');
  await visitor.ticksTheCheckbox();
  await visitor.press('Continue');
  await isMary(visitor);
  assert.ok(await visitor.runs(() => Clerk.user.legalAcceptedAt));
}, { prepare: settingsWith({ sign_up_required: ['legal_accepted', 'first_name'] }), shows: 'both' });

visit('an unknown account is an error if sign-ups are off', async visitor => {
  await visitor.pressProvider('Google');
  await visitor.agrees(MARY);
  await visitor.reads('No account is connected to your account at the provider.');
  await visitor.sees('Sign in to Clerk fake');
}, { prepare: settingsWith({ sign_ups: false }) });

for (const cookies of [false, true]) {
  const mode = cookies ? 'in production' : 'in development';

  visit(`<SignUp/> signs an unknown account up, ${mode}`, async visitor => {
    await visitor.pressProvider('Google');
    await visitor.agrees(MARY);
    await isMary(visitor);
  }, { cookies, prepare, shows: 'sign-up' });

  visit(`<SignUp/> signs a known account in, ${mode}`, async visitor => {
    await visitor.pressProvider('Google');
    await visitor.agrees(LINUS.identifier);
    await visitor.isSignedInAs(LINUS.identifier);
  }, { cookies, prepare, shows: 'sign-up' });
}

visit('<SignUp/> asks for a missing user name', async visitor => {
  await visitor.pressProvider('Google');
  await visitor.agrees(MARY);
  await visitor.sees('Fill in missing fields');
  await visitor.fill('Username', 'mary');
  await visitor.press('Continue');
  await isMary(visitor);
}, { prepare: settingsWith({ sign_up_required: ['username'] }), shows: 'sign-up' });

visit('<SignUp/> signs up by popup', async visitor => {
  await visitor.answersForTheAccountPortal();
  const popup = await visitor.popup(() => visitor.pressProvider('Google'));
  await popup.agrees(MARY);
  await isMary(visitor);
}, { prepare, popups: true, shows: 'sign-up' });

visit('<SignUp/> signs a known account in by popup', async visitor => {
  await visitor.answersForTheAccountPortal();
  const popup = await visitor.popup(() => visitor.pressProvider('Google'));
  await popup.agrees(LINUS.identifier);
  await visitor.isSignedInAs(LINUS.identifier);
}, { prepare, popups: true, shows: 'sign-up' });

visit('<SignUp/> can be repeated after the user declined', async visitor => {
  await visitor.pressProvider('Google');
  await visitor.sees('Sign in with google');
  await visitor.press('Cancel');
  await visitor.reads('You did not grant access to your account.');
  await visitor.pressProvider('Google');
  await visitor.agrees(MARY);
  await isMary(visitor);
}, { prepare, shows: 'sign-up' });

visit('<SignUp/> says that sign-ups are off', async visitor => {
  await visitor.sees('Access restricted');
}, { prepare: settingsWith({ sign_ups: false }), shows: 'sign-up' });

visit('the combined component asks a known user for the second factor', async visitor => {
  await visitor.runs(() => { location.hash = '#/create'; });
  await visitor.sees('Create your account');
  await visitor.pressProvider('Google');
  await visitor.agrees(ADA.identifier);
  await visitor.sees('Two-step verification');
  await visitor.enterCode(await totp(ADA.identifier));
  await visitor.isSignedInAs(ADA.identifier);
}, { prepare, shows: 'both' });

const startSso = (visitor, object) => visitor.runs(object => {
  const { origin } = location;
  const [redirectUrl, callbackUrl] = [`${origin}/`, `${origin}/callback`];
  const strategy = 'oauth_google';
  if (object === 'new') Clerk.client.signUp.__internal_future.sso({ strategy, redirectUrl, redirectCallbackUrl: callbackUrl });
  else Clerk.client.signUp.authenticateWithRedirect({ strategy, redirectUrl: callbackUrl, redirectUrlComplete: redirectUrl });
}, object);

for (const object of ['older', 'new']) {
  visit(`the ${object} object signs an unknown account up`, async visitor => {
    await startSso(visitor, object);
    await visitor.agrees(MARY);
    await isMary(visitor);
    assert.equal(new URL(visitor.page.url()).pathname, '/');
  }, { prepare });

  visit(`the ${object} object can be repeated after the user declined`, async visitor => {
    await startSso(visitor, object);
    await visitor.sees('Sign in with google');
    await visitor.press('Cancel');
    await visitor.page.waitForURL(/callback/);
    await visitor.reads('Continue with Google');
    const code = await visitor.runs(() => Clerk.client.signUp.verifications.externalAccount.error.code);
    assert.equal(code, 'oauth_access_denied');
    await startSso(visitor, object);
    await visitor.agrees(MARY);
    await isMary(visitor);
  }, { prepare });
}

visit('the older object signs a known account in', async visitor => {
  await startSso(visitor, 'older');
  await visitor.agrees(LINUS.identifier);
  await visitor.page.waitForURL(/callback/);
  await visitor.reads('Continue with Google');
  await visitor.runs(() => Clerk.handleRedirectCallback());
  await visitor.isSignedInAs(LINUS.identifier);
}, { prepare });

visit('the new object signs a known account in', async visitor => {
  await startSso(visitor, 'new');
  await visitor.agrees(LINUS.identifier);
  await visitor.page.waitForURL(/callback/);
  await visitor.reads('Continue with Google');
  const [isTransferable, error] = await visitor.runs(async () => {
    const [signIn, { isTransferable }] = [Clerk.client.signIn, Clerk.client.signUp].map(it => it.__internal_future);
    const { error } = await signIn.create({ transfer: true });
    await signIn.finalize();
    return [isTransferable, error];
  });
  assert.deepEqual([isTransferable, error], [true, null]);
  await visitor.isSignedInAs(LINUS.identifier);
}, { prepare });

visit('a callback from a provider works once', async visitor => {
  let callback;
  visitor.page.on('request', request => { if (request.url().includes('/oauth_callback')) callback = request.url(); });
  await visitor.pressProvider('Google');
  await visitor.agrees(MARY);
  await isMary(visitor);
  await visitor.page.goto(callback);
  await visitor.reads('oauth_callback_invalid');
}, { prepare, shows: 'sign-up' });
