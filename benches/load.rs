//! Measures how the fake server handles large numbers of concurrent, successive and unfinished sign-ins.
//!
//! - `throughput`: the number of complete sign-ins per second, over HTTP on the loopback address. Each sign-in uses a
//!   new client and makes two calls. The first submits the password, and the second is `finalize`. Each connection
//!   stays open and is used by only one task. Separate rows measure hashing (Argon2, 19 MiB) and signing (RS256 session
//!   tokens). For comparison, other rows show `GET /v1/health` over the same number of connections.
//! - `beside`: the latency of a call that does not hash a password, while other calls hash passwords.
//! - `memory`: the number of bytes that each user, open sign-in and session occupies. It is measured for increasing
//!   numbers of users, sign-ins and sessions. If each of them occupies the same number of
//!   bytes at every size, the total memory grows linearly with their number.
//! - `time`: the duration of one call, measured while the number of records on the server grows. The printed ratio
//!   compares the duration at each size with the duration at the smallest size. A ratio near 1 means constant time.
//!   Each call uses a different client, so the processor cache helps less when there are more records.
//! - `eviction`: the memory that unfinished sign-ins and unused sessions still occupy after several days.
//!
//! Compare only figures from the same run, and compare them as ratios. In `throughput` and `beside`, the client and the
//! server run in the same process, each with its own runtime. They therefore compete for processor time.
//!
//! `cargo bench --all-features --bench load -- memory time` measures only the parts `memory` and `time`. With `--test`,
//! every part runs only once and does only a small amount of work.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::alloc::System;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use cap::Cap;
use clerk_sign_in::backend::{Backend, CallContext, Identity};
use clerk_sign_in::fake::{FakeBackend, FakeState, NewUser, PasswordCost, TEST_CODE};
use clerk_sign_in::server::Server;
use clerk_sign_in::wire::{
    Answer, AttemptFactor, CreateSignIn, Request, Response, Secret, Strategy, TokenUpdate, TouchSession,
};
use clerk_sign_in::{AfterCreate, Client, Finalized, HttpBackend};
use futures::FutureExt as _;
use futures::future::join_all;
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

const PASSWORD: &str = "correct horse battery staple";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

type Part = fn(&Size);
/// A function that makes one call as the client with the given index.
type OneCall = fn(&FakeBackend, &Present, usize);
/// Pairs of a number and a server. The number says how many records of every kind the server holds.
type Crowds = [(usize, Present)];
type Make = fn(&FakeBackend);

/// The amount of work in each part.
struct Size {
    connections: [usize; 3],
    /// The duration of each measurement in `throughput` and `beside`.
    window: Duration,
    kept: [usize; 3],
    present: [usize; 3],
    /// The number of times that the part `time` repeats each measurement. The field `calls` is the number of calls in
    /// one measurement.
    rounds: usize,
    calls: usize,
    abandoned: usize,
}

const FULL: Size = Size {
    connections: [1, 16, 128],
    window: Duration::from_millis(1500),
    kept: [1_000, 5_000, 10_000],
    present: [100, 1_000, 10_000],
    rounds: 21,
    calls: 50,
    abandoned: 10_000,
};

const TINY: Size = Size {
    connections: [1, 2, 4],
    window: Duration::ZERO,
    kept: [2, 4, 8],
    present: [2, 4, 8],
    rounds: 1,
    calls: 2,
    abandoned: 8,
};

fn main() {
    let arguments: BTreeSet<String> = std::env::args().skip(1).collect();
    let size = if arguments.contains("--test") { TINY } else { FULL };
    let parts: [(&str, Part); 5] =
        [("memory", memory), ("time", time), ("eviction", eviction), ("throughput", throughput), ("beside", beside)];

    let all = !parts.iter().any(|(name, _)| arguments.contains(*name));
    for (name, part) in parts {
        if all || arguments.contains(name) {
            println!("\n{name}");
            part(&size);
        }
    }
}

