//! Sign-ups that the user left unfinished, and sign-ups during which an answer from the server was lost.

use std::path::Path;

use clerk_sign_in::fake::{NewUser, SignUpField};

use super::joan::{J, SIGN_UP, fault, serve, verify, verify_at};
use super::program::{Folder, Program};

#[test]
fn a_sign_up_continues_after_leaving() {
    let folder = Folder::new();
    let arguments = ["--sign-up-requires", "first_name,last_name", "--checkpoint", &folder.file()];
    let mut program = Program::start(&arguments);
    verify(&mut program);
    program.answer(&[SIGN_UP, "Joan"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains(&folder.file()), "{ended:?}");

    let mut program = Program::start(&arguments);
    program.answer(&["Go on"]);
    program.read_until("A sign-up of joan@example.com was left in the middle.");
    program.read_until("── MissingRequirements ──");
    program.answer(&["Joan", "", "Leave, and come back later"]);
    assert_eq!(program.finish().code, Some(1));

    let mut program = Program::start(&arguments);
    program.answer(&["Go on", "Joan", "Clarke"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
    assert!(!Path::new(&folder.file()).exists(), "a finished sign-up leaves no file");
}

#[test]
fn a_transferable_sign_in_continues_after_leaving() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    verify(&mut program);
    assert_eq!(program.finish().code, Some(1));
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["Go on", SIGN_UP]);
    program.read_until("left at Transferable");
    assert!(program.finish().has_active_session());
}

#[test]
fn an_abandoned_sign_up_is_found_by_its_address() {
    let folder = Folder::new();
    let arguments = ["--sign-up-requires", "username", "--checkpoint", &folder.file()];
    let mut program = Program::start(&arguments);
    verify(&mut program);
    program.answer(&[SIGN_UP, "", "Start over"]);
    assert_eq!(program.finish().code, Some(1));
    let mut program = Program::start(&arguments);
    program.answer(&["Go on"]);
    program.read_until("left at NeedsIdentifier");
    program.read_until("── MissingRequirements ──");
    program.answer(&["joan"]);
    assert!(program.finish().has_active_session());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_lacks_nothing_is_sent_again() {
    let (fake, server) = serve(&[SignUpField::Username]).await;
    let folder = Folder::new();
    let arguments = ["--url", server.url(), "--checkpoint", &folder.file()];
    let mut program = Program::start(&arguments);
    verify_at(&fake, &mut program);
    program.answer(&[SIGN_UP]);
    program.read_until("── MissingRequirements ──");
    fake.add_user(NewUser::new(J)).unwrap();
    program.answer(&["joan"]);
    assert_eq!(program.finish().code, Some(1));

    let mut program = Program::start(&arguments);
    program.answer(&["Go on", "Sign up with that", "Sign in with it"]);
    let ended = program.finish();
    assert_eq!(ended.count("Nothing is missing any more."), 1, "{ended:?}");
    assert_eq!(ended.count("Type it again"), 0, "there is nothing to type: {ended:?}");
    assert!(ended.stderr.contains("There is an account with joan@example.com by now."), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_continues_after_a_lost_answer() {
    for required in [vec![], vec![SignUpField::Username]] {
        let (fake, server) = serve(&required).await;
        let folder = Folder::new();
        let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
        verify_at(&fake, &mut program);
        fault(&server, r#"{ "on": "POST /v1/client/sign_ups", "then": "drop_response" }"#).await;
        fault(&server, r#"{ "on": "PATCH /v1/client/sign_ups/*", "then": "drop_response" }"#).await;
        program.answer(&[SIGN_UP]);
        if !required.is_empty() {
            program.answer(&["joan"]);
        }
        let ended = program.finish();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let lost = 1 + required.len();
        assert_eq!(ended.stderr.matches("There was no answer from the server").count(), lost, "{ended:?}");
        assert!(ended.has_active_session(), "{ended:?}");
        assert!(fake.user(J).is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_to_a_sign_in_continues_after_a_lost_answer() {
    let (fake, server) = serve(&[SignUpField::Username]).await;
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    verify_at(&fake, &mut program);
    program.answer(&[SIGN_UP]);
    program.read_until("── MissingRequirements ──");
    fake.add_user(NewUser::new(J)).unwrap();
    fault(&server, r#"{ "on": "POST /v1/client/sign_ins", "then": "drop_response" }"#).await;
    program.answer(&["joan", "Sign in with it"]);
    let ended = program.finish();
    assert!(ended.stderr.contains("There was no answer from the server"), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_the_server_forgot_starts_over() {
    let (fake, server) = serve(&[SignUpField::Username]).await;
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    verify_at(&fake, &mut program);
    let before = fake.state();
    program.answer(&[SIGN_UP]);
    program.read_until("── MissingRequirements ──");
    fake.restore(before);
    program.answer(&["joan"]);
    program.read_until("This sign-up is over, so it starts from the beginning.");
    program.answer(&["linus+clerk_test@example.com", "Code by email", "424242"]);
    assert!(program.finish().has_active_session());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_during_a_call_keeps_the_sign_up() {
    let (fake, server) = serve(&[SignUpField::Username]).await;
    let folder = Folder::new();
    let arguments = ["--url", server.url(), "--checkpoint", &folder.file()];
    let mut program = Program::start(&arguments);
    verify_at(&fake, &mut program);
    // In the first round, the call that begins the sign-up gets no answer. In the second round, the call that adds a
    // field gets no answer.
    for (endpoint, answer) in [("POST /v1/client/sign_ups", SIGN_UP), ("PATCH /v1/client/sign_ups/*", "joan")] {
        fault(&server, &format!(r#"{{ "on": "{endpoint}", "delay_ms": 60000 }}"#)).await;
        program.answer(&[answer]);
        program.read_until(if answer == "joan" { "User name (" } else { "What now?" });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        program.interrupt();
        let ended = program.finish();
        assert_eq!(ended.code, Some(130), "{ended:?}");
        program = Program::start(&arguments);
        program.answer(&["Go on"]);
        if answer == SIGN_UP {
            program.read_until("── Transferable ──");
            program.answer(&[SIGN_UP]);
            program.read_until("── MissingRequirements ──");
        }
    }
    program.read_until("A sign-up of joan@example.com was left in the middle.");
    program.answer(&["joan"]);
    assert!(program.finish().has_active_session());
}
