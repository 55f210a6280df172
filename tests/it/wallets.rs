//! Sign-in with wallets. The tests use real keys. Each flow runs in memory and over HTTP.

use std::time::Duration;

use clerk_sign_in::fake::{NewUser, NewUserError, Scripted, UserAccess};
use clerk_sign_in::platform::{CapabilityError, LocalWallet, Wallet, WalletProvider, WalletRequest};
use clerk_sign_in::wire::{ErrorCode, Factor, Secret, Status, Strategy, VerificationStatus};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterSecondFactor, AnySignIn, Client, ErrorKind, Finalized, NeedsFirstFactor,
    Resumed, SignIn, WalletChallenged,
};
use support::keys::NotingWallet;
use support::{World, codes, moved, over_every_identity, reached, stayed, take};

over_every_identity! {
    every_kind_of_wallet_signs_in,
    wallet_signs_in_after_the_identifier,
    address_case_does_not_matter,
    second_factor_follows_a_wallet,
    message_follows_the_standard,
    solana_message_names_its_chain,
    wrong_key_is_rejected_and_the_right_one_works,
    signature_of_another_message_is_rejected,
    second_wallet_of_the_same_kind_can_be_chosen,
    wallet_is_told_who_has_to_sign,
    signature_of_another_chain_is_rejected,
    invalid_signature_is_rejected,
    signature_works_once,
    expired_message_can_be_replaced,
    too_many_wrong_signatures_require_a_new_message,
    failing_wallet_sends_nothing,
    cancelled_coinbase_wallet_is_asked_once_more,
    other_kind_of_wallet_fails_without_a_call,
    message_survives_choosing_another_factor,
    unknown_wallet_is_rejected,
    enumeration_protection_challenges_an_unknown_wallet,
    instance_without_wallets_rejects_them,
    barred_user_is_rejected,
    message_is_found_after_a_restart,
    gate_comes_before_the_message,
}

const KEY: [u8; 32] = [7; 32];
const OTHER_KEY: [u8; 32] = [8; 32];

fn metamask() -> LocalWallet {
    LocalWallet::new(WalletProvider::Metamask, &KEY).unwrap()
}

fn phantom() -> LocalWallet {
    LocalWallet::new(solana(), &KEY).unwrap()
}

fn solana() -> WalletProvider {
    WalletProvider::Solana { wallet_name: "Phantom".to_owned() }
}

async fn address(wallet: &impl Wallet) -> String {
    wallet.address().await.unwrap()
}

/// Adds a user with these wallets, and returns the address of the first wallet.
async fn owner(world: &World, wallets: &[&LocalWallet]) -> String {
    let mut user = NewUser::new("satoshi@example.com").name("Satoshi", "N.").password("genesis-block");
    for wallet in wallets {
        user = user.web3_wallet(address(*wallet).await);
    }
    world.fake.add_user(user).unwrap();
    address(wallets[0]).await
}

async fn challenged(client: &Client, wallet: &LocalWallet) -> SignIn<WalletChallenged> {
    client.sign_in().challenge_wallet(&wallet.provider(), &address(wallet).await).await.unwrap()
}

async fn every_kind_of_wallet_signs_in(world: World) {
    owner(&world, &[&metamask(), &phantom()]).await;
    let ethereum = [
        WalletProvider::Metamask,
        WalletProvider::Base,
        WalletProvider::CoinbaseWallet,
        WalletProvider::OkxWallet,
        solana(),
    ];
    for provider in ethereum {
        let client = world.client();
        let wallet = LocalWallet::new(provider.clone(), &KEY).unwrap();
        let challenged = challenged(&client, &wallet).await;
        assert_eq!(challenged.strategy(), provider.strategy());
        let done = take!(challenged.verify_with(&wallet).await.unwrap(), AfterFirstFactor::Complete);
        let session = take!(done.finalize().await.unwrap(), Finalized::Active);
        assert_eq!(session.session().user.as_ref().unwrap().first_name.as_deref(), Some("Satoshi"));
        assert_eq!(client.snapshot().unwrap().last_authentication_strategy, Some(provider.strategy()));
    }
}

