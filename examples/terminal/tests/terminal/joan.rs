//! Joan, who starts as an unknown user.

use clerk_sign_in::fake::{FakeBackend, SignUpField};
use clerk_sign_in::platform::TokioTimer;
use clerk_sign_in::server::{RunningServer, Server};

use super::program::Program;
use support::openapi::Validated;

pub(super) const J: &str = "joan@example.com";
pub(super) const SIGN_UP: &str = "Sign up with joan@example.com";
pub(super) const PASSWORD: &str = "wind-tunnel-at-mach-2";

/// Verifies Joan's address at the embedded fake.
pub(super) fn verify(program: &mut Program) {
    program.answer(&[J, "Code by email", SIGN_UP, "Code by email to joan@example.com"]);
    let code = program.mailed_code(J);
    program.answer(&[&code]);
    program.read_until("── Transferable ──");
}

/// Verifies Joan's address at another server.
pub(super) fn verify_at(fake: &FakeBackend, program: &mut Program) {
    program.answer(&[J, "Code by email", SIGN_UP, "Code by email to joan@example.com"]);
    program.read_until("A code was sent to joan@example.com");
    let mail = fake.outbox().pop().unwrap();
    program.answer(&[mail.code().unwrap().expose()]);
    program.read_until("── Transferable ──");
}

/// Starts a server that requires these fields for a sign-up.
pub(super) async fn serve(required: &[SignUpField]) -> (FakeBackend, RunningServer) {
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    fake.configure(|settings| settings.sign_up_required = required.to_vec());
    let server = Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap().with_control(fake.clone());
    (fake, server.spawn())
}

/// Causes the next request to an endpoint to fail.
pub(super) async fn fault(server: &RunningServer, fault: &str) {
    let client = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
    let post = client.post(format!("{}/_fake/faults", server.url())).header("content-type", "application/json");
    assert!(post.body(fault.to_owned()).send().await.unwrap().status().is_success());
}