fn throughput(size: &Size) {
    let most = size.connections.into_iter().max().unwrap();
    let served = Served::new(most);
    println!("  {:<28}{:>12}{:>12}{:>10}{:>10}{:>10}", "", "connections", "each/s", "calls/s", "p50 ms", "p99 ms");
    let row = |name: &str, calls: usize, connections: usize, measured: &Measured| {
        let each = measured.each_second();
        let calls = each * float(calls);
        let (half, most) = (millis(measured.percentile(50)), millis(measured.percentile(99)));
        println!("  {name:<28}{connections:>12}{each:>12.0}{calls:>10.0}{half:>10.2}{most:>10.2}");
    };
    for connections in size.connections {
        row("GET /v1/health", 1, connections, &served.measure(connections, size.window, Work::Health));
    }
    let mut alone = Vec::new();
    for (name, cost, tokens) in [
        ("sign-in", PasswordCost::Lowest, false),
        ("sign-in, signing", PasswordCost::Lowest, true),
        ("sign-in, hashing", PasswordCost::Recommended, false),
        ("sign-in, hashing, signing", PasswordCost::Recommended, true),
    ] {
        let state = with_users(most.min(16), cost).state();
        for connections in size.connections {
            served.fake.restore(state.clone());
            served.fake.configure(|settings| settings.session_tokens = tokens);
            let measured = served.measure(connections, size.window, Work::SignIn);
            row(name, 2, connections, &measured);
            if connections == 1 {
                alone.push(measured.percentile(0));
            }
        }
    }
    if let [plain, signing, hashing, both] = alone.iter().map(|lowest| millis(*lowest)).collect::<Vec<_>>()[..] {
        println!(
            "  at one connection, at best: {plain:.2} ms; signing adds {:.2} ms, hashing {:.2} ms, both {:.2} ms",
            signing - plain,
            hashing - plain,
            both - plain,
        );
    }
}

/// Measures the same calls twice: once on an idle server, and once while other calls hash passwords.
fn beside(size: &Size) {
    let [_, hashing, _] = size.connections;
    let served = Served::new(hashing + 1);
    served.fake.restore(with_users(hashing, PasswordCost::Recommended).state());
    println!("  {:<28}{:>12}{:>10}{:>10}{:>10}", "", "that hash", "p50 ms", "p99 ms", "calls");
    for others in [0, hashing] {
        for (name, work) in [("GET /v1/health", Work::Health), ("GET /v1/client", Work::Look)] {
            let (measured, _) = served.client.block_on(async {
                tokio::join!(
                    // The connections that hash passwords have the lower indices.
                    repeat(hashing..=hashing, size.window, |index| served.work(work, index)),
                    repeat(0..others, size.window, |index| served.work(Work::SignIn, index)),
                )
            });
            let (half, most) = (millis(measured.percentile(50)), millis(measured.percentile(99)));
            println!("  {name:<28}{others:>12}{half:>10.2}{most:>10.2}{:>10}", measured.times.len());
        }
    }
}

fn memory(size: &Size) {
    println!("  {:<28}{:>12}{:>14}{:>12}", "bytes of each", "user", "open sign-in", "session");
    for count in size.kept {
        let before = ALLOCATOR.allocated();
        let fake = with_users(count, PasswordCost::Lowest);
        let users = ALLOCATOR.allocated();
        for index in 0..count {
            open_sign_in(&fake, index);
        }
        let open = ALLOCATOR.allocated();
        for index in 0..count {
            session(&fake, index);
        }
        let sessions = ALLOCATOR.allocated();
        let [users, open, sessions] =
            [users - before, open - users, sessions - open].map(|bytes| float(bytes) / float(count));
        println!("  {count:<28}{users:>12.0}{open:>14.0}{sessions:>12.0}");
    }
}

fn time(size: &Size) {
    println!("  {:<28}{:>12}{:>14}{:>12}", "of each present", "one call µs", "to smallest", "lowest µs");
    let crowds: Vec<_> = size.present.iter().map(|&count| (count, Present::new(count, false))).collect();
    let one_users: Vec<_> = size.present.iter().map(|&count| (count, Present::new(count, true))).collect();
    let rows: [(&str, &Crowds, OneCall); 4] = [
        ("create, sends a code", &crowds, |fake, _, index| {
            open_sign_in(fake, index);
        }),
        ("attempt, with the code", &crowds, |fake, present, index| {
            let (token, id) = present.open.get(index).unwrap();
            let attempt = AttemptFactor::code(id, Strategy::EmailCode, TEST_CODE);
            call(fake, Some(token.clone()), Request::AttemptFirstFactor(attempt));
        }),
        ("GET client", &crowds, look),
        ("GET client, all one user's", &one_users, look),
    ];
    for (name, worlds, one) in rows {
        let mut times: Vec<Vec<Duration>> = worlds.iter().map(|_| Vec::new()).collect();
        // Each round measures every size. Other load on the machine therefore affects all sizes alike.
        for _ in 0..size.rounds {
            for ((count, present), times) in worlds.iter().zip(&mut times) {
                let fake = FakeBackend::restored(present.state.clone());
                let begun = Instant::now();
                for turn in 0..size.calls {
                    one(&fake, present, turn * count / size.calls);
                }
                times.push(begun.elapsed() / u32::try_from(size.calls).unwrap());
            }
        }
        for times in &mut times {
            times.sort();
        }
        let middle = |times: &Vec<Duration>| times.get(times.len() / 2).copied().unwrap();
        let smallest = times.first().map(middle).unwrap();
        println!("  {name}");
        for ((count, _), times) in worlds.iter().zip(&times) {
            let (middle, lowest) = (middle(times), times.first().unwrap());
            let ratio = middle.as_secs_f64() / smallest.as_secs_f64();
            println!("    {count:<26}{:>12.1}{ratio:>14.2}{:>12.1}", micros(middle), micros(*lowest));
        }
    }
}

