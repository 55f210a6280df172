//! The listener to which the browser returns.

use std::future::Future;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use futures::channel::oneshot::{self, Receiver, Sender};

use crate::platform::CapabilityError;
use crate::wire::Secret;

/// The interval at which the listener checks for a new connection and for the end of the visit.
const LOOKS_EVERY: Duration = Duration::from_millis(25);
/// The time within which a request must be complete.
const REQUEST_WITHIN: Duration = Duration::from_secs(5);
/// The maximum length of the head of a request, in bytes.
const HEAD_AT_MOST: usize = 16 * 1024;
const HEADERS_AT_MOST: usize = 64;
/// The maximum number of simultaneous connections. Browsers also open connections that they may never use.
const CONNECTIONS_AT_MOST: usize = 32;

type CameBackWith = Result<Secret, CapabilityError>;

/// The handle with which the listener thread ends a visit.
#[derive(Clone)]
pub(super) struct Waiting(Arc<Mutex<Option<Sender<CameBackWith>>>>);

impl Waiting {
    /// Ends the visit, unless it has already ended.
    pub(super) fn end(&self, with: CameBackWith) {
        if let Some(sender) = self.take() {
            // If the task no longer waits, sending fails. That is fine.
            let _ = sender.send(with);
        }
    }

    /// Returns the sender that ends the visit. Only the first caller gets the sender, and only while a task is waiting.
    fn take(&self) -> Option<Sender<CameBackWith>> {
        self.lock().take().filter(|sender| !sender.is_canceled())
    }

    /// Returns `true` if the visit has ended, because the user came back or because the task no longer waits.
    fn is_over(&self) -> bool {
        self.lock().as_ref().is_none_or(Sender::is_canceled)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Sender<CameBackWith>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The handle with which a task waits for the end of a visit. Dropping it ends the visit.
pub(super) struct CameBack(Receiver<CameBackWith>);

impl Future for CameBack {
    type Output = CameBackWith;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let gone = |_| Err(CapabilityError::failed("the listener is gone"));
        Pin::new(&mut self.0).poll(context).map(|ended| ended.unwrap_or_else(gone))
    }
}

pub(super) fn wait() -> (Waiting, CameBack) {
    let (sender, receiver) = oneshot::channel();
    (Waiting(Arc::new(Mutex::new(Some(sender)))), CameBack(receiver))
}

/// The redirect URL that the browser is expected to request, and the handle that ends the visit.
#[derive(Clone)]
pub(super) struct Loopback {
    redirect_url: String,
    app_name: String,
    waiting: Waiting,
}

impl Loopback {
    pub(super) const fn new(redirect_url: String, app_name: String, waiting: Waiting) -> Self {
        Self { redirect_url, app_name, waiting }
    }

    /// Listens until the visit has ended.
    pub(super) fn listen(self, listener: &TcpListener, timeout: Duration) {
        let begun = Instant::now();
        let open = Arc::new(AtomicUsize::new(0));
        while !self.waiting.is_over() {
            if begun.elapsed() >= timeout {
                let why = format!("nobody came back within {} seconds", timeout.as_secs());
                self.waiting.end(Err(CapabilityError::failed(why)));
                return;
            }
            match listener.accept() {
                Ok((stream, _)) if open.load(Ordering::Relaxed) < CONNECTIONS_AT_MOST => {
                    let (this, count) = (self.clone(), Arc::clone(&open));
                    count.fetch_add(1, Ordering::Relaxed);
                    let answered = thread::Builder::new().spawn(move || {
                        // If the browser closes the connection, the answer cannot be sent. That is fine.
                        let _ = this.answer(stream);
                        count.fetch_sub(1, Ordering::Relaxed);
                    });
                    if answered.is_err() {
                        open.fetch_sub(1, Ordering::Relaxed);
                    }
                }
                Err(error)
                    if !matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::ConnectionAborted | ErrorKind::Interrupted
                    ) =>
                {
                    self.waiting.end(Err(CapabilityError::failed(error)));
                    return;
                }
                Ok(_) | Err(_) => thread::sleep(LOOKS_EVERY),
            }
        }
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(REQUEST_WITHIN))?;
        stream.set_write_timeout(Some(REQUEST_WITHIN))?;
        let head = head_of(&mut stream)?;
        let url = self.came_back_to(&head);
        let first = url.as_ref().and_then(|_| self.waiting.take());
        let (status, message) = match (&url, &first) {
            (None, _) => ("404 Not Found", "Nothing is here.".to_owned()),
            (Some(_), Some(_)) => ("200 OK", format!("You can go back to {} now.", self.app_name)),
            (Some(_), None) => {
                ("410 Gone", format!("This was used already. Go back to {}, and begin again there.", self.app_name))
            }
        };
        let page = page(&self.app_name, &message);
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
             Referrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:\r\n\
             Connection: close\r\n\r\n{page}",
            page.len(),
        );
        let answered = stream.write_all(answer.as_bytes()).and_then(|()| stream.shutdown(Shutdown::Write));
        // Send this last, because it lets the waiting task continue. The program may then exit, which ends this thread
        // too.
        if let Some((url, first)) = url.zip(first) {
            let _ = first.send(Ok(url.into()));
        }
        answered
    }

    /// Returns the complete URL if this is a request for the redirect URL.
    ///
    /// The `Host` header must contain the listener's address itself, not a host name that resolves to that address.
    fn came_back_to(&self, head: &[u8]) -> Option<String> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_AT_MOST];
        let mut request = httparse::Request::new(&mut headers);
        request.parse(head).ok().filter(httparse::Status::is_complete)?;
        let (base, path) = self.redirect_url.strip_prefix("http://")?.split_once('/')?;
        let target = request.path.filter(|_| request.method == Some("GET"))?;
        let asked = target.split('?').next()?.strip_prefix('/')?;
        let is_here = |header: &&httparse::Header<'_>| {
            header.name.eq_ignore_ascii_case("host") && header.value == base.as_bytes()
        };
        (asked == path && request.headers.iter().any(|header| is_here(&header)))
            .then(|| format!("http://{base}{target}"))
    }
}

/// Reads the head of a request, up to the empty line.
fn head_of(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let deadline = Instant::now() + REQUEST_WITHIN;
    let (mut head, mut part) = (Vec::new(), [0; 2048]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > HEAD_AT_MOST || Instant::now() > deadline {
            return Err(ErrorKind::InvalidData.into());
        }
        match stream.read(&mut part)? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            read => head.extend_from_slice(part.get(..read).unwrap_or_default()),
        }
    }
    Ok(head)
}

fn page(app_name: &str, message: &str) -> String {
    let (title, message) = (escaped(app_name), escaped(message));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>:root {{ color-scheme: light dark }} body {{ font: 18px/1.5 system-ui, sans-serif; margin: 20vh auto; \
         max-width: 30rem; padding: 1rem; text-align: center }}</style>\n<h1>{message}</h1>\n<p>This window can be closed.</p>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
