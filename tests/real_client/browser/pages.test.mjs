// The page of the README, and the one that shows what the fake did.
import { GRACE, mailed, ticketFor, visit } from './harness.mjs';

visit('the page of the README signs in', async visitor => {
  await visitor.openReadmePage();
  await visitor.identify(GRACE.identifier);
  await visitor.enterPassword(GRACE.password);
  await visitor.sees('Check your email');
  const code = await mailed(GRACE.identifier);
  await visitor.enterCode(code);
  await visitor.reads('Hello Grace');

  await visitor.openControls();
  await visitor.reads(code);
  await visitor.reads('POST /v1/client/sign_ins');
  await visitor.reads('ada@example.com');
  await visitor.press('Reset');
  await visitor.reads('Nothing was sent yet.');
});

visit('a link with a ticket signs in', async visitor => {
  await visitor.follows({ __clerk_ticket: await ticketFor(GRACE.identifier) });
  await visitor.isSignedInAs(GRACE.identifier);
});
