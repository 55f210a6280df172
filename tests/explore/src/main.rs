//! Explores every state that a sign-in can reach on the fake server, and prints what was found.
//!
//! `explore` explores each world within the bounds of `worlds.rs`, `explore NAME…` only the named worlds, and
//! `explore --larger` with one more wait. A violation of a law is printed with the shortest way there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a program that fails loudly"
)]

mod accident;
mod app;
mod key;
mod laws;
mod moves;
mod node;
mod search;
mod worlds;

use std::process::ExitCode;
use std::time::Instant;

use search::{Bounds, Search};
use worlds::PLANS;

fn main() -> ExitCode {
    let (flags, names): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let larger = u8::from(flags.iter().any(|flag| flag == "--larger"));
    let short = flags.iter().any(|flag| flag == "--short");
    println!("| world | accidents | waits | states | edges | depth | merged | audited | raw requests | s |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut is_broken = false;
    for plan in PLANS.iter().filter(|plan| names.is_empty() || names.iter().any(|name| name == plan.name())) {
        let (world, keys) = plan.make();
        let (calm, stormy) = world.waits;
        let runs = if short { vec![(0, false)] } else { vec![(calm + larger, false), (stormy + larger, true)] };
        for (waits, accidents) in runs {
            let began = Instant::now();
            let bounds = Bounds {
                waits,
                accidents,
                states: std::env::var("STATES").ok().and_then(|states| states.parse().ok()).unwrap_or(400_000),
            };
            match Search::new(&world, &keys, bounds).run() {
                Ok(found) => println!(
                    "| {} | {} | {waits} | {} | {} | {} | {} | {} | {} | {:.1} |",
                    world.name,
                    if accidents { "all" } else { "none" },
                    found.states,
                    found.edges,
                    found.depth,
                    found.merged,
                    found.audited,
                    found.raw_requests,
                    began.elapsed().as_secs_f64()
                ),
                Err(violation) => {
                    is_broken = true;
                    println!("\n{}, accidents: {accidents}, waits: {waits}\n{}", world.name, violation.what);
                    for label in violation.trace {
                        match label.accident {
                            Some((kind, nth)) => {
                                println!("    {:?}, but call {nth}: {kind:?}, then {:?}", label.step, label.then);
                            }
                            None => println!("    {:?}", label.step),
                        }
                    }
                }
            }
        }
    }
    if is_broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
