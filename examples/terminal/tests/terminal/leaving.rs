//! Leaving an unfinished sign-in, and continuing it later.

use std::fs;
use std::path::Path;

use super::program::{Folder, Program};

#[test]
fn the_end_of_the_input_keeps_the_sign_in() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["grace@example.com", "Password", "nanosecond-of-wire", "1"]);
    let code = program.mailed_code("grace@example.com");
    let ended = program.finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("the input ended"), "{ended:?}");
    assert!(ended.stderr.contains(&folder.file()), "{ended:?}");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(folder.file()).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }

    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["Go on"]);
    program.read_until("── CodeSent<NeedsClientTrust> ──");
    program.answer(&[&code]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
    assert!(!Path::new(&folder.file()).exists(), "a finished sign-in leaves no file");
}

#[test]
fn leaving_at_the_first_question_keeps_nothing() {
    let folder = Folder::new();
    // No user has the address, so the server does not begin a sign-in.
    for lines in [&[][..], &["nobody@example.com", "Password", "a-guess", "Leave, and come back later"]] {
        let mut program = Program::start(&["--checkpoint", &folder.file()]);
        program.answer(lines);
        let ended = program.finish();
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(!ended.stderr.contains(&folder.file()), "{ended:?}");
        assert!(!Path::new(&folder.file()).exists(), "{ended:?}");
    }
}

#[test]
fn a_damaged_checkpoint_is_kept_until_the_user_discards_it() {
    let folder = Folder::new();
    fs::write(folder.file(), "{\"server\":").unwrap();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["2"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("does not contain a sign-in or a session"), "{ended:?}");
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), "{\"server\":");

    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["1", "linus+clerk_test@example.com", "2", "424242"]);
    assert!(program.finish().has_active_session());
}

#[test]
fn a_checkpoint_of_another_server_is_not_used() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["linus+clerk_test@example.com", "2"]);
    program.finish();

    let ended = Program::start(&["--url", "http://127.0.0.1:9", "--checkpoint", &folder.file()]).finish();
    assert!(ended.stderr.contains("belongs to another server"), "{ended:?}");
}

#[test]
fn a_reset_code_still_works_after_leaving_or_another_factor() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["grace@example.com", "I forgot my password"]);
    let code = program.mailed_code("grace@example.com");
    assert_eq!(program.finish().code, Some(1));

    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["Go on", "choose another", "The code that was sent", &code]);
    program.read_until("left at ResetCodeSent");
    program.read_until("── NeedsFirstFactor ──");
    program.read_until("── ResetCodeSent ──");
    program.read_until("── NeedsNewPassword ──");
    assert_eq!(program.finish().code, Some(1));

    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["Go on", "", "Type it", "a-wire-of-11.8-inches", "Stay signed in there"]);
    program.read_until("left at NeedsNewPassword");
    assert!(program.finish().has_active_session());
}

/// The call gets no answer, so the file still contains the sign-in as it was before the call.
#[cfg(unix)]
#[test]
fn ctrl_c_during_a_call_keeps_the_sign_in_before_it() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let folder = Folder::new();
    let mut program = Program::start(&["--url", &url, "--checkpoint", &folder.file()]);
    program.answer(&["ada@example.com", "Show me what this account has"]);
    let connection = silent.accept().unwrap();
    program.interrupt();

    let ended = program.finish();
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert!(ended.stderr.contains("Interrupted"), "{ended:?}");
    drop(connection);

    let mut program = Program::start(&["--url", &url, "--checkpoint", &folder.file()]);
    program.read_until("A sign-in of ada@example.com was left at NeedsIdentifier");
}
