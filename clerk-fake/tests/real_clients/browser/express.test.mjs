// A page whose own backend is Express. The page sends its cookies and nothing else.
import assert from 'node:assert/strict';
import { LINUS, visit } from './harness.mjs';

/** Asks the backend several times, as the page would, and asserts that every answer is about this user. */
async function backendKnows(visitor, seconds) {
  const answers = await visitor.runs(async seconds => {
    const answers = [];
    for (let left = seconds * 5; left > 0; left--) {
      const answer = await fetch('/api/me');
      answers.push({ status: answer.status, ...await answer.json() });
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    return answers;
  }, seconds);
  const session = await visitor.runs(() => ({ userId: Clerk.user.id, sessionId: Clerk.session.id }));
  for (const answer of answers) assert.deepEqual(answer, { status: 200, ...session, sessionStatus: 'active' });
}

visit('the backend knows the user before and after each reload', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.enterCode(LINUS.code);
  await visitor.isSignedInAs(LINUS.identifier);
  await backendKnows(visitor, 2);
  for (let reloads = 0; reloads < 4; reloads++) {
    await visitor.reload();
    await visitor.isSignedInAs(LINUS.identifier);
    await backendKnows(visitor, 2);
  }
});

visit('the backend knows the user although the app finalizes late', async visitor => {
  await visitor.runs(async ({ identifier, code }) => {
    const begun = await Clerk.client.signIn.create({ identifier, strategy: 'email_code' });
    const done = await begun.attemptFirstFactor({ strategy: 'email_code', code });
    await new Promise(resolve => setTimeout(resolve, 1200));
    await Clerk.setActive({ session: done.createdSessionId });
  }, LINUS);
  await visitor.isSignedInAs(LINUS.identifier);
  await backendKnows(visitor, 3);
});