async fn wallet_signs_in_after_the_identifier(world: World) {
    let address = owner(&world, &[&metamask()]).await;
    let first = take!(world.client().sign_in().create(&address).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let listed = |strategy: Strategy| {
        let mut factors = first.supported_first_factors().iter();
        factors.find(|factor| factor.strategy == strategy).cloned()
    };
    let Factor { safe_identifier, web3_wallet_id, .. } = listed(Strategy::Web3MetamaskSignature).unwrap();
    assert_eq!(safe_identifier.as_deref(), Some(address.as_str()));
    assert!(web3_wallet_id.is_some() && listed(Strategy::Web3SolanaSignature).is_none());
    let challenged = first.challenge_wallet(&WalletProvider::Metamask).await.unwrap();
    reached!(challenged.verify_with(&metamask()).await.unwrap(), AfterFirstFactor::Complete);
}

async fn address_case_does_not_matter(world: World) {
    let address = owner(&world, &[&metamask()]).await;
    assert_ne!(address, address.to_lowercase(), "the address has a checksum");
    let lower = address.to_lowercase();
    let challenged = world.client().sign_in().challenge_wallet(&WalletProvider::Metamask, &lower).await.unwrap();
    assert!(challenged.message().contains(&address), "the message contains the checksummed address");
    reached!(challenged.verify_with(&metamask()).await.unwrap(), AfterFirstFactor::Complete);
    let twice = world.fake.add_user(NewUser::default().web3_wallet(lower));
    assert!(matches!(twice, Err(NewUserError::IdentifierTaken(_))), "{twice:?}");
    let wrong = world.fake.add_user(NewUser::default().web3_wallet("0x123"));
    assert!(matches!(wrong, Err(NewUserError::Web3Wallet(_))), "{wrong:?}");
}

async fn second_factor_follows_a_wallet(world: World) {
    let wallet = metamask();
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR";
    let user = NewUser::new("s@example.com").web3_wallet(address(&wallet).await).totp_secret(secret);
    world.fake.add_user(user).unwrap();
    let challenged = challenged(&world.client(), &wallet).await;
    let second = take!(challenged.verify_with(&wallet).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
    let code = world.fake.totp_code("s@example.com").unwrap();
    reached!(second.verify_totp(&code).await.unwrap(), AfterSecondFactor::Complete);
}

/// Parses and verifies the message with the library that the authors of the standard wrote.
async fn message_follows_the_standard(world: World) {
    let address = owner(&world, &[&metamask()]).await;
    let challenged = challenged(&world.client(), &metamask()).await;
    let message: siwe::Message = challenged.message().parse().unwrap();
    assert_eq!(message.domain.as_str(), "fake.clerk.accounts.dev");
    assert_eq!((message.chain_id, siwe::eip55(&message.address)), (1, address));
    let verification = challenged.verification().unwrap();
    assert_eq!(verification.nonce.as_deref(), Some(message.nonce.as_str()));
    let signature = signature_of(&metamask(), challenged.message()).await;
    let bytes: [u8; 65] = hex(signature.expose()).try_into().unwrap();
    message.verify_eip191(&bytes).unwrap();
}

async fn signature_of(wallet: &LocalWallet, message: &str) -> Secret {
    wallet.sign_message(WalletRequest::new(message, &wallet.provider())).await.unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.strip_prefix("0x").unwrap().as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

async fn solana_message_names_its_chain(world: World) {
    let address = owner(&world, &[&phantom()]).await;
    let challenged = challenged(&world.client(), &phantom()).await;
    let begins = format!("fake.clerk.accounts.dev wants you to sign in with your Solana account:\n{address}\n");
    assert!(challenged.message().starts_with(&begins), "{}", challenged.message());
}

async fn wrong_key_is_rejected_and_the_right_one_works(world: World) {
    owner(&world, &[&metamask(), &phantom()]).await;
    for provider in [WalletProvider::Metamask, solana()] {
        let (right, wrong) = (LocalWallet::new(provider.clone(), &KEY), LocalWallet::new(provider, &OTHER_KEY));
        let challenged = challenged(&world.client(), right.as_ref().unwrap()).await;
        let (error, challenged) = stayed!(challenged.verify_with(&wrong.unwrap()).await);
        assert_eq!(codes(&error), [ErrorCode::FormIncorrectSignature]);
        assert!(error.is_about("signature"));
        reached!(challenged.verify_with(&right.unwrap()).await.unwrap(), AfterFirstFactor::Complete);
    }
}

async fn second_wallet_of_the_same_kind_can_be_chosen(world: World) {
    let second = LocalWallet::new(WalletProvider::Metamask, &OTHER_KEY).unwrap();
    owner(&world, &[&metamask(), &second]).await;
    let outcome = world.client().sign_in().create("satoshi@example.com").await.unwrap();
    let first = take!(outcome, AfterCreate::NeedsFirstFactor);
    let factors = first.supported_first_factors().to_vec();
    let own = address(&second).await;
    let is_metamask = |factor: &&Factor| factor.strategy == Strategy::Web3MetamaskSignature;
    let chosen = factors.iter().filter(is_metamask).find(|it| it.safe_identifier.as_deref() == Some(&own)).unwrap();
    let (error, first) = stayed!(first.challenge_wallet_of(&Factor::new(Strategy::Password)).await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { .. }), "{error}");
    let challenged = first.challenge_wallet_of(chosen).await.unwrap();
    assert!(challenged.message().contains(&own));
    assert_eq!(challenged.wallet(), Some(chosen));
    // Another message is for the same wallet.
    let challenged = challenged.challenge_again().await.unwrap();
    assert!(challenged.message().contains(&own));
    reached!(challenged.verify_with(&second).await.unwrap(), AfterFirstFactor::Complete);
}

async fn wallet_is_told_who_has_to_sign(world: World) {
    let address = owner(&world, &[&phantom()]).await;
    let wallet = NotingWallet::new(phantom());
    let from_the_start = challenged(&world.client(), &phantom()).await;
    reached!(from_the_start.verify_with(&wallet).await.unwrap(), AfterFirstFactor::Complete);
    let outcome = world.client().sign_in().create("satoshi@example.com").await.unwrap();
    let first = take!(outcome, AfterCreate::NeedsFirstFactor);
    let challenged = first.challenge_wallet(&solana()).await.unwrap();
    reached!(challenged.verify_with(&wallet).await.unwrap(), AfterFirstFactor::Complete);
    let asked: Vec<_> = wallet.take_asked().into_iter().map(|(_, provider, address)| (provider, address)).collect();
    let expected = (solana(), Some(address));
    assert_eq!(asked, [expected.clone(), expected]);
}

async fn signature_of_another_message_is_rejected(world: World) {
    owner(&world, &[&metamask(), &phantom()]).await;
    for wallet in [metamask(), phantom()] {
        let challenged = challenged(&world.client(), &wallet).await;
        let tampered = challenged.message().replace("fake.clerk", "evil.clerk");
        let signature = signature_of(&wallet, &tampered).await;
        let (error, challenged) = stayed!(challenged.verify_signature(signature.expose()).await);
        assert_eq!(codes(&error), [ErrorCode::FormIncorrectSignature]);
        reached!(challenged.verify_with(&wallet).await.unwrap(), AfterFirstFactor::Complete);
    }
}

async fn signature_of_another_chain_is_rejected(world: World) {
    owner(&world, &[&metamask(), &phantom()]).await;
    // This signature is for a message that names a test network.
    let client = world.client();
    let on_main_net = challenged(&client, &metamask()).await;
    let message = on_main_net.message().replace("Chain ID: 1", "Chain ID: 11155111");
    let signature = signature_of(&metamask(), &message).await;
    let (error, on_main_net) = stayed!(on_main_net.verify_signature(signature.expose()).await);
    assert_eq!(codes(&error), [ErrorCode::FormIncorrectSignature]);
    // This signature comes from the same user's account on the other chain.
    let signature = signature_of(&phantom(), on_main_net.message()).await;
    let (error, _) = stayed!(on_main_net.verify_signature(signature.expose()).await);
    assert_eq!(codes(&error), [ErrorCode::FormIncorrectSignature]);
    // No account on Solana has this Ethereum address.
    let ethereum = address(&metamask()).await;
    let (error, _) = stayed!(client.sign_in().challenge_wallet(&solana(), &ethereum).await.map(drop));
    assert_eq!(codes(&error), [ErrorCode::StrategyForUserInvalid]);
}

async fn invalid_signature_is_rejected(world: World) {
    owner(&world, &[&metamask(), &phantom()]).await;
    for wallet in [metamask(), phantom()] {
        let mut challenged = challenged(&world.client(), &wallet).await;
        for signature in ["0x", "nonsense", "0xzz", &"0x00".repeat(70)] {
            let (error, again) = stayed!(challenged.verify_signature(signature).await);
            assert_eq!(codes(&error), [ErrorCode::FormIncorrectSignature], "{signature}");
            challenged = again;
        }
        let (error, challenged) = stayed!(challenged.verify_signature("").await);
        assert_eq!(codes(&error), [ErrorCode::FormParamNil], "an empty answer does not count");
        reached!(challenged.verify_with(&wallet).await.unwrap(), AfterFirstFactor::Complete);
    }
}

async fn signature_works_once(world: World) {
    let address = owner(&world, &[&metamask()]).await;
    let client = world.client();
    let challenged = challenged(&client, &metamask()).await;
    let signature = signature_of(&metamask(), challenged.message()).await;
    let id = challenged.id().to_owned();
    reached!(challenged.verify_signature(signature.expose()).await.unwrap(), AfterFirstFactor::Complete);
    client.sign_out().await.unwrap();
    let again = client.sign_in().challenge_wallet(&WalletProvider::Metamask, &address).await.unwrap();
    assert_ne!(again.id(), id);
    let (error, _) = stayed!(again.verify_signature(signature.expose()).await);
    assert_eq!(codes(&error), [ErrorCode::FormIncorrectSignature], "the signature is for another message");
}

async fn expired_message_can_be_replaced(world: World) {
    owner(&world, &[&metamask()]).await;
    let challenged = challenged(&world.client(), &metamask()).await;
    let (old, expires_at) = (challenged.message().to_owned(), challenged.expires_at());
    world.fake.advance(Duration::from_secs(10 * 60));
    let (error, over) = moved!(challenged.verify_with(&metamask()).await);
    assert_eq!(codes(&error), [ErrorCode::VerificationExpired]);
    let first = take!(over, AnySignIn::NeedsFirstFactor);
    assert_eq!(first.first_factor_verification().unwrap().status, Some(VerificationStatus::Expired));
    let challenged = first.challenge_wallet(&WalletProvider::Metamask).await.unwrap();
    assert_ne!(challenged.message(), old);
    assert!(challenged.expires_at() > expires_at);
    reached!(challenged.verify_with(&metamask()).await.unwrap(), AfterFirstFactor::Complete);
}

async fn too_many_wrong_signatures_require_a_new_message(world: World) {
    owner(&world, &[&metamask()]).await;
    let mut challenged = challenged(&world.client(), &metamask()).await;
    let wrong = LocalWallet::new(WalletProvider::Metamask, &OTHER_KEY).unwrap();
    let (error, over) = loop {
        match challenged.verify_with(&wrong).await {
            Err(clerk_sign_in::StepError::Stayed { error, sign_in }) => {
                assert_eq!(codes(&error), [ErrorCode::FormIncorrectSignature]);
                challenged = sign_in;
            }
            step => break moved!(step),
        }
    };
    assert_eq!(codes(&error), [ErrorCode::VerificationFailed]);
    let first = take!(over, AnySignIn::NeedsFirstFactor);
    assert_eq!(first.first_factor_verification().unwrap().status, Some(VerificationStatus::Failed));
    let first = first.wallet_challenged().expect_err("no wallet is asked to sign an empty message");
    let challenged = first.challenge_wallet(&WalletProvider::Metamask).await.unwrap();
    reached!(challenged.verify_with(&metamask()).await.unwrap(), AfterFirstFactor::Complete);
}

async fn failing_wallet_sends_nothing(world: World) {
    owner(&world, &[&metamask()]).await;
    let mut challenged = challenged(&world.client(), &metamask()).await;
    let before = world.fake.state();
    let wallet = Scripted::new(
        metamask(),
        [
            Err(CapabilityError::Cancelled),
            Err(CapabilityError::unavailable("no wallet is installed")),
            Err(CapabilityError::failed("the wallet crashed")),
        ],
    );
    let mut errors = Vec::new();
    while wallet.left() > 0 {
        let (error, again) = stayed!(challenged.verify_with(&wallet).await);
        errors.push(error);
        challenged = again;
    }
    assert!(before == world.fake.state(), "the server got no request");
    let kinds: Vec<_> = errors.iter().map(|error| take!(error.kind(), ErrorKind::Capability)).collect();
    assert!(matches!(
        kinds[..],
        [CapabilityError::Cancelled, CapabilityError::Unavailable(_), CapabilityError::Failed(_)]
    ));
    assert!(errors[0].is_cancelled() && !errors[1].is_cancelled() && !errors[2].is_cancelled());
    reached!(challenged.verify_with(&wallet).await.unwrap(), AfterFirstFactor::Complete);
}

async fn cancelled_coinbase_wallet_is_asked_once_more(world: World) {
    let coinbase = || LocalWallet::new(WalletProvider::CoinbaseWallet, &KEY).unwrap();
    owner(&world, &[&coinbase()]).await;
    let once = Scripted::new(coinbase(), [Err(CapabilityError::Cancelled)]);
    let asked = challenged(&world.client(), &coinbase()).await;
    reached!(asked.verify_with(&once).await.unwrap(), AfterFirstFactor::Complete);

    let twice = Scripted::new(coinbase(), [Err(CapabilityError::Cancelled), Err(CapabilityError::Cancelled)]);
    let asked = challenged(&world.client(), &coinbase()).await;
    let (error, _) = stayed!(asked.verify_with(&twice).await);
    assert!(error.is_cancelled() && twice.left() == 0);
}

async fn other_kind_of_wallet_fails_without_a_call(world: World) {
    owner(&world, &[&metamask(), &phantom()]).await;
    let challenged = challenged(&world.client(), &metamask()).await;
    let before = world.fake.state();
    let (error, _) = stayed!(challenged.verify_with(&phantom()).await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::Web3SolanaSignature }), "{error}");
    assert!(before == world.fake.state());
}

