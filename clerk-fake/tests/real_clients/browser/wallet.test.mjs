// Wallets in the browser, by <SignIn/> and by both objects of the real client.
import assert from 'node:assert/strict';
import { addUser, changeUser, settings, totp, visit } from './harness.mjs';
import { ethereum, solana, wallet } from './wallets.mjs';

/** Their names, and the older object's methods. */
const WALLETS = {
  metamask: ['MetaMask', 'authenticateWithMetamask'],
  base: ['Base', 'authenticateWithBase'],
  coinbase_wallet: ['Coinbase Wallet', 'authenticateWithCoinbaseWallet'],
  okx_wallet: ['OKX Wallet', 'authenticateWithOKXWallet'],
};
const MIA = 'mia@example.com';

const turnOn = kinds => settings({ web3_strategies: kinds.map(kind => `web3_${kind}_signature`) });

let mias;
/** Mia has this kind of wallet in her browser, and the instance has these kinds. */
const has = (kind, { of = ethereum(), kinds = [...Object.keys(WALLETS), 'solana'], ...more } = {}) => async visitor => {
  await turnOn(kinds);
  await addUser({ email_addresses: [MIA], web3_wallets: [of.address], ...more });
  mias = await wallet(visitor, kind, of);
};

for (const [kind, [name, method]] of Object.entries(WALLETS)) {
  visit(`${name} by <SignIn/>`, async visitor => {
    await visitor.pressWallet(name);
    await visitor.isSignedInAs(MIA);
    const [message] = mias.messages;
    const { host } = new URL(visitor.page.url());
    assert.ok(message.startsWith(`${host} wants you to sign in with your Ethereum account:\n${mias.account.address}\n`), message);
    await visitor.reload();
    await visitor.isSignedInAs(MIA);
  }, { prepare: has(kind) });

  visit(`${name} by the objects`, async visitor => {
    const done = await visitor.runs(async strategy => {
      const signIn = Clerk.client.signIn.__internal_future;
      const well = ({ error }) => { if (error) throw error; };
      well(await signIn.web3({ strategy }));
      const { status, firstFactorVerification } = signIn;
      well(await signIn.finalize());
      return [status, firstFactorVerification.strategy];
    }, `web3_${kind}_signature`);
    assert.deepEqual(done, ['complete', `web3_${kind}_signature`]);
    await visitor.isSignedInAs(MIA);
    await visitor.signOut();

    await visitor.runs(async method => {
      const { status, createdSessionId } = await Clerk.client.signIn[method]();
      if (status !== 'complete') throw new Error(status);
      await Clerk.setActive({ session: createdSessionId });
    }, method);
    await visitor.isSignedInAs(MIA);
  }, { prepare: has(kind) });
}

visit('a wallet of Solana by <SignIn/>', async visitor => {
  await visitor.pressWallet('Solana');
  await visitor.pressWallet('Phantom');
  await visitor.isSignedInAs(MIA);
  assert.match(mias.messages[0], /wants you to sign in with your Solana account/);
}, { prepare: has('solana', { of: solana() }) });

visit('a wallet of Solana by the objects', async visitor => {
  await visitor.runs(async () => {
    const signIn = Clerk.client.signIn.__internal_future;
    const well = ({ error }) => { if (error) throw error; };
    well(await signIn.web3({ strategy: 'web3_solana_signature', walletName: 'Phantom' }));
    well(await signIn.finalize());
  });
  await visitor.isSignedInAs(MIA);
  await visitor.signOut();
  await visitor.runs(async () => {
    const { createdSessionId } = await Clerk.client.signIn.authenticateWithSolana({ walletName: 'Phantom' });
    await Clerk.setActive({ session: createdSessionId });
  });
  await visitor.isSignedInAs(MIA);
}, { prepare: has('solana', { of: solana() }) });

visit('a second factor follows a wallet', async visitor => {
  await visitor.pressWallet('MetaMask');
  await visitor.sees('Two-step verification');
  await visitor.enterCode(await totp(MIA));
  await visitor.isSignedInAs(MIA);
}, { cookies: true, prepare: has('metamask', { totp_secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' }) });

/** What the new object says of a sign-in by this browser's MetaMask, and where it stands then. */
const refusal = visitor => visitor.runs(async () => {
  const signIn = Clerk.client.signIn.__internal_future;
  const { error } = await signIn.web3({ strategy: 'web3_metamask_signature' });
  return [error.errors?.[0].code ?? error.code, signIn.status];
});

visit('a user who rejects, and then signs', async visitor => {
  mias.rejections = 2;
  await visitor.pressWallet('MetaMask');
  await visitor.isTold('User rejected the request.');
  assert.deepEqual(await refusal(visitor), [4001, 'needs_first_factor']);
  await visitor.pressWallet('MetaMask');
  await visitor.isSignedInAs(MIA);
}, { prepare: has('metamask') });

visit('Coinbase Wallet is asked once more when its user rejects', async visitor => {
  mias.rejections = 1;
  await visitor.pressWallet('Coinbase Wallet');
  await visitor.isSignedInAs(MIA);
  assert.equal(mias.messages.length, 2);
  assert.equal(mias.messages[0], mias.messages[1]);
}, { prepare: has('coinbase_wallet') });

visit('a wallet that signs with another key', async visitor => {
  const { sign } = mias.account;
  mias.account.sign = ethereum().sign;
  assert.deepEqual(await refusal(visitor), ['form_incorrect_signature', 'needs_first_factor']);
  // <SignIn/> shows errors about a parameter beside its field, and has none for a signature: it says nothing.
  const attempted = visitor.page.waitForResponse(/attempt_first_factor/);
  await visitor.pressWallet('MetaMask');
  assert.equal((await attempted).status(), 422);
  mias.account.sign = sign;
  await visitor.pressWallet('MetaMask');
  await visitor.isSignedInAs(MIA);
}, { prepare: has('metamask') });

visit('a wallet that nobody has', async visitor => {
  assert.deepEqual(await refusal(visitor), ['form_identifier_not_found', 'needs_identifier']);
  // <SignIn/> goes on to sign the wallet's owner up, which the instance does not allow.
  await visitor.pressWallet('MetaMask');
  await visitor.isTold('Sign-ups are turned off.');
  assert.deepEqual(mias.messages, []);
  await changeUser(MIA, { web3_wallets: [mias.account.address] });
  await visitor.pressWallet('MetaMask');
  await visitor.isSignedInAs(MIA);
}, {
  prepare: async visitor => {
    await has('metamask')(visitor);
    await changeUser(MIA, { web3_wallets: [] });
  },
});

visit('a browser without a wallet', async visitor => {
  await visitor.pressWallet('MetaMask');
  await visitor.isTold('A Web3 Wallet extension cannot be found. Please install one to continue.');
}, { prepare: () => turnOn(['metamask']) });

visit('an instance with one kind of wallet', async visitor => {
  await visitor.pressWallet('MetaMask');
  await visitor.isSignedInAs(MIA);
}, { prepare: has('metamask', { kinds: ['metamask'] }) });