fn look(fake: &FakeBackend, present: &Present, index: usize) {
    call(fake, present.signed_in.get(index).cloned(), Request::GetClient);
}

fn eviction(size: &Size) {
    println!("  {:<28}{:>12}{:>14}{:>14}{:>18}", "KiB", "count", "at first", "days later", "longest call ms");
    // Sessions end after 7 days, but their clients stay trusted.
    let rows: [(&str, u32, Make); 2] = [("open sign-ins", 3, open), ("sessions", 9, finished)];
    for (name, days, make) in rows {
        let fake = with_users(1, PasswordCost::Lowest);
        let before = ALLOCATOR.allocated();
        (0..size.abandoned).for_each(|_| make(&fake));
        let held = || float(ALLOCATOR.allocated().saturating_sub(before)) / 1024.0;
        let at_first = held();
        let mut longest = Duration::ZERO;
        for _ in 0..days {
            fake.advance(DAY);
            let begun = Instant::now();
            call(&fake, None, Request::GetClient);
            longest = longest.max(begun.elapsed());
        }
        let later = format!("{days}: {:.0}", held());
        println!("  {name:<28}{:>12}{at_first:>14.0}{later:>14}{:>18.2}", size.abandoned, millis(longest));
    }
}

fn open(fake: &FakeBackend) {
    open_sign_in(fake, 0);
}

fn finished(fake: &FakeBackend) {
    session(fake, 0);
}

/// A server that holds equally many records of every kind.
struct Present {
    state: FakeState,
    /// The token and the attempt of each client that is signing in.
    open: Vec<(Secret, String)>,
    /// The token of each client that has a session.
    signed_in: Vec<Secret>,
}

impl Present {
    fn new(count: usize, one_users: bool) -> Self {
        let fake = with_users(count, PasswordCost::Lowest);
        let open = (0..count).map(|index| open_sign_in(&fake, index)).collect();
        let signed_in = (0..count).map(|index| session(&fake, if one_users { 0 } else { index })).collect();
        Self { state: fake.state(), open, signed_in }
    }
}

fn email_address(index: usize) -> String {
    format!("user{index}+clerk_test@example.com")
}

fn with_users(count: usize, cost: PasswordCost) -> FakeBackend {
    let fake = FakeBackend::new();
    fake.configure(|settings| {
        settings.lift_limits();
        settings.client_trust = false;
        settings.password_cost = cost;
    });
    for index in 0..count {
        fake.add_user(NewUser::new(email_address(index)).name("Ada", "Lovelace").password(PASSWORD)).unwrap();
    }
    fake
}

/// Sends a code to a new client.
fn open_sign_in(fake: &FakeBackend, index: usize) -> (Secret, String) {
    let mut create = CreateSignIn::new();
    create.identifier = Some(email_address(index));
    create.strategy = Some(Strategy::EmailCode);
    let (token, answer) = call(fake, None, Request::CreateSignIn(create));
    let Answer::SignInAttempt(sign_in) = answer else { panic!("{answer:?}") };
    (token.unwrap(), sign_in.id)
}

/// Signs in with a new client, and uses the client's session once.
fn session(fake: &FakeBackend, index: usize) -> Secret {
    let mut create = CreateSignIn::new();
    create.identifier = Some(email_address(index));
    create.password = Some(PASSWORD.into());
    let (token, answer) = call(fake, None, Request::CreateSignIn(create));
    let Answer::SignInAttempt(sign_in) = answer else { panic!("{answer:?}") };
    let touch = TouchSession::select(&sign_in.created_session_id.unwrap());
    call(fake, token, Request::TouchSession(touch)).0.unwrap()
}

