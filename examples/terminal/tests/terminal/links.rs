//! Links by email.

use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::platform::TokioTimer;
use clerk_sign_in::server::Server;

use super::program::{Folder, Program};
use support::openapi::Validated;

#[test]
fn a_link_is_opened_and_signs_in() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["grace@example.com", "Link by email", "Send again", "Open it", "Wait until it is opened"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("Try again in"), "{ended:?}");
    assert_eq!(ended.count("Opened. It leads to https://example.com/?__clerk_status=verified"), 1, "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_link_still_works_after_leaving_or_another_factor() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["grace@example.com", "Password", "nanosecond-of-wire", "Link by email to grace@example.com"]);
    program.read_until("── LinkSent<NeedsClientTrust> ──");
    assert_eq!(program.finish().code, Some(1));

    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["Go on", "Choose another", "The link that was sent", "Open it", "Wait until it is opened"]);
    program.read_until("── NeedsClientTrust ──");
    program.read_until("── LinkSent<NeedsClientTrust> ──");
    assert!(program.finish().has_active_session());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_ends_when_the_link_is_opened_elsewhere() {
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    let server = Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap().spawn();
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    program.answer(&["ada@example.com", "Link by email", "Wait until it is opened"]);
    program.read_until("A link was sent to ada@example.com. It works for 10 minutes.");
    let link = fake.outbox().pop().unwrap().link().unwrap().clone();
    fake.open_link(link.expose()).unwrap();
    program.read_until("── NeedsSecondFactor ──");
    program.answer(&[&fake.totp_code("ada@example.com").unwrap()]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_without_links_says_so() {
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    fake.configure(|settings| settings.email_links = false);
    let server = Server::bind("127.0.0.1:0", Validated::new(fake)).await.unwrap().spawn();
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    program.answer(&["linus+clerk_test@example.com", "Link by email", "", "Code by email", "424242"]);
    let ended = program.finish();
    assert!(ended.stderr.contains("This instance does not allow links by email."), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}
