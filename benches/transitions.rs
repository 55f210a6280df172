//! The cost of a step, compared with the unavoidable cost of decoding the server's answer.
//!
//! The types should add little to the cost of decoding. Compare only figures from the same run, and compare them as
//! ratios. With `-- --sort location`, the benchmarks run in this order:
//!
//! - `answer`: uses `decode_response` to decode an answer of realistic size, and decodes the same bytes into a plain
//!   `serde_json::Value`. This is the unavoidable cost.
//! - `request`: encodes a request as a form, and adds its headers.
//! - `step`: takes the step `refresh` with four backends, each of which does more work than the previous one. `ready`
//!   clones a decoded answer. `cloned_answer` measures only that clone, so the difference between `ready` and
//!   `cloned_answer` is the cost of the state machine. `recorded` decodes the answer. In `fake`, the fake server
//!   creates the answer. `served` fetches the answer over HTTP from the loopback address.
//! - `whole_sign_in`: completes a sign-in on a new client, which takes three calls (password, authenticator app and
//!   finalize). The benchmark runs once in memory and once over HTTP. In memory, the fake server accounts for nearly
//!   all of the measured time.
//!
//! Allocations are counted on the measuring thread. Over HTTP, the client and its connection also run on that thread.
//! The server has its own thread, so only the client's allocations are counted.
//!
//! For each whole sign-in, the benchmark uses a new copy of a prepared server. The time for making the copy is not
//! measured. A server keeps every client, attempt and session, so a shared server would slow down during the
//! measurement.

#![allow(clippy::unwrap_used, clippy::panic, clippy::wildcard_imports)]

use std::mem::size_of;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{
    Backend, BackendError, CallContext, Identity, decode_response, encode_request, encode_response,
};
use clerk_sign_in::fake::{ADA, FakeBackend, FakeState};
use clerk_sign_in::server::{RunningServer, Server};
use clerk_sign_in::wire::{Answer, AttemptFactor, CreateSignIn, Request, Response, TokenUpdate};
use clerk_sign_in::{
    ActiveSession, AfterCreate, AfterFirstFactor, AfterSecondFactor, AnySignIn, Client, Finalized, HttpBackend,
    NeedsFirstFactor, NeedsSecondFactor, SignIn, StepError,
};
use divan::counter::BytesCount;
use divan::{AllocProfiler, Bencher, Divan, black_box};
use futures::FutureExt as _;
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// The minimum time for each benchmark. With shorter times, the results of two runs can differ by 50 %.
const LONG_ENOUGH: Duration = Duration::from_millis(500);

const BASE_URL: &str = "https://clerk.example.com";

fn main() {
    // Prints to stderr, because a runner expects the names of the benchmarks on stdout.
    eprintln!("SignIn<NeedsSecondFactor>: {} bytes", size_of::<SignIn<NeedsSecondFactor>>());
    eprintln!("AnySignIn: {} bytes", size_of::<AnySignIn>());
    eprintln!(
        "Result<AfterFirstFactor, StepError<NeedsFirstFactor>>: {} bytes",
        size_of::<Result<AfterFirstFactor, StepError<NeedsFirstFactor>>>(),
    );
    eprintln!("the answer: {} bytes", Recording::new().message.body().len());
    Divan::default().min_time(LONG_ENOUGH).config_with_args().main();
}

mod answer {
    use super::*;

    #[divan::bench]
    fn decode_response(bencher: Bencher<'_, '_>) {
        let Recording { request, message, .. } = Recording::new();
        let context = CallContext::new(Identity::Native { token: None });
        bencher
            .counter(BytesCount::of_slice(message.body().as_slice()))
            .bench_local(|| super::decode_response(&context, black_box(&request), black_box(&message)).unwrap());
    }

    #[divan::bench]
    fn serde_json_value(bencher: Bencher<'_, '_>) {
        let body = Recording::new().message.into_body();
        bencher
            .counter(BytesCount::of_slice(body.as_slice()))
            .bench_local(|| serde_json::from_slice::<serde_json::Value>(black_box(&body)).unwrap());
    }
}

mod request {
    use super::*;

    #[divan::bench]
    fn encode_request(bencher: Bencher<'_, '_>) {
        let Recording { response, .. } = Recording::new();
        let (Ok(Answer::SignInAttempt(sign_in)), TokenUpdate::Replaced(token)) = (response.result, response.token)
        else {
            panic!("a new attempt comes with a token");
        };
        let context = CallContext::new(Identity::Native { token: Some(token) });
        let request = Request::AttemptFirstFactor(AttemptFactor::password(&sign_in.id, ADA.password.unwrap()));
        bencher.bench_local(|| super::encode_request(BASE_URL, black_box(&context), black_box(&request)).unwrap());
    }
}

mod step {
    use super::*;

    #[divan::bench]
    fn cloned_answer(bencher: Bencher<'_, '_>) {
        let response = Recording::new().response;
        bencher.bench_local(|| black_box(&response).clone());
    }

    #[divan::bench]
    fn ready(bencher: Bencher<'_, '_>) {
        refresh_in_memory(bencher, Ready(Recording::new().response));
    }

    #[divan::bench]
    fn recorded(bencher: Bencher<'_, '_>) {
        refresh_in_memory(bencher, Recorded(Recording::new().message));
    }

