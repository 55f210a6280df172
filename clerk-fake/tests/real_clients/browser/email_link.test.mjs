// <SignIn/> with an email link that another tab or another browser opens.
import { ADA, FAKE, GRACE, LINUS, advance, mailedLink, settings, totp, visit } from './harness.mjs';

const LINK = 'Use the verification link sent to your email';
const prepare = () => settings({ email_links: true });

for (const cookies of [false, true]) {
  const mode = cookies ? 'in production' : 'in development';

  visit(`a link opened in another browser signs in, ${mode}`, async visitor => {
    await visitor.identify(LINUS.identifier);
    await visitor.sees('Check your email');
    await visitor.reads(LINK);
    const tab = await visitor.opensElsewhere(await mailedLink(LINUS.identifier));
    await tab.sees('Successfully signed in');
    await visitor.isSignedInAs(LINUS.identifier);
  }, { cookies, prepare });
}

visit('a link opened in another tab signs in there', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.reads(LINK);
  const tab = await visitor.opensInAnotherTab(await mailedLink(LINUS.identifier));
  await tab.isSignedInAs(LINUS.identifier);
  // The tab that started the sign-in leaves the rest to the new tab.
  await visitor.sees('Signed in on other tab');
  await visitor.reload();
  await visitor.isSignedInAs(LINUS.identifier);
}, { cookies: true, prepare });

visit('a link replaces the password, and a second factor follows', async visitor => {
  await visitor.identify(ADA.identifier);
  await visitor.follow('Use another method');
  await visitor.press(`Email link to ${ADA.identifier}`);
  await visitor.reads(LINK);
  await visitor.opensElsewhere(await mailedLink(ADA.identifier));
  await visitor.sees('Two-step verification');
  await visitor.enterCode(await totp(ADA.identifier));
  await visitor.isSignedInAs(ADA.identifier);
}, { prepare });

visit('a link makes a new client trusted', async visitor => {
  await visitor.identify(GRACE.identifier);
  await visitor.enterPassword(GRACE.password);
  await visitor.sees('Check your email');
  await visitor.follow('Use another method');
  await visitor.press(`Email link to ${GRACE.identifier}`);
  await visitor.reads(LINK);
  await visitor.opensElsewhere(await mailedLink(GRACE.identifier));
  await visitor.isSignedInAs(GRACE.identifier);
}, { prepare });

visit('a link can require the same browser', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.reads(LINK);
  const link = await mailedLink(LINUS.identifier);
  const elsewhere = await visitor.opensElsewhere(link);
  await elsewhere.sees('Verification link is invalid for this device');
  const here = await visitor.opensInAnotherTab(link);
  await here.isSignedInAs(LINUS.identifier);
}, { cookies: true, prepare: () => settings({ email_links: true, email_link_same_client: true }) });

visit('a link can be opened from the controls page', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.reads(LINK);
  const controls = await visitor.opensInAnotherTab(`${FAKE}/_fake`);
  await controls.reads('Open the link');
  await controls.follow('Open the link');
  await visitor.isSignedInAs(LINUS.identifier);
}, { prepare });

visit('an expired link is rejected', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.reads(LINK);
  const link = await mailedLink(LINUS.identifier);
  await advance(10 * 60 * 1000);
  const tab = await visitor.opensElsewhere(link);
  await tab.sees('This verification link has expired');
}, { prepare });
