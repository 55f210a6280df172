// Whoever comes from a provider and has no account here signs up: with the real components, by redirect and by popup.
import assert from 'node:assert/strict';
import { fake, settings, visit } from './harness.mjs';

const MARY = 'mary@example.com';

const settingsWith = change => async () => {
  await settings({ oauth_strategies: ['oauth_google'], sign_ups: true, ...change });
  await fake('POST', 'provider/accounts', { email_address: MARY, first_name: 'Mary', last_name: 'Jackson' });
};
const prepare = settingsWith({});

/** The names are the provider's. */
async function isMary(visitor) {
  await visitor.isSignedInAs(MARY);
  assert.equal(await visitor.runs(() => Clerk.user.fullName), 'Mary Jackson');
}

for (const cookies of [false, true]) {
  const mode = cookies ? 'in production' : 'in development';

  visit(`an account of nobody by redirect, ${mode}`, async visitor => {
    await visitor.pressProvider('Google');
    await visitor.agrees(MARY);
    await isMary(visitor);
  }, { cookies, prepare });
}

visit('an account of nobody by popup', async visitor => {
  await visitor.answersForTheAccountPortal();
  const popup = await visitor.popup(() => visitor.pressProvider('Google'));
  await popup.agrees(MARY);
  await isMary(visitor);
}, { prepare, popups: true });

visit('a user name that is missing, where one component does both', async visitor => {
  await visitor.pressProvider('Google');
  await visitor.agrees(MARY);
  await visitor.sees('Fill in missing fields');
  await visitor.fill('Username', 'mary');
  await visitor.press('Continue');
  await isMary(visitor);
  assert.equal(await visitor.runs(() => Clerk.user.username), 'mary');
}, { prepare: settingsWith({ sign_up_required: ['username', 'password'] }), shows: 'both' });

visit('legal terms that are missing, where one component does both', async visitor => {
  await visitor.pressProvider('Google');
  await visitor.agrees(MARY);
  await visitor.sees('Legal consent');
  await visitor.page.getByRole('checkbox').check();
  await visitor.press('Continue');
  await isMary(visitor);
  assert.ok(await visitor.runs(() => Clerk.user.legalAcceptedAt));
}, { prepare: settingsWith({ sign_up_required: ['legal_accepted', 'first_name'] }), shows: 'both' });

visit('an account of nobody where nobody can sign up', async visitor => {
  await visitor.pressProvider('Google');
  await visitor.agrees(MARY);
  await visitor.reads('There is no account for who you are at the provider.');
  await visitor.sees('Sign in to Clerk fake');
}, { prepare: settingsWith({ sign_ups: false }) });
