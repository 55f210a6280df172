//! The menu that appears after a sign-in. If the answers come from a pipe, the menu appears only if there is another
//! line of input.

use std::fs;
use std::path::Path;

use clerk_sign_in::fake::{LINUS as LINUS_OF_THE_DEMO, NewOrganization};

use super::joan;
use super::program::{Folder, Program, serve};

const LINUS: [&str; 3] = ["linus+clerk_test@example.com", "Code by email", "424242"];
const STAY: &str = "Leave, and stay signed in";

#[test]
fn the_session_token_is_shown_with_its_expiry() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&LINUS);
    program.answer(&["Show a session token"]);
    program.read_until("Session token, for the app's own backend:");
    let token = program.read_until(".");
    assert_eq!(token.split('.').count(), 3, "{token}");
    program.read_until("It expires in 60 seconds.");
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!Path::new(&folder.file()).exists(), "the session is kept only if the user wants it: {ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_session_is_used_at_the_next_start() {
    let server = serve().await;
    for at in [&[][..], &["--url", server.url()]] {
        let folder = Folder::new();
        let checkpoint = folder.file();
        let arguments = [at, &["--checkpoint", &checkpoint]].concat();
        let mut program = Program::start(&arguments);
        program.answer(&LINUS);
        program.answer(&[STAY]);
        let ended = program.finish();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.stderr.contains(&checkpoint), "{ended:?}");
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&checkpoint).unwrap());
            assert_eq!(mode & 0o777, 0o600);
        }

        // The server replaces the client's token at every start. The second start shows that the program saved the new
        // token.
        for _ in 0..2 {
            let ended = Program::start(&arguments).finish();
            assert_eq!(ended.code, Some(0), "{ended:?}");
            assert_eq!(ended.count("Signed in as Linus Torvalds."), 1, "{ended:?}");
            assert!(ended.has_active_session(), "{ended:?}");
        }

        let mut program = Program::start(&arguments);
        program.answer(&["Sign out"]);
        let ended = program.finish();
        assert_eq!(ended.code, Some(0), "signing out is what the user wanted: {ended:?}");
        assert_eq!(ended.count("Signed out."), 1, "{ended:?}");
        assert!(!Path::new(&checkpoint).exists(), "{ended:?}");
    }
}

#[test]
fn a_client_that_signed_out_is_still_known() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    let grace = ["grace@example.com", "Password", "nanosecond-of-wire"];
    program.answer(&grace);
    program.answer(&["Code by email to grace@example.com"]);
    let code = program.mailed_code("grace@example.com");
    program.answer(&[&code, "Sign out"]);
    program.answer(&grace);
    program.read_until("Signed out.");
    let ended = program.finish();
    assert_eq!(ended.count("── NeedsClientTrust ──"), 1, "only the first time: {ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_session_that_has_ended_is_explained() {
    let (server, folder) = (serve().await, Folder::new());
    let arguments = ["--url", server.url(), "--checkpoint", &folder.file()];
    let mut program = Program::start(&arguments);
    program.answer(&LINUS);
    program.answer(&[STAY]);
    assert_eq!(program.finish().code, Some(0));
    let kept = fs::read(folder.file()).unwrap();
    let mut program = Program::start(&arguments);
    program.answer(&["Sign out"]);
    assert_eq!(program.finish().code, Some(0));

    fs::write(folder.file(), kept).unwrap();
    let mut program = Program::start(&arguments);
    program.answer(&LINUS);
    program.read_until("The kept session has ended.");
    assert!(program.finish().has_active_session());
}

#[test]
fn a_kept_session_survives_a_server_that_is_down() {
    let folder = Folder::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(serve());
    let url = server.url().to_owned();
    let arguments = ["--url", &url, "--checkpoint", &folder.file()];
    let mut program = Program::start(&arguments);
    program.answer(&LINUS);
    program.answer(&[STAY]);
    assert_eq!(program.finish().code, Some(0));
    drop(server);
    drop(runtime);

    let ended = Program::start(&arguments).finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("The server cannot be reached"), "{ended:?}");
    assert!(Path::new(&folder.file()).exists(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tasks_of_a_pending_session_can_be_completed() {
    let (fake, server) = joan::serve(&[]).await;
    fake.configure(|settings| (settings.force_organization_selection, settings.mfa_required) = (true, true));
    fake.add_organization(NewOrganization::new("Acme").member(LINUS_OF_THE_DEMO.email_address)).unwrap();
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    program.answer(&LINUS);
    program.answer(&["Set up an authenticator app"]);
    program.read_until("Type this secret into your authenticator app:");
    let code = fake.totp_code(LINUS_OF_THE_DEMO.email_address).unwrap();
    program.answer(&[&code, "Choose an organization", "Acme"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.count("Almost signed in."), 2, "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}
