// Wallets in the browser, with <SignIn/> and with both sign-in objects of the real client.
import assert from 'node:assert/strict';
import { addUser, changeUser, settings, totp, visit } from './harness.mjs';
import { ethereum, solana, wallet } from './wallets.mjs';

/** The names of the wallets, and the older object's methods. */
const WALLETS = {
  metamask: ['MetaMask', 'authenticateWithMetamask'],
  base: ['Base', 'authenticateWithBase'],
  coinbase_wallet: ['Coinbase Wallet', 'authenticateWithCoinbaseWallet'],
  okx_wallet: ['OKX Wallet', 'authenticateWithOKXWallet'],
};
const MIA = 'mia@example.com';

const turnOn = kinds => settings({ web3_strategies: kinds.map(kind => `web3_${kind}_signature`) });

let miasWallet;
/** Gives Mia this kind of wallet in her browser, and turns these kinds on at the instance. */
const withWallet = (kind, { of = ethereum(), kinds = [...Object.keys(WALLETS), 'solana'], ...more } = {}) => async visitor => {
  await turnOn(kinds);
  await addUser({ email_addresses: [MIA], web3_wallets: [of.address], ...more });
  miasWallet = await wallet(visitor, kind, of);
};

for (const [kind, [name, method]] of Object.entries(WALLETS)) {
  visit(`${name} signs in with <SignIn/>`, async visitor => {
    await visitor.pressWallet(name);
    await visitor.isSignedInAs(MIA);
    const [message] = miasWallet.messages;
    const { host } = new URL(visitor.page.url());
    assert.ok(message.startsWith(`${host} wants you to sign in with your Ethereum account:\n${miasWallet.account.address}\n`), message);
    await visitor.reload();
    await visitor.isSignedInAs(MIA);
  }, { prepare: withWallet(kind) });

  visit(`${name} signs in with both objects`, async visitor => {
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
  }, { prepare: withWallet(kind) });
}

visit('a Solana wallet signs in with <SignIn/>', async visitor => {
  await visitor.pressWallet('Solana');
  await visitor.pressWallet('Phantom');
  await visitor.isSignedInAs(MIA);
  assert.match(miasWallet.messages[0], /wants you to sign in with your Solana account/);
}, { prepare: withWallet('solana', { of: solana() }) });

visit('a Solana wallet signs in with both objects', async visitor => {
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
}, { prepare: withWallet('solana', { of: solana() }) });

visit('a second factor follows a wallet', async visitor => {
  await visitor.pressWallet('MetaMask');
  await visitor.sees('Two-step verification');
  await visitor.enterCode(await totp(MIA));
  await visitor.isSignedInAs(MIA);
}, { cookies: true, prepare: withWallet('metamask', { totp_secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' }) });

/** Signs in with MetaMask by the new object, and returns the error code and the sign-in's status. */
const failedSignIn = visitor => visitor.runs(async () => {
  const signIn = Clerk.client.signIn.__internal_future;
  const { error } = await signIn.web3({ strategy: 'web3_metamask_signature' });
  return [error.errors?.[0].code ?? error.code, signIn.status];
});

visit('a user who declines can sign later', async visitor => {
  miasWallet.rejections = 2;
  await visitor.pressWallet('MetaMask');
  await visitor.isTold('User rejected the request.');
  assert.deepEqual(await failedSignIn(visitor), [4001, 'needs_first_factor']);
  await visitor.pressWallet('MetaMask');
  await visitor.isSignedInAs(MIA);
}, { prepare: withWallet('metamask') });

visit('Coinbase Wallet is asked again when its user declines', async visitor => {
  miasWallet.rejections = 1;
  await visitor.pressWallet('Coinbase Wallet');
  await visitor.isSignedInAs(MIA);
  assert.equal(miasWallet.messages.length, 2);
  assert.equal(miasWallet.messages[0], miasWallet.messages[1]);
}, { prepare: withWallet('coinbase_wallet') });

visit('a signature by another key is rejected', async visitor => {
  const { sign } = miasWallet.account;
  miasWallet.account.sign = ethereum().sign;
  assert.deepEqual(await failedSignIn(visitor), ['form_incorrect_signature', 'needs_first_factor']);
  // <SignIn/> shows a parameter's error beside its field. A signature has no field, so <SignIn/> shows nothing.
  const attempted = visitor.page.waitForResponse(/attempt_first_factor/);
  await visitor.pressWallet('MetaMask');
  assert.equal((await attempted).status(), 422);
  miasWallet.account.sign = sign;
  await visitor.pressWallet('MetaMask');
  await visitor.isSignedInAs(MIA);
}, { prepare: withWallet('metamask') });

visit('an unknown wallet is an error', async visitor => {
  assert.deepEqual(await failedSignIn(visitor), ['form_identifier_not_found', 'needs_identifier']);
  // <SignIn/> then tries to sign the wallet's owner up, which the instance does not allow.
  await visitor.pressWallet('MetaMask');
  await visitor.isTold('Sign-ups are turned off.');
  assert.deepEqual(miasWallet.messages, []);
  await changeUser(MIA, { web3_wallets: [miasWallet.account.address] });
  await visitor.pressWallet('MetaMask');
  await visitor.isSignedInAs(MIA);
}, {
  prepare: async visitor => {
    await withWallet('metamask')(visitor);
    await changeUser(MIA, { web3_wallets: [] });
  },
});

visit('a browser without a wallet gets an error', async visitor => {
  await visitor.pressWallet('MetaMask');
  await visitor.isTold('A Web3 Wallet extension cannot be found. Please install one to continue.');
}, { prepare: () => turnOn(['metamask']) });

visit('an instance with one kind of wallet signs in', async visitor => {
  await visitor.pressWallet('MetaMask');
  await visitor.isSignedInAs(MIA);
}, { prepare: withWallet('metamask', { kinds: ['metamask'] }) });
