//! A connection to the listener. Nothing here blocks.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use crate::fault_switches::without;

/// The time within which a request must be complete.
const REQUEST_WITHIN: Duration = Duration::from_secs(5);
/// The maximum length of the head of a request, in bytes.
const HEAD_AT_MOST: usize = 16 * 1024;

pub(super) struct Connection {
    stream: TcpStream,
    head: Vec<u8>,
    accepted: Instant,
}

/// The part of a request that has arrived.
pub(super) enum Received {
    /// The head is not complete yet.
    Part,
    /// The head is complete.
    Head,
    /// There will be no request: the connection is closed, or took too long, or sent too much.
    Nothing,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self { stream, head: Vec::new(), accepted: Instant::now() })
    }

    /// Reads what has arrived of the head of a request, up to the empty line.
    pub(super) fn receive(&mut self) -> Received {
        let mut part = [0; 2048];
        loop {
            match self.stream.read(&mut part) {
                Ok(0) => return Received::Nothing,
                Ok(read) => {
                    // The empty line may have begun in the part before.
                    let from = self.head.len().saturating_sub(3);
                    self.head.extend_from_slice(part.get(..read).unwrap_or_default());
                    if self.head.get(from..).is_some_and(|new| new.windows(4).any(|end| end == b"\r\n\r\n")) {
                        return Received::Head;
                    }
                    if self.head.len() > HEAD_AT_MOST {
                        return Received::Nothing;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let may_wait = self.accepted.elapsed() < REQUEST_WITHIN
                        || without("a silent connection keeps no callback out");
                    return if may_wait { Received::Part } else { Received::Nothing };
                }
                Err(_) => return Received::Nothing,
            }
        }
    }

    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Sends an answer, which is far shorter than the buffer of a new connection.
    ///
    /// If the browser closes the connection, the answer cannot be sent. That is fine.
    pub(super) fn send(&mut self, answer: &[u8]) {
        let _ = self.stream.write_all(answer).and_then(|()| self.stream.shutdown(Shutdown::Write));
    }
}
