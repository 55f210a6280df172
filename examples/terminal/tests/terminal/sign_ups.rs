//! Sign-ups with an unknown address or number.

use std::path::Path;

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::fake::{FakeBackend, NewUser, SignUpField};
use clerk_sign_in::platform::TokioTimer;
use clerk_sign_in::server::Server;
use clerk_sign_in::wire::{Answer, Request, Response};

use super::joan::{J, PASSWORD, SIGN_UP, fault, serve, verify, verify_at};
use super::program::{Folder, Program};

#[test]
fn an_unknown_address_signs_up() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    verify(&mut program);
    program.answer(&[SIGN_UP]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("Nobody has an account with joan@example.com."), "{ended:?}");
    assert_eq!(ended.count("Verify that it is yours with"), 1, "{ended:?}");
    assert_eq!(ended.count(". Password"), 1, "a new user has no password: {ended:?}");
    assert_eq!(ended.count("You have verified that joan@example.com is yours"), 1, "{ended:?}");
    assert_eq!((ended.count("── Complete ──"), ended.count("── MissingRequirements ──")), (1, 0), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
    assert!(!Path::new(&folder.file()).exists(), "a finished sign-up leaves no file");
}

#[test]
fn an_unknown_number_signs_up() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["+4930999999", "Password", "a-guess", "Sign up with +4930999999"]);
    program.answer(&["Code by text message to +4930999999", "Text message"]);
    let code = program.mailed_code("+4930999999");
    program.answer(&[&code, "Sign up with +4930999999"]);
    assert!(program.finish().has_active_session());
}