async fn message_survives_choosing_another_factor(world: World) {
    owner(&world, &[&metamask()]).await;
    let challenged = challenged(&world.client(), &metamask()).await;
    let message = challenged.message().to_owned();
    let first: SignIn<NeedsFirstFactor> = challenged.choose_another();
    let (_, first) = stayed!(first.password("wrong").await);
    let challenged = first.wallet_challenged().unwrap_err().challenge_wallet(&WalletProvider::Metamask).await.unwrap();
    assert_ne!(challenged.message(), message, "the attempted password replaced the message");
    let challenged = challenged.choose_another().wallet_challenged().unwrap();
    reached!(challenged.verify_with(&metamask()).await.unwrap(), AfterFirstFactor::Complete);
}

async fn unknown_wallet_is_rejected(world: World) {
    let address = address(&metamask()).await;
    let step = world.client().sign_in().challenge_wallet(&WalletProvider::Metamask, &address).await;
    let (error, _) = stayed!(step);
    assert_eq!(codes(&error), [ErrorCode::FormIdentifierNotFound]);
}

async fn enumeration_protection_challenges_an_unknown_wallet(world: World) {
    world.fake.configure(|settings| settings.hide_unknown_identifiers = true);
    for wallet in [metamask(), phantom()] {
        let challenged = challenged(&world.client(), &wallet).await;
        assert!(challenged.message().contains(&address(&wallet).await));
        let (error, _) = stayed!(challenged.verify_with(&wallet).await);
        assert_eq!(codes(&error), [ErrorCode::FormIncorrectSignature]);
    }
}

