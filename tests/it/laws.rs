//! The laws for backends hold in memory, over HTTP, and through wrappers. Each law is broken by a faulty backend.

mod faults;
mod page;
mod recording;
mod retrying;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use clerk_sign_in::HttpBackend;
use clerk_sign_in::async_trait;
use clerk_sign_in::backend::Backend;
use clerk_sign_in::fake::{Content, FakeBackend, RateLimits, Settings};
use clerk_sign_in::server::Server;
use clerk_sign_in::testing::laws::{self, Harness, HarnessError, LAWS, LawReport, NotKept, TestUser, WantedUser};

use recording::{Player, Recorder};
use retrying::{Flaky, Retrying};

/// The settings that differ from the default, so that together no law is skipped.
const INSTANCES: [fn(&mut Settings); 3] =
    [|_| {}, |settings| settings.hide_unknown_identifiers = true, |settings| settings.single_session = true];

fn fake(instance: fn(&mut Settings)) -> FakeBackend {
    let fake = FakeBackend::new();
    fake.configure(instance);
    fake
}

fn kept(report: &LawReport) -> BTreeSet<&'static str> {
    assert!(report.is_kept(), "{report}");
    report.kept.iter().copied().collect()
}

fn every_law() -> BTreeSet<&'static str> {
    LAWS.iter().map(|law| law.name).collect()
}

#[tokio::test]
async fn fake_keeps_all_laws() {
    let mut all = BTreeSet::new();
    for instance in INSTANCES {
        let fake = fake(instance);
        all.extend(kept(&laws::check_all(&fake, &fake).await));
    }
    assert_eq!(all, every_law());
}

#[tokio::test]
async fn laws_can_run_again_on_the_same_server() {
    let fake = FakeBackend::demo();
    let first = kept(&laws::check_all(&fake, &fake).await);
    assert_eq!(first, kept(&laws::check_all(&fake, &fake).await));
}

#[tokio::test]
async fn laws_wait_out_the_published_rate_limits() {
    let fake = fake(|settings| settings.rate_limits = Some(RateLimits::published()));
    kept(&laws::check_all(&fake, &fake).await);
}

#[tokio::test]
async fn strictest_server_keeps_all_laws() {
    let fake = fake(|settings| settings.recent_tokens = 0);
    kept(&laws::check_all(&fake, &fake).await);
}

#[tokio::test]
async fn fake_keeps_all_laws_over_http() {
    let mut all = BTreeSet::new();
    for instance in INSTANCES {
        let fake = fake(instance);
        let server = Server::bind("127.0.0.1:0", fake.clone()).await.unwrap().spawn();
        let backend = HttpBackend::builder(server.url()).build().unwrap();
        all.extend(kept(&laws::check_all(&backend, &fake).await));
    }
    assert_eq!(all, every_law());
}

#[tokio::test]
async fn wrapper_that_repeats_reads_keeps_all_laws() {
    let mut all = BTreeSet::new();
    for instance in INSTANCES {
        let fake = fake(instance);
        let backend = Retrying(Flaky::new(fake.clone()));
        all.extend(kept(&laws::check_all(&backend, &fake).await));
        assert!(backend.0.failures() > 50, "reads failed and were repeated");
    }
    assert_eq!(all, every_law());
}

#[tokio::test]
async fn recording_of_a_law_keeps_the_law() {
    let mut all = BTreeSet::new();
    for instance in INSTANCES {
        for law in LAWS {
            let fake = fake(instance);
            let recorder = Recorder::new(fake);
            match (law.check)(&recorder, &recorder).await {
                Ok(()) => all.insert(law.name),
                Err(NotKept::Skipped(_)) => continue,
                Err(broken) => panic!("{broken}"),
            };
            let player = Player::new(recorder.into_tape());
            let replayed = (law.check)(&player, &player).await;
            assert!(replayed.is_ok(), "the recording: {}", replayed.unwrap_err());
            assert!(player.is_at_its_end(), "{}: the recording is longer than the law", law.name);
        }
    }
    assert_eq!(all, every_law());
}

#[tokio::test]
async fn recording_of_a_broken_law_stays_broken() {
    let fake = FakeBackend::new();
    fake.configure(|settings| settings.totp_codes_once = false);
    let recorder = Recorder::new(fake);
    let broken = laws::totp_code_works_once(&recorder, &recorder).await.unwrap_err();
    let player = Player::new(recorder.into_tape());
    let replayed = laws::totp_code_works_once(&player, &player).await.unwrap_err();
    assert_eq!(broken.to_string(), replayed.to_string());
}

