//! Measures what it costs that a native client makes one call at a time.
//!
//! Several tasks of one app ask for session tokens at the same time. The clients of browsers send these calls at once,
//! and native clients send them one after the other. The answer to each call takes a while, as on a network. Compare
//! only the ratios.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, Instant};

use clerk_sign_in::backend::{Backend, BackendError, CallContext, Identity};
use clerk_sign_in::fake::{FakeBackend, LINUS, TEST_CODE};
use clerk_sign_in::wire::{Request, Response};
use clerk_sign_in::{AfterFirstFactor, Client, async_trait};
use futures::future::join_all;

/// A backend whose answers take a while.
#[derive(Debug)]
struct Distant {
    fake: FakeBackend,
    delay: Duration,
}

#[async_trait]
impl Backend for Distant {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        self.fake.call(context, request).await
    }
}

/// Returns the time that `tasks` tasks take for `calls` calls each.
async fn measure(identity: &Identity, delay: Duration, tasks: usize, calls: usize) -> Duration {
    let fake = FakeBackend::demo();
    let client = Client::builder(Distant { fake, delay }).identity(identity.clone()).build();
    let sent = client.sign_in().send_email_code(LINUS.email_address).await.unwrap();
    let AfterFirstFactor::Complete(complete) = sent.verify(TEST_CODE).await.unwrap() else { panic!() };
    let session_id = complete.finalize().await.unwrap().session().id.clone();
    let began = Instant::now();
    join_all((0..tasks).map(|_| async {
        for _ in 0..calls {
            client.session_token(&session_id).await.unwrap();
        }
    }))
    .await;
    began.elapsed()
}

fn main() {
    let calls = if std::env::args().any(|argument| argument == "--test") { 1 } else { 25 };
    let (native, browser) = (Identity::Native { token: None }, Identity::DevelopmentBrowser { token: None });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    println!("{:>10} {:>6} {:>12} {:>12} {:>7}", "answer", "tasks", "browser", "native", "ratio");
    for delay in [0, 20].map(Duration::from_millis) {
        for tasks in [1, 2, 8] {
            let at_once = runtime.block_on(measure(&browser, delay, tasks, calls));
            let in_turns = runtime.block_on(measure(&native, delay, tasks, calls));
            let ratio = in_turns.as_secs_f64() / at_once.as_secs_f64();
            println!("{delay:>10.0?} {tasks:>6} {at_once:>12.1?} {in_turns:>12.1?} {ratio:>7.2}");
        }
    }
}