async fn instance_without_wallets_rejects_them(world: World) {
    let address = owner(&world, &[&metamask()]).await;
    world.fake.configure(|settings| settings.web3_strategies = vec![Strategy::Web3BaseSignature]);
    let (error, _) = stayed!(world.client().sign_in().challenge_wallet(&WalletProvider::Metamask, &address).await);
    assert_eq!(codes(&error), [ErrorCode::StrategyForUserInvalid]);
    let first = take!(world.client().sign_in().create(&address).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let (error, first) = stayed!(first.challenge_wallet(&WalletProvider::OkxWallet).await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { .. }), "{error}");
    drop(first.challenge_wallet(&WalletProvider::Base).await.unwrap());
}

async fn barred_user_is_rejected(world: World) {
    owner(&world, &[&metamask()]).await;
    let challenged = challenged(&world.client(), &metamask()).await;
    let id = world.fake.users().into_iter().find(|user| !user.web3_wallets.is_empty()).unwrap().id;
    let mut change = clerk_sign_in::fake::UserChange::default();
    change.access = Some(UserAccess::Banned);
    world.fake.change_user(&id, change).unwrap();
    let (error, _) = stayed!(challenged.verify_with(&metamask()).await);
    assert_eq!(codes(&error), [ErrorCode::UserBanned]);
}

