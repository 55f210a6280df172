//! The running program, and its output.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::platform::TokioTimer;
use clerk_sign_in::server::{RunningServer, Server};

use support::openapi::Validated;

pub(super) async fn serve() -> RunningServer {
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    Server::bind("127.0.0.1:0", Validated::new(fake)).await.unwrap().spawn()
}

/// The time limit for each step. If a step takes longer, the test assumes that the program hangs.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The running program. If the test ends before the program does, the program is killed.
pub(super) struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    seen: Vec<String>,
    stderr: Option<JoinHandle<String>>,
}

#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<String>,
    pub(super) stderr: String,
}

impl Program {
    pub(super) fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[])
    }

    pub(super) fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_terminal"))
            .args(arguments)
            .env("NO_PROXY", "127.0.0.1")
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut stderr = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        Self { stdin: child.stdin.take(), child, lines, seen: Vec::new(), stderr: Some(stderr) }
    }

    pub(super) fn answer(&mut self, lines: &[&str]) {
        for line in lines {
            writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
        }
    }

    /// Returns the next line of output that contains this text.
    pub(super) fn read_until(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else { panic!("no `{text}` in {:#?}", self.seen) };
            self.seen.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
    }

    pub(super) fn mailed_code(&mut self, address: &str) -> String {
        let mail = self.read_until(&format!(" to {address}: "));
        mail.rsplit(' ').next().unwrap().to_owned()
    }

    /// Interrupts the program, as Ctrl-C does.
    #[cfg(unix)]
    pub(super) fn interrupt(&self) {
        let killed = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Closes the program's input, and waits until the program ends.
    pub(super) fn finish(mut self) -> Ended {
        drop(self.stdin.take());
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.seen.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it hangs after {:#?}", self.seen),
            }
        }
        let code = self.child.wait().unwrap().code();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        Ended { code, stdout: std::mem::take(&mut self.seen), stderr }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    pub(super) fn has_active_session(&self) -> bool {
        self.stdout.last().is_some_and(|line| line.starts_with("Active session: sess_"))
    }

    pub(super) fn count(&self, text: &str) -> usize {
        self.stdout.iter().filter(|line| line.contains(text)).count()
    }
}

/// A folder for one test. The folder is deleted at the end of the test.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("clerk-sign-in-terminal-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn file(&self) -> String {
        self.0.join("checkpoint.json").to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