/// A harness that has only the methods that every harness must have.
struct Least(FakeBackend);

#[async_trait]
impl Harness for Least {
    async fn add_user(&self, wanted: WantedUser) -> Result<TestUser, HarnessError> {
        Harness::add_user(&self.0, wanted).await
    }

    async fn unused_address(&self) -> Result<String, HarnessError> {
        self.0.unused_address().await
    }

    async fn messages_to(&self, address: &str) -> Result<Vec<Content>, HarnessError> {
        self.0.messages_to(address).await
    }
}

#[tokio::test]
async fn law_that_the_harness_cannot_check_is_skipped() {
    let fake = FakeBackend::new();
    let report = laws::check_all(&fake, &Least(fake.clone())).await;
    kept(&report);
    assert!(report.kept.len() > LAWS.len() / 2, "{report}");
    let skipped = report.skipped.iter().find(|law| law.law == "expired_code_is_rejected").unwrap();
    assert_eq!(skipped.to_string(), "expired_code_is_rejected: skipped, because the harness cannot advance the clock");
    assert!(report.to_string().contains("skipped, because the instance is in multi-session mode\n"), "{report}");
}

/// A harness whose controls fail.
struct Failing;

#[async_trait]
impl Harness for Failing {
    async fn add_user(&self, _: WantedUser) -> Result<TestUser, HarnessError> {
        Err(HarnessError::failed("the server's controls are off"))
    }

    async fn unused_address(&self) -> Result<String, HarnessError> {
        Err(HarnessError::failed("the server's controls are off"))
    }

    async fn messages_to(&self, _: &str) -> Result<Vec<Content>, HarnessError> {
        Err(HarnessError::failed("the server's controls are off"))
    }
}

#[tokio::test]
async fn harness_that_fails_never_passes() {
    let broken = laws::right_code_verifies(&FakeBackend::new(), &Failing).await.unwrap_err();
    assert_eq!(
        broken.to_string(),
        "right_code_verifies: expected a harness that works, but got the harness failed: the server's controls are off"
    );
}

#[tokio::test]
async fn each_fault_is_caught_by_its_law_and_each_law_catches_a_fault() {
    let mut caught: BTreeMap<&str, Vec<&str>> = LAWS.iter().map(|law| (law.name, Vec::new())).collect();
    let mut missed = Vec::new();
    for fault in faults::all() {
        let (backend, harness) = fault.make();
        let report = laws::check_all(&backend, &harness).await;
        let broken: Vec<_> = report.broken.iter().map(|broken| broken.law).collect();
        if !broken.contains(&fault.caught_by) {
            missed.push(format!("{} missed: {}, but caught by {broken:?}", fault.caught_by, fault.name));
        }
        // A fault that breaks everything says little about a law.
        if broken.len() <= LAWS.len() / 6 {
            for law in broken {
                caught.entry(law).or_default().push(fault.name);
            }
        }
    }
    let mut table = String::new();
    for law in LAWS {
        writeln!(table, "| `{}` | {} |", law.name, caught[law.name].join("; ")).unwrap();
    }
    println!("{} faulty backends. The laws, and the small faults that break them:\n{table}", faults::all().count());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    let idle: Vec<_> = caught.iter().filter(|(_, faults)| faults.is_empty()).map(|(law, _)| *law).collect();
    assert!(idle.is_empty(), "no small fault breaks these laws: {idle:?}");
}

#[tokio::test]
async fn each_fault_is_a_fault_of_the_wrapper() {
    // Without its fault, the same wrapper keeps every law.
    let (backend, harness) = faults::NONE.make();
    kept(&laws::check_all(&backend, &harness).await);
}

#[test]
fn broken_law_says_what_came() {
    let (backend, harness) = faults::named("a code of the authenticator app works more than once").make();
    let backend: &dyn Backend = &backend;
    let broken = futures::executor::block_on(laws::totp_code_works_once(backend, &harness)).unwrap_err();
    let said = broken.to_string();
    assert!(said.starts_with("totp_code_works_once: expected POST /v1/client/sign_ins/sia_"), "{said}");
    let came = "/attempt_second_factor to be rejected, but got success, with the status complete";
    assert!(said.ends_with(came), "{said}");
}
