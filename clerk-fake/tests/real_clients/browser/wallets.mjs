// Wallets as browser extensions offer them to pages. Each wallet has its own key, which signs here, outside the browser.
import { generateKeyPairSync, sign } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PACKAGES } from '../controls.mjs';

const require = createRequire(path.join(PACKAGES, 'wallets/package.json'));
export const { addr, eip191Signer } = require('micro-eth-signer');
const { base58 } = require('@scure/base');

/** An Ethereum account. It signs as EIP-191 specifies, in hex. */
export function ethereum() {
  const { address, privateKey } = addr.random();
  return { address, sign: message => eip191Signer.sign(message, privateKey) };
}

/** A Solana account, whose address is its public key. It signs in base64. */
export function solana() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const address = base58.encode(Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url'));
  return { address, sign: message => sign(null, message, privateKey).toString('base64') };
}

/** The error of a provider whose user declines (EIP-1193). */
const REJECTED = { code: 4001, message: 'User rejected the request.' };

/**
 * Gives the browser this wallet (`metamask`, `okx_wallet`, `coinbase_wallet`, `base` or `solana`) with this account.
 * Its user declines `rejections` times, and then signs.
 */
export async function wallet(visitor, kind, account) {
  const shown = { messages: [], rejections: 0, account };
  await visitor.page.exposeFunction('askWallet', hex => {
    const message = Buffer.from(hex.replace(/^0x/, ''), 'hex');
    shown.messages.push(message.toString());
    if (shown.rejections > 0) {
      shown.rejections -= 1;
      return { error: REJECTED };
    }
    return { signature: shown.account.sign(message) };
  });
  await visitor.page.addInitScript(installs, [kind, account.address]);
  return shown;
}

/** Runs in the page, before the page's own scripts. */
function installs([kind, address]) {
  async function signed(hex) {
    const { signature, error } = await window.askWallet(hex);
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    return signature;
  }

  const provider = {
    async request({ method, params }) {
      if (method === 'eth_requestAccounts') return [address];
      if (method !== 'personal_sign' || params[1] !== address) throw new Error(`${method} ${params}`);
      return signed(params[0]);
    },
  };

  // EIP-6963: a wallet announces itself, and does so again on request.
  function announces(name) {
    const detail = Object.freeze({ info: { uuid: crypto.randomUUID(), name, icon: '', rdns: 'test' }, provider });
    const announce = () => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
    window.addEventListener('eip6963:requestProvider', announce);
    announce();
  }

  // The wallet standard, which Solana wallets follow.
  function registers(name) {
    const account = { address, publicKey: new Uint8Array(32), chains: ['solana:mainnet'], features: [] };
    const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
    const bytes = base64 => Uint8Array.from(atob(base64), character => character.charCodeAt(0));
    const wallet = {
      version: '1.0.0',
      name,
      icon: 'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=',
      chains: ['solana:mainnet'],
      accounts: [],
      features: {
        'standard:connect': {
          version: '1.0.0',
          async connect() {
            wallet.accounts = [account];
            return { accounts: wallet.accounts };
          },
        },
        'standard:events': { version: '1.0.0', on: () => () => {} },
        'solana:signMessage': {
          version: '1.0.0',
          signMessage: async ({ message }) => [{ signedMessage: message, signature: bytes(await signed(hex(message))) }],
        },
        // The components list only wallets that have this feature.
        'solana:signTransaction': { version: '1.0.0', supportedTransactionVersions: ['legacy'] },
      },
    };
    const register = ({ detail: api }) => api.register(wallet);
    window.addEventListener('wallet-standard:app-ready', register);
    const detail = api => api.register(wallet);
    window.dispatchEvent(new CustomEvent('wallet-standard:register-wallet', { detail }));
  }

  if (kind === 'metamask') announces('MetaMask');
  if (kind === 'okx_wallet') announces('OKX Wallet');
  if (kind === 'coinbase_wallet') window.coinbaseWalletExtension = provider;
  // The client's library for Base accounts opens its own window, unless the browser is the wallet.
  if (kind === 'base') window.ethereum = { ...provider, isCoinbaseBrowser: true };
  if (kind === 'solana') registers('Phantom');
}