#[tokio::test(flavor = "multi_thread")]
async fn all_required_fields_are_asked_for_and_sent_at_once() {
    use SignUpField::{FirstName, LastName, LegalAccepted, Password, Username};
    let (fake, server) = serve(&[FirstName, LastName, Username, Password, LegalAccepted]).await;
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    verify_at(&fake, &mut program);
    program.answer(&[SIGN_UP, "Joan", "Clarke", "joan", PASSWORD, "Yes"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let wanted = "Still required: first name, last name, user name, password, your consent to the legal terms.";
    assert_eq!(ended.count(wanted), 1, "{ended:?}");
    assert!(ended.stdout.iter().any(|line| line == "Signed in as Joan Clarke."), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
    assert_eq!(fake.user("joan").unwrap().email_addresses, [J]);
}

#[test]
fn each_required_field_is_asked_for_alone() {
    let each = [
        ("first_name", "First name (", "Joan"),
        ("last_name", "Last name (", "Clarke"),
        ("username", "User name (", "joan"),
        ("password", "Password (", PASSWORD),
        ("legal_accepted", "Do you accept the legal terms?", "Yes"),
    ];
    for (field, question, answer) in each {
        let folder = Folder::new();
        let mut program = Program::start(&["--sign-up-requires", field, "--checkpoint", &folder.file()]);
        verify(&mut program);
        program.answer(&[SIGN_UP, answer]);
        let ended = program.finish();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert_eq!(ended.count("── MissingRequirements ──"), 1, "{ended:?}");
        assert_eq!(ended.count(question), 1, "{ended:?}");
    }
}

#[test]
fn only_a_rejected_field_is_asked_again() {
    let folder = Folder::new();
    let wanted = ["--sign-up-requires", "first_name,password,username", "--checkpoint", &folder.file()];
    let mut program = Program::start(&wanted);
    verify(&mut program);
    // The program checks some rules itself, and the server checks the others. The user name `mary` is already taken.
    program.answer(&[SIGN_UP, "Joan", "short", J, "mary", PASSWORD, "joan"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("A password has 8 characters or more."), "{ended:?}");
    assert!(ended.stderr.contains("A password is not what the user signs in with."), "{ended:?}");
    assert!(ended.stderr.contains("User name: This is already taken."), "{ended:?}");
    let asked = ["First name (", "User name (", "Password ("].map(|question| ended.count(question));
    assert_eq!(asked, [1, 2, 3], "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_broken_password_rule_is_shown() {
    let (fake, server) = serve(&[SignUpField::Password]).await;
    fake.configure(|settings| {
        settings.password_settings.require_numbers = true;
        settings.password_settings.require_uppercase = true;
        settings.password_settings.disable_hibp = false;
        settings.pwned_passwords.push("Password-1".to_owned());
    });
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    verify_at(&fake, &mut program);
    program.answer(&[SIGN_UP, "short", "Password-1", "Wind-tunnel-at-mach-2"]);
    let ended = program.finish();
    let broken = "A password has 8 characters or more, has a letter from A to Z, has a digit.";
    assert!(ended.stderr.contains(broken), "{ended:?}");
    assert!(ended.stderr.contains("A password does not appear in a known data breach."), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_sign_up_needs_the_legal_terms_accepted() {
    let folder = Folder::new();
    let mut program = Program::start(&["--sign-up-requires", "legal_accepted", "--checkpoint", &folder.file()]);
    verify(&mut program);
    program.answer(&[SIGN_UP, "No", "Start over", J, "Password", "a-guess"]);
    let ended = program.finish();
    assert!(ended.stderr.contains("Nobody can sign up here without accepting them."), "{ended:?}");
    assert_eq!(ended.stderr.matches("Nobody has an account with joan@example.com.").count(), 2, "{ended:?}");
}

#[test]
fn an_instance_without_sign_ups_says_so() {
    let folder = Folder::new();
    let mut program = Program::start(&["--no-sign-ups", "--checkpoint", &folder.file()]);
    program.answer(&[J, "Code by email", SIGN_UP]);
    // A user name alone is never enough to sign up.
    program.answer(&["joan", "Show me what this account has"]);
    program.answer(&[J, "Code by email", "Type another", "linus+clerk_test@example.com", "Code by email", "424242"]);
    let ended = program.finish();
    assert!(ended.stderr.contains("This instance does not allow sign-ups with this."), "{ended:?}");
    assert!(ended.stderr.contains("To sign up, type an email address or a phone number."), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ups_that_were_turned_off_meanwhile_are_explained() {
    let (fake, server) = serve(&[]).await;
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    verify_at(&fake, &mut program);
    fake.configure(|settings| settings.sign_ups = false);
    program.answer(&[SIGN_UP, "linus+clerk_test@example.com", "Code by email", "424242"]);
    let ended = program.finish();
    assert!(ended.stderr.contains("This instance does not allow sign-ups."), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn hidden_identifiers_still_allow_sign_ups() {
    for (address, is_new) in [("joan+clerk_test@example.com", true), ("linus+clerk_test@example.com", false)] {
        let folder = Folder::new();
        let mut program = Program::start(&["--hide-identifiers", "--checkpoint", &folder.file()]);
        program.answer(&[address, "Sign in, or sign up if nobody has it", &format!("Code by email to {address}")]);
        program.answer(&["424242"]);
        if is_new {
            program.answer(&[&format!("Sign up with {address}")]);
        }
        let ended = program.finish();
        assert!(ended.has_active_session(), "{ended:?}");
        assert_eq!(ended.count("── Transferable ──"), usize::from(is_new), "{ended:?}");
    }
}

#[test]
fn a_captcha_is_solved_before_a_sign_up() {
    let folder = Folder::new();
    let mut program = Program::start(&["--captcha", "--checkpoint", &folder.file()]);
    program.answer(&[J, "Sign in, or sign up if nobody has it", "solved"]);
    program.answer(&["", "Code by email", SIGN_UP, "Code by email to joan@example.com"]);
    let code = program.mailed_code(J);
    program.answer(&[&code, SIGN_UP]);
    let ended = program.finish();
    assert!(ended.has_active_session(), "{ended:?}");
    assert_eq!(ended.count("The captcha is solved"), 1, "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_is_solved_at_the_step_that_signs_up() {
    let (fake, server) = serve(&[SignUpField::Username]).await;
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    verify_at(&fake, &mut program);
    fake.configure(|settings| settings.captcha_required = true);
    program.answer(&[SIGN_UP, "solved", SIGN_UP]);
    program.read_until("── MissingRequirements ──");
    fault(
        &server,
        r#"{ "on": "PATCH /v1/client/sign_ups/*", "then": { "reject": { "status": 401, "code": "requires_captcha" } } }"#,
    )
    .await;
    program.answer(&["joan", "solved", "Sign up with that"]);
    let ended = program.finish();
    assert!(ended.has_active_session(), "{ended:?}");
    assert_eq!(ended.count("The captcha is solved"), 2, "{ended:?}");
    assert_eq!(ended.count("User name ("), 1, "the user name is not asked for again: {ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsupported_field_is_explained_and_not_asked_for() {
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    let server = Server::bind("127.0.0.1:0", WantsMore(fake.clone())).await.unwrap().spawn();
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    verify_at(&fake, &mut program);
    fake.configure(|settings| settings.sign_up_required = vec![SignUpField::FirstName]);
    program.answer(&[SIGN_UP, "Ask the server again", "Start over"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.count("Still required: first name, shoe size."), 2, "{ended:?}");
    assert_eq!(ended.count("This program cannot ask for: shoe size."), 2, "{ended:?}");
    assert_eq!(ended.count("First name ("), 0, "it would not help: {ended:?}");
}

/// An instance that requires a field that this program does not know.
#[derive(Debug)]
struct WantsMore(FakeBackend);

#[async_trait]
impl Backend for WantsMore {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let mut response = self.0.call(context, request).await?;
        if let Ok(Answer::SignUpAttempt(attempt)) = &mut response.result {
            attempt.missing_fields.push("shoe_size".into());
        }
        Ok(response)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_taken_meanwhile_signs_in() {
    for is_begun in [false, true] {
        let (fake, server) = serve(&[SignUpField::Username]).await;
        let folder = Folder::new();
        let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
        verify_at(&fake, &mut program);
        if is_begun {
            program.answer(&[SIGN_UP]);
            program.read_until("── MissingRequirements ──");
        }
        fake.add_user(NewUser::new(J).name("Joan", "Clarke")).unwrap();
        program.answer(&[if is_begun { "joan" } else { SIGN_UP }, "Sign in with it"]);
        let ended = program.finish();
        assert!(ended.stderr.contains("There is an account with joan@example.com by now."), "{ended:?}");
        assert!(ended.stdout.iter().any(|line| line == "Signed in as Joan Clarke."), "{ended:?}");
        assert!(ended.has_active_session(), "{ended:?}");
    }
}

#[test]
fn a_required_phone_number_is_asked_for_and_verified() {
    let folder = Folder::new();
    let wanted = ["--sign-up-requires", "phone_number", "--checkpoint", &folder.file()];
    let mut program = Program::start(&wanted);
    verify(&mut program);
    program.answer(&[SIGN_UP, "+4930999998", "Correct the phone number", "+4930999999", "Send a code to +4930999999"]);
    let code = program.mailed_code("+4930999999");
    program.answer(&[&code]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.count("Still required: phone number."), 1, "{ended:?}");
    assert_eq!(ended.count("+4930999998 is not verified yet."), 1, "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}
