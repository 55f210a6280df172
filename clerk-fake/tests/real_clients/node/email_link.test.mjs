// Email links with both sign-in objects of the real client: sent, waited for, and opened in another browser.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ADA, GRACE, addUser, advance, newClient, mailedLink, opened, reset, settings, signedInAs, totp } from './harness.mjs';

const PAGE = 'https://app.example.com/verified';

beforeEach(async () => {
  await reset();
  await settings({ email_links: true });
});

const well = async step => assert.equal((await step).error, null);

test('the new object sends a link and waits for it', async () => {
  const clerk = await newClient();
  const signIn = clerk.client.signIn.__internal_future;
  await well(signIn.emailLink.sendLink({ emailAddress: GRACE.identifier, verificationUrl: PAGE }));
  assert.equal(signIn.status, 'needs_first_factor');
  assert.equal(signIn.firstFactorVerification.strategy, 'email_link');
  const waiting = signIn.emailLink.waitForVerification();
  const page = await opened(await mailedLink(GRACE.identifier));
  assert.equal(page.origin + page.pathname, PAGE);
  assert.equal(page.searchParams.get('__clerk_status'), 'verified');
  await well(waiting);
  assert.equal(signIn.status, 'complete');
  assert.equal(signIn.createdSessionId, page.searchParams.get('__clerk_created_session'));
  await well(signIn.finalize());
  await signedInAs(clerk, GRACE.identifier);
});

test('a second factor follows a link of the new object', async () => {
  const clerk = await newClient();
  const signIn = clerk.client.signIn.__internal_future;
  await well(signIn.emailLink.sendLink({ emailAddress: ADA.identifier, verificationUrl: PAGE }));
  const waiting = signIn.emailLink.waitForVerification();
  await opened(await mailedLink(ADA.identifier));
  await well(waiting);
  assert.equal(signIn.status, 'needs_second_factor');
  await well(signIn.mfa.verifyTOTP({ code: await totp(ADA.identifier) }));
  await well(signIn.finalize());
  await signedInAs(clerk, ADA.identifier);
});

test('the new object learns that a link expired', async () => {
  const clerk = await newClient();
  const signIn = clerk.client.signIn.__internal_future;
  await well(signIn.emailLink.sendLink({ emailAddress: GRACE.identifier, verificationUrl: PAGE }));
  await advance(10 * 60 * 1000);
  await well(signIn.emailLink.waitForVerification());
  assert.equal(signIn.firstFactorVerification.status, 'expired');
  const page = await opened(await mailedLink(GRACE.identifier));
  assert.equal(page.searchParams.get('__clerk_status'), 'expired');
});

/** Sends a link with the older object, and opens it when it arrives. */
async function linked(signIn, { emailAddressId, safeIdentifier }) {
  const { startEmailLinkFlow } = signIn.createEmailLinkFlow();
  const done = startEmailLinkFlow({ emailAddressId, redirectUrl: PAGE });
  await opened(await mailedLink(safeIdentifier));
  return done;
}

const byLink = factors => factors.find(factor => factor.strategy === 'email_link');

test('the older object signs in with a link', async () => {
  const clerk = await newClient();
  const begun = await clerk.client.signIn.create({ identifier: GRACE.identifier });
  const signIn = await linked(begun, byLink(begun.supportedFirstFactors));
  assert.equal(signIn.status, 'complete');
  assert.equal(signIn.firstFactorVerification.verifiedFromTheSameClient(), false);
  await clerk.setActive({ session: signIn.createdSessionId });
  await signedInAs(clerk, GRACE.identifier);
});

test('the older object uses a link as second factor and for client trust', async () => {
  const mia = { identifier: 'mia@example.com', password: 'two-factors' };
  await addUser({ email_addresses: [mia.identifier], password: mia.password, email_code_second_factor: true });
  for (const [who, status] of [[mia, 'needs_second_factor'], [GRACE, 'needs_client_trust']]) {
    const clerk = await newClient();
    const begun = await clerk.client.signIn.create(who);
    assert.equal(begun.status, status);
    const signIn = await linked(begun, byLink(begun.supportedSecondFactors));
    assert.equal(signIn.status, 'complete');
    await clerk.setActive({ session: signIn.createdSessionId });
    await signedInAs(clerk, who.identifier);
  }
});

test('an instance without links offers none', async () => {
  await settings({ email_links: false });
  const clerk = await newClient();
  const begun = await clerk.client.signIn.create({ identifier: GRACE.identifier });
  assert.equal(byLink(begun.supportedFirstFactors), undefined);
});
