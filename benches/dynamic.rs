//! Measures what a call through one object costs, compared with the same call of the typed machine.
//!
//! The answer is a recorded one, which the codec decodes. `valgrind` counts the instructions of both ways, each in a
//! process of its own. Without `valgrind`, the times are compared, which says less.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::process::Command;
use std::time::Instant;

use clerk_sign_in::backend::{
    Backend, BackendError, CallContext, Identity, decode_response, encode_request, encode_response,
};
use clerk_sign_in::dynamic::DynamicSignIn;
use clerk_sign_in::fake::{ADA, FakeBackend};
use clerk_sign_in::wire::{CreateSignIn, Request, Response};
use clerk_sign_in::{AfterCreate, AnySignIn, Client, NeedsFirstFactor, SignIn, async_trait};
use futures::FutureExt as _;

/// A backend that encodes each request, and decodes a recorded answer.
#[derive(Debug)]
struct Recorded(http::Response<Vec<u8>>);

#[async_trait]
impl Backend for Recorded {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let message = encode_request("https://clerk.example.com", &context, &request)?;
        assert!(!message.uri().path().is_empty());
        decode_response(&context, &request, &self.0)
    }
}

impl Recorded {
    fn new() -> Self {
        let context = CallContext::new(Identity::Native { token: None });
        let create = Request::CreateSignIn(CreateSignIn::with_identifier(ADA.email_address));
        let response = at_once(FakeBackend::demo().call(context.clone(), create)).unwrap();
        Self(encode_response(&context, &response))
    }
}

/// Returns the result of a future that never waits.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

fn begun() -> SignIn<NeedsFirstFactor> {
    let client = Client::new(Recorded::new());
    match at_once(client.sign_in().create(ADA.email_address)).unwrap() {
        AfterCreate::NeedsFirstFactor(first) => first,
        other => panic!("{other:?}"),
    }
}

fn typed(calls: u32) {
    let mut first = begun();
    for _ in 0..calls {
        first = match at_once(first.refresh()).unwrap() {
            AnySignIn::NeedsFirstFactor(first) => first,
            other => panic!("{other:?}"),
        };
    }
}

fn dynamic(calls: u32) {
    let sign_in = DynamicSignIn::new(begun());
    for _ in 0..calls {
        at_once(sign_in.refresh()).unwrap();
    }
}

fn run(way: &str, calls: u32) {
    match way {
        "typed" => typed(calls),
        _ => dynamic(calls),
    }
}

/// The instructions of a process that makes this number of calls; `None` without `valgrind`.
fn instructions(way: &str, calls: u32) -> Option<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(std::env::current_exe().unwrap()).args(["--calls", way, &calls.to_string()]);
    let said = String::from_utf8(valgrind.output().ok()?.stderr).unwrap();
    said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

/// The cost of one call, and its unit.
fn cost(way: &str, calls: u32) -> (f64, &'static str) {
    if let (Some(few), Some(many)) = (instructions(way, 10), instructions(way, 10 + calls)) {
        return (f64::from(u32::try_from(many - few).unwrap()) / f64::from(calls), "instructions");
    }
    let began = Instant::now();
    run(way, calls);
    (began.elapsed().as_secs_f64() * 1e9 / f64::from(calls), "ns")
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, way, calls] = arguments.as_slice()
        && flag == "--calls"
    {
        return run(way, calls.parse().unwrap());
    }
    let calls = if arguments.iter().any(|argument| argument == "--test") { 1 } else { 1000 };
    let ((typed, unit), (dynamic, _)) = (cost("typed", calls), cost("dynamic", calls));
    println!("typed {typed:.0} {unit}, through one object {dynamic:.0} {unit}, ratio {:.3}", dynamic / typed);
}