async fn message_is_found_after_a_restart(world: World) {
    owner(&world, &[&metamask()]).await;
    let client = world.client();
    let message = challenged(&client, &metamask()).await.message().to_owned();
    let found = take!(client.resume().await.unwrap(), Resumed::Attempt);
    let found = take!(found, AnySignIn::WalletChallenged);
    assert_eq!((found.message(), found.state_name()), (message.as_str(), "WalletChallenged"));
    let restored = take!(client.restore(found.checkpoint()).unwrap(), AnySignIn::WalletChallenged);
    let aside = restored.choose_another();
    reached!(client.restore(aside.checkpoint()).unwrap(), AnySignIn::NeedsFirstFactor);
    let back = aside.wallet_challenged().unwrap();
    reached!(back.verify_with(&metamask()).await.unwrap(), AfterFirstFactor::Complete);
}

async fn gate_comes_before_the_message(world: World) {
    let address = owner(&world, &[&metamask()]).await;
    world.fake.require_protect_checks(1);
    let step = world.client().sign_in().challenge_wallet(&WalletProvider::Metamask, &address).await;
    let Err(clerk_sign_in::StepError::Moved { sign_in, .. }) = step else { panic!("the step was not gated") };
    let gate = take!(sign_in, AnySignIn::NeedsProtectCheck);
    let proof =
        clerk_sign_in::fake::FakeBackend::proof_for(gate.protect_check().unwrap().token.as_ref().unwrap().expose());
    let first = take!(gate.submit_proof(&proof).await.unwrap(), AnySignIn::NeedsFirstFactor);
    assert_eq!(first.status(), Some(&Status::NeedsFirstFactor));
    let challenged = first.challenge_wallet(&WalletProvider::Metamask).await.unwrap();
    reached!(challenged.verify_with(&metamask()).await.unwrap(), AfterFirstFactor::Complete);
}