    #[divan::bench]
    fn fake(bencher: Bencher<'_, '_>) {
        refresh_in_memory(bencher, FakeBackend::demo());
    }

    #[divan::bench]
    fn served(bencher: Bencher<'_, '_>) {
        let served = Served::new(FakeBackend::demo());
        let client = Client::new(served.backend.clone());
        let mut sign_in = Some(served.client.block_on(needs_first_factor(&client)));
        bencher.bench_local(|| sign_in = sign_in.take().map(|sign_in| served.client.block_on(refresh(sign_in))));
    }

    fn refresh_in_memory(bencher: Bencher<'_, '_>, backend: impl Backend + 'static) {
        let client = Client::new(backend);
        let mut sign_in = Some(at_once(needs_first_factor(&client)));
        bencher.bench_local(|| sign_in = sign_in.take().map(|sign_in| at_once(refresh(sign_in))));
    }

    async fn needs_first_factor(client: &Client) -> SignIn<NeedsFirstFactor> {
        match client.sign_in().create(ADA.email_address).await {
            Ok(AfterCreate::NeedsFirstFactor(sign_in)) => sign_in,
            other => panic!("{other:?}"),
        }
    }

    async fn refresh(sign_in: SignIn<NeedsFirstFactor>) -> SignIn<NeedsFirstFactor> {
        match sign_in.refresh().await {
            Ok(AnySignIn::NeedsFirstFactor(sign_in)) => sign_in,
            other => panic!("{other:?}"),
        }
    }
}

mod whole_sign_in {
    use super::*;

    #[divan::bench]
    fn in_memory(bencher: Bencher<'_, '_>) {
        let (state, code) = ready_for_ada();
        bencher
            .with_inputs(|| Client::new(FakeBackend::restored(state.clone())))
            .bench_local_values(|client| at_once(sign_in(&client, &code)));
    }

    // Each sample consists of only one sign-in. Every sign-in needs a new server, and a server can be replaced only
    // between samples.
    #[divan::bench(sample_size = 1, sample_count = 1000)]
    fn over_http(bencher: Bencher<'_, '_>) {
        let (state, code) = ready_for_ada();
        let renewable = Arc::new(Renewable::default());
        let served = Served::new(Arc::clone(&renewable));
        bencher
            .with_inputs(|| {
                renewable.renew(&state);
                Client::new(served.backend.clone())
            })
            .bench_local_values(|client| served.client.block_on(sign_in(&client, &code)));
    }

    /// Returns a server, and the code that Ada's authenticator app shows.
    fn ready_for_ada() -> (FakeState, String) {
        let fake = FakeBackend::demo();
        (fake.state(), fake.totp_code(ADA.email_address).unwrap())
    }

    async fn sign_in(client: &Client, code: &str) -> ActiveSession {
        let second = match client.sign_in().password(ADA.email_address, ADA.password.unwrap()).await {
            Ok(AfterCreate::NeedsSecondFactor(second)) => second,
            other => panic!("{other:?}"),
        };
        let complete = match second.verify_totp(code).await {
            Ok(AfterSecondFactor::Complete(complete)) => complete,
            other => panic!("{other:?}"),
        };
        match complete.finalize().await {
            Ok(Finalized::Active(session)) => session,
            other => panic!("{other:?}"),
        }
    }
}

/// Returns the result of a future that never waits. This avoids the cost of a runtime.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

/// A request that starts a sign-in for Ada, and the fake's answer to it.
struct Recording {
    request: Request,
    response: Response,
    message: http::Response<Vec<u8>>,
}

impl Recording {
    fn new() -> Self {
        let mut create = CreateSignIn::new();
        create.identifier = Some(ADA.email_address.to_owned());
        let request = Request::CreateSignIn(create);
        let context = CallContext::new(Identity::Native { token: None });
        let response = at_once(FakeBackend::demo().call(context.clone(), request.clone())).unwrap();
        let message = encode_response(&context, &response);
        Self { request, response, message }
    }
}

#[derive(Debug)]
struct Ready(Response);

#[async_trait]
impl Backend for Ready {
    async fn call(&self, _: CallContext, _: Request) -> Result<Response, BackendError> {
        Ok(self.0.clone())
    }
}

#[derive(Debug)]
struct Recorded(http::Response<Vec<u8>>);

#[async_trait]
impl Backend for Recorded {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        decode_response(&context, &request, &self.0)
    }
}

/// A server that can be replaced by a new one at the same address.
#[derive(Debug, Default)]
struct Renewable(Mutex<FakeBackend>);

impl Renewable {
    fn renew(&self, state: &FakeState) {
        *self.0.lock().unwrap() = FakeBackend::restored(state.clone());
    }
}

#[async_trait]
impl Backend for Renewable {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let fake = self.0.lock().unwrap().clone();
        fake.call(context, request).await
    }
}

/// A server that runs on its own thread, and a client that runs on the measuring thread.
struct Served {
    client: Runtime,
    backend: HttpBackend,
    _running: RunningServer,
    _server: Runtime,
}

impl Served {
    fn new(backend: impl Backend + 'static) -> Self {
        let server = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let running = server.block_on(async { Server::bind("127.0.0.1:0", backend).await.unwrap().spawn() });
        let client = Builder::new_current_thread().enable_all().build().unwrap();
        let backend = HttpBackend::builder(running.url()).build().unwrap();
        Self { client, backend, _running: running, _server: server }
    }
}
