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

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use accident::KINDS;
use search::{Bounds, Explored, Matrix, Search, Violation};
use worlds::{PLANS, Plan};

/// A world is larger than this only by mistake.
const STATES_AT_MOST: usize = 400_000;

/// A run: a world, its waits, and whether accidents happen.
type Run = (&'static Plan, u8, bool);

fn main() -> ExitCode {
    let (flags, names): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let has = |name: &str| flags.iter().any(|flag| flag == name);
    let plans = PLANS.iter().filter(|plan| names.is_empty() || names.iter().any(|name| name == plan.name()));
    let more = u8::from(has("--larger"));
    let runs: Vec<Run> = plans
        .flat_map(|plan| {
            let (calm, stormy) = plan.waits();
            if has("--short") {
                vec![(plan, 0, false)]
            } else {
                vec![(plan, stormy + more, true), (plan, calm + more, false)]
            }
        })
        .collect();
    println!(
        "| world | accidents | waits | states | edges | depth | merged | audited | no dead end | raw requests | s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    let (next, is_broken, matrix) = (AtomicUsize::new(0), AtomicBool::new(false), Mutex::new(Matrix::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(run) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let began = Instant::now();
                    match explore(*run) {
                        Ok(found) => {
                            print(*run, &found, began);
                            let mut matrix = matrix.lock().unwrap();
                            for (cell, results) in found.matrix {
                                matrix.entry(cell).or_default().extend(results);
                            }
                        }
                        Err(violation) => {
                            is_broken.store(true, Ordering::Relaxed);
                            print_violation(*run, &violation);
                        }
                    }
                }
            });
        }
    });
    if has("--matrix") {
        print_matrix(&matrix.into_inner().unwrap());
    }
    if is_broken.into_inner() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn explore((plan, waits, accidents): Run) -> Result<Explored, Violation> {
    let (world, keys) = plan.make();
    Search::new(&world, &keys, Bounds { waits, accidents, states: STATES_AT_MOST }).run()
}

fn print((plan, waits, accidents): Run, found: &Explored, began: Instant) {
    println!(
        "| {} | {} | {waits} | {} | {} | {} | {} | {} | {} | {} | {:.1} |",
        plan.name(),
        if accidents { "all" } else { "none" },
        found.states,
        found.edges,
        found.depth,
        found.merged,
        found.audited,
        found.judged_for_dead_ends,
        found.raw_requests,
        began.elapsed().as_secs_f64()
    );
}

fn print_violation((plan, waits, accidents): Run, violation: &Violation) {
    let mut lines = vec![format!("\n{}, accidents: {accidents}, waits: {waits}\n{}", plan.name(), violation.what)];
    for label in &violation.trace {
        lines.push(match label.accident {
            Some((kind, nth)) => format!("    {:?}, but call {nth}: {kind:?}, then {:?}", label.step, label.then),
            None => format!("    {:?}", label.step),
        });
    }
    println!("{}", lines.join("\n"));
}

/// Prints what followed each kind of accident, for each state and step.
fn print_matrix(matrix: &Matrix) {
    let rows: BTreeSet<_> = matrix.keys().map(|(state, step, _)| (*state, *step)).collect();
    println!("\n| state | step | accident | then |\n|---|---|---|---|");
    for (state, step) in &rows {
        for kind in KINDS {
            if let Some(results) = matrix.get(&(*state, *step, kind)) {
                let results: Vec<_> = results.iter().map(String::as_str).collect();
                println!("| {state} | {step:?} | {kind:?} | {} |", results.join("; "));
            }
        }
    }
    println!("\n{} cells", matrix.len());
}
