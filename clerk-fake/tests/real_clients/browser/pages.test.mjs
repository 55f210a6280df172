// The page of the README, the controls page, and the test examples of the documentation.
import { readFile } from 'node:fs/promises';
import { GRACE, LINUS, addUser, mailed, settings, ticketFor, visit } from './harness.mjs';
import { eip191Signer } from './wallets.mjs';

const documentation = await readFile(new URL('../../../../docs/fake-server.md', import.meta.url), 'utf8');
/** Returns the documentation's JavaScript example that contains this text, unchanged. */
function example(part) {
  const blocks = documentation.split('```js\n').slice(1).map(block => block.split('```')[0]);
  const code = blocks.find(block => block.includes(part));
  return ({ page }) => new Function('page', 'eip191Signer', `return (async () => {${code}})();`)(page, eip191Signer);
}

visit('the README page signs in', async visitor => {
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

visit('the documented authenticator signs in with a passkey', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.enterCode(LINUS.code);
  await visitor.isSignedInAs(LINUS.identifier);
  await visitor.runs(() => Clerk.user.createPasskey().then(() => {}));
  await visitor.signOut();
  await visitor.follow('Use passkey instead');
  await visitor.isSignedInAs(LINUS.identifier);
}, { host: 'localhost', prepare: example('WebAuthn.enable') });

visit('the documented wallet signs in', async visitor => {
  for (const name of ['MetaMask', 'OKX Wallet', 'Base', 'Coinbase Wallet']) {
    await visitor.pressWallet(name);
    await visitor.isSignedInAs('mia@example.com');
    await visitor.signOut();
  }
}, {
  prepare: async visitor => {
    const wallets = ['metamask', 'okx_wallet', 'base', 'coinbase_wallet'];
    await settings({ rate_limits: null, web3_strategies: wallets.map(wallet => `web3_${wallet}_signature`) });
    const [, address] = documentation.match(/"web3_wallets": \["(\w+)"\]/);
    await addUser({ email_addresses: ['mia@example.com'], web3_wallets: [address] });
    await example('window.ethereum')(visitor);
  },
});
