// Single sign-on with the real client at the fake's provider, by redirect and by popup. The last test signs in with the
// terminal program, whose provider page opens in this Chromium.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ADA, FAKE, LINUS, settings, totp, visit } from './harness.mjs';

const prepare = () => settings({ oauth_strategies: ['oauth_google'] });

for (const cookies of [false, true]) {
  const mode = cookies ? 'in production' : 'in development';

  visit(`a provider signs in by redirect, ${mode}`, async visitor => {
    await visitor.pressProvider('Google');
    await visitor.agrees(LINUS.identifier);
    await visitor.isSignedInAs(LINUS.identifier);
  }, { cookies, prepare });

  visit(`a second factor follows a provider, ${mode}`, async visitor => {
    await visitor.pressProvider('Google');
    await visitor.agrees(ADA.identifier);
    await visitor.sees('Two-step verification');
    await visitor.enterCode(await totp(ADA.identifier));
    await visitor.isSignedInAs(ADA.identifier);
  }, { cookies, prepare });

  visit(`a user who declines can try again, ${mode}`, async visitor => {
    await visitor.pressProvider('Google');
    await visitor.sees('Sign in with google');
    await visitor.press('Cancel');
    await visitor.reads('You did not grant access to your account.');
    await visitor.pressProvider('Google');
    await visitor.agrees(LINUS.identifier);
    await visitor.isSignedInAs(LINUS.identifier);
  }, { cookies, prepare });

  visit(`sso() signs in by redirect, ${mode}`, async visitor => {
    await visitor.runs(() => {
      const { origin } = location;
      Clerk.client.signIn.__internal_future.sso({
        strategy: 'oauth_google', redirectUrl: `${origin}/`, redirectCallbackUrl: `${origin}/callback`,
      });
    });
    await visitor.agrees(LINUS.identifier);
    await visitor.isSignedInAs(LINUS.identifier);
  }, { cookies, prepare });
}

visit('sso() signs in by popup', async visitor => {
  await visitor.answersForTheAccountPortal();
  const popup = await visitor.popup(() => visitor.runs(() => {
    const popup = window.open('about:blank', '', 'width=400,height=600');
    const { origin } = location;
    const signIn = Clerk.client.signIn.__internal_future;
    const sso = { strategy: 'oauth_google', redirectUrl: `${origin}/`, redirectCallbackUrl: `${origin}/callback`, popup };
    window.signedIn = signIn.sso(sso)
      .then(({ error }) => error ?? signIn.finalize());
  }));
  await popup.agrees(LINUS.identifier);
  await visitor.runs(() => window.signedIn);
  await visitor.isSignedInAs(LINUS.identifier);
}, { prepare });

visit('an enterprise connection is found by the address', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.sees('Sign in with ent_example');
  await visitor.page.locator(`button[value="${LINUS.identifier}"]`).click();
  await visitor.isSignedInAs(LINUS.identifier);
}, {
  prepare: () => settings({ enterprise_connections: [{ id: 'ent_example', name: 'Example', domain: 'example.com' }] }),
});

visit('the terminal signs in through the browser', async visitor => {
  const folder = await mkdtemp(path.join(tmpdir(), 'clerk-sign-in-'));
  const [browser, noted] = [path.join(folder, 'browser'), path.join(folder, 'noted')];
  await writeFile(browser, `#!/bin/sh\necho "$1" > ${noted}\n`);
  await chmod(browser, 0o755);
  const terminal = spawn(process.env.CLERK_TERMINAL, ['--url', FAKE, '--checkpoint', path.join(folder, 'kept.json')], {
    env: { ...process.env, BROWSER: browser, NO_PROXY: '127.0.0.1' },
  });
  let said = '';
  terminal.stdout.on('data', data => { said += data; });
  const ended = new Promise(resolve => terminal.on('close', resolve));
  terminal.stdin.end('\nGoogle account\n');
  let url;
  for (let tries = 0; !url && tries < 500; tries += 1) {
    await new Promise(resolve => setTimeout(resolve, 20));
    url = (await readFile(noted, 'utf8').catch(() => '')).trim();
  }
  await visitor.page.goto(url);
  await visitor.agrees(LINUS.identifier);
  await visitor.sees('You can go back to the terminal now.');
  assert.equal(await ended, 0, said);
  assert.match(said, /Signed in as Linus Torvalds/);
}, { prepare });