fn call(fake: &FakeBackend, token: Option<Secret>, request: Request) -> (Option<Secret>, Answer) {
    let context = CallContext::new(Identity::Native { token });
    let Response { result, token, .. } = fake.call(context, request).now_or_never().unwrap().unwrap();
    let token = if let TokenUpdate::Replaced(token) = token { Some(token) } else { None };
    (token, result.unwrap())
}

/// The work that one task repeats.
#[derive(Clone, Copy)]
enum Work {
    Health,
    /// A new client reads the client resource.
    Look,
    SignIn,
}

/// A server, and clients that have one connection each.
struct Served {
    fake: FakeBackend,
    client: Runtime,
    clients: Vec<(HttpBackend, reqwest::Client)>,
    health: String,
    server: Runtime,
}

impl Served {
    fn new(connections: usize) -> Self {
        let runtime = || Builder::new_multi_thread().enable_all().build().unwrap();
        let (server, client) = (runtime(), runtime());
        let fake = FakeBackend::new();
        let bound = server.block_on(Server::bind("127.0.0.1:0", fake.clone())).unwrap();
        let url = bound.url();
        server.spawn(bound.serve(std::future::pending()));
        let backend = || HttpBackend::builder(&url).build().unwrap();
        let clients = (0..connections).map(|_| (backend(), reqwest::Client::new())).collect();
        let all = Self { fake, client, clients, health: format!("{url}/v1/health"), server };
        for work in [Work::Health, Work::Look] {
            // Opens the connections.
            all.measure(connections, Duration::ZERO, work);
        }
        all
    }

    fn measure(&self, connections: usize, window: Duration, work: Work) -> Measured {
        self.client.block_on(repeat(0..connections, window, |index| self.work(work, index)))
    }

    /// Returns a function that does the work once, on the connection with this index.
    fn work(&self, work: Work, index: usize) -> impl Fn() -> futures::future::BoxFuture<'static, ()> + Send + use<> {
        let (backend, http) = self.clients.get(index).cloned().unwrap();
        let health = self.health.clone();
        let email_address = email_address(index % 16);
        move || {
            let (backend, http) = (backend.clone(), http.clone());
            let (health, email_address) = (health.clone(), email_address.clone());
            async move {
                match work {
                    Work::Health => assert!(http.get(health).send().await.unwrap().bytes().await.is_ok()),
                    Work::Look => assert!(Client::new(backend).refresh().await.unwrap().is_none()),
                    Work::SignIn => sign_in(backend, &email_address).await,
                }
            }
            .boxed()
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let other = Builder::new_current_thread().build().unwrap();
        std::mem::replace(&mut self.server, other).shutdown_background();
    }
}

async fn sign_in(backend: HttpBackend, email_address: &str) {
    let complete = match Client::new(backend).sign_in().password(email_address, PASSWORD).await {
        Ok(AfterCreate::Complete(complete)) => complete,
        other => panic!("{other:?}"),
    };
    match complete.finalize().await {
        Ok(Finalized::Active(_)) => {}
        other => panic!("{other:?}"),
    }
}

struct Measured {
    /// The durations, sorted.
    times: Vec<Duration>,
    elapsed: Duration,
}

impl Measured {
    fn each_second(&self) -> f64 {
        float(self.times.len()) / self.elapsed.as_secs_f64()
    }

    fn percentile(&self, percent: usize) -> Duration {
        let at = (self.times.len() * percent).div_ceil(100).saturating_sub(1);
        self.times.get(at).copied().unwrap_or_default()
    }
}

/// Runs a task for each connection. The task repeats its work until the time is over, and then finishes what it has
/// started.
async fn repeat<F: Fn() -> futures::future::BoxFuture<'static, ()> + Send + 'static>(
    connections: impl Iterator<Item = usize>,
    window: Duration,
    work: impl Fn(usize) -> F,
) -> Measured {
    let begun = Instant::now();
    let task = |index| {
        let once = work(index);
        tokio::spawn(async move {
            let mut times = Vec::new();
            while times.is_empty() || begun.elapsed() < window {
                let begun = Instant::now();
                once().await;
                times.push(begun.elapsed());
            }
            times
        })
    };
    let times = join_all(connections.map(task).collect::<Vec<_>>()).await;
    let elapsed = begun.elapsed();
    let mut times: Vec<_> = times.into_iter().flat_map(Result::unwrap).collect();
    times.sort();
    Measured { times, elapsed }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}
