//! Tests that perform random user actions at the demo server, both in memory and over HTTP.

use clerk_sign_in::platform::LocalPasskeys;
use clerk_sign_in::testing::{Action, Person, Walker, actions};
use proptest::prelude::*;
use support::keys::Keys;
use support::{A, G, L, World};
use tokio::runtime::Runtime;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_walks_keep_the_invariants(actions in actions(60), rejects in any::<bool>()) {
        let world = World::memory();
        world.fake.configure(|settings| settings.reject_signed_in_identifiers = rejects);
        let walked = futures::executor::block_on(Walker::new(world.fake.clone(), world.backend).walk(&actions));
        prop_assert!(walked.is_ok(), "{}", walked.unwrap_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_walks_with_passkeys_keep_the_invariants(actions in actions(60), satisfies in any::<bool>()) {
        let world = World::memory();
        world.fake.configure(|settings| {
            settings.passkey_satisfies_second_factor = satisfies;
            settings.reject_signed_in_identifiers = false;
        });
        let walker = Walker::new(world.fake.clone(), world.backend.clone());
        let walked = futures::executor::block_on(walker.with_passkeys(passkeys(&world)).walk(&actions));
        prop_assert!(walked.is_ok(), "{}", walked.unwrap_err());
    }
}

/// Returns an authenticator with a passkey of every demo user.
fn passkeys(world: &World) -> LocalPasskeys {
    let keys = Keys::new(&world.fake);
    for user in [A, G, L] {
        keys.give_passkey_to(&world.fake, user);
    }
    keys.passkeys
}

/// Checks that a walk reaches a passkey's challenge at each stage, and completes the sign-in there.
#[test]
fn walks_with_passkeys_complete_sign_ins() {
    use Action as Do;
    let world = World::memory();
    world.fake.configure(|settings| {
        settings.passkey_satisfies_second_factor = true;
        settings.reject_signed_in_identifiers = false;
    });
    let challenge = [Do::ChallengePasskey, Do::Sign(false), Do::ChooseAnother, Do::ChallengePasskey, Do::Sign(true)];
    let walker = Walker::new(world.fake.clone(), world.backend.clone()).with_passkeys(passkeys(&world));
    let ada = [&[Do::CreateWithPassword(Person::Ada, true)][..], &challenge].concat();
    let grace = [&[Do::CreateWithPassword(Person::Grace, true)][..], &challenge].concat();
    let linus = [&[Do::Create(Person::Linus)][..], &challenge].concat();
    let actions = [ada, grace, linus].concat();
    assert_eq!(futures::executor::block_on(walker.walk(&actions)).unwrap(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn walk_has_the_same_result_over_http_and_in_memory(actions in actions(40)) {
        Runtime::new().unwrap().block_on(async {
            let (memory, http) = (World::memory(), World::http().await);
            // If this URL stayed set, the links of the two servers would contain different addresses.
            http.fake.configure(|settings| settings.public_url = None);
            let in_memory = Walker::new(memory.fake.clone(), memory.backend).walk(&actions).await.unwrap();
            let over_http = Walker::new(http.fake.clone(), http.backend).walk(&actions).await.unwrap();
            assert_eq!(in_memory, over_http);
            assert!(memory.fake.state() == http.fake.state());
        });
    }
}

/// Checks that walks make progress. The invariants alone do not show this, because they also hold if a walk makes no
/// progress.
#[test]
fn walks_complete_sign_ins() {
    use Action as Do;
    let ada = [Do::Create(Person::Ada), Do::Password(false), Do::Password(true), Do::Totp(true)];
    let grace = [Do::CreateWithPassword(Person::Grace, true), Do::SendEmailCode, Do::Verify(false), Do::Verify(true)];
    let linus = [Do::CreateWithEmailCode(Person::Linus), Do::Checkpoint, Do::Resume, Do::Verify(true)];
    let forgot =
        [Do::CreateWithResetCode(Person::Ada), Do::Verify(true), Do::SubmitPassword(false), Do::SubmitPassword(true)];
    let by_link = [
        Do::Create(Person::Grace),
        Do::SendEmailLink,
        Do::WaitForLink(2),
        Do::OpenLink,
        Do::Resume,
        Do::WaitForLink(2),
    ];
    let by_wallet = [Do::ChallengeWallet, Do::Sign(false), Do::Resend, Do::Resume, Do::Sign(true)];
    let by_device = [
        Do::ChallengeTrustedDevice,
        Do::ChallengeWallet,
        Do::ChooseAnother,
        Do::ChallengeTrustedDevice,
        Do::Sign(false),
        Do::ChallengeTrustedDevice,
        Do::Sign(true),
    ];
    let by_no_passkey = [Do::ChallengePasskey, Do::Sign(true), Do::Resend, Do::Checkpoint, Do::StartOver];
    let by_provider =
        [Do::Create(Person::Linus), Do::Sso, Do::GoToProvider(false), Do::Sso, Do::Resume, Do::GoToProvider(true)];
    let by_token =
        [Do::CreateWithIdToken(Person::Linus, false), Do::CreateWithIdToken(Person::Nobody, true), Do::SignUp];
    let known_by_now = [
        Do::RequireCaptcha(true),
        Do::CreateOrSignUp(Person::Nobody),
        Do::SolveCaptcha,
        Do::CreateOrSignUp(Person::Nobody),
        Do::SendEmailCode,
        Do::Verify(true),
        Do::RequireCaptcha(false),
    ];
    let gated = [Do::RequireProtectChecks(2), Do::Totp(true), Do::SubmitProof(true), Do::SubmitProof(true)];
    let world = World::memory();
    world.fake.configure(|settings| settings.reject_signed_in_identifiers = false);
    let walker = Walker::new(world.fake.clone(), world.backend);
    let wait = [Do::Wait(30)];
    let again = [Do::Totp(true), Do::CreateWithPassword(Person::Ada, true), Do::Wait(30), Do::Totp(true)];
    let by_key = [&by_wallet[..], &by_device, &by_no_passkey].concat();
    let actions: Vec<_> = [
        &by_token[..],
        &known_by_now,
        &by_provider,
        &ada,
        &grace,
        &linus,
        &by_link,
        &by_key,
        &forgot,
        &wait,
        &gated,
        &again,
    ]
    .concat();
    assert_eq!(futures::executor::block_on(walker.walk(&actions)).unwrap(), 11);
}
