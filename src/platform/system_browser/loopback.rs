//! The listener to which the browser returns.

mod connection;

use std::collections::VecDeque;
use std::future::Future;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use futures::channel::oneshot::{self, Receiver, Sender};

use self::connection::{Connection, Received};
use crate::fault_switches::without;
use crate::platform::CapabilityError;
use crate::wire::Secret;

/// The interval at which the listener checks for new connections, for requests and for the end of the visit.
const LOOKS_EVERY: Duration = Duration::from_millis(25);
/// The interval after new connections. Their requests usually arrive at once, and more connections may follow.
const LOOKS_AGAIN_AFTER: Duration = Duration::from_millis(1);
const HEADERS_AT_MOST: usize = 64;
/// The maximum number of connections that wait for a request. Browsers also open connections that they may never use,
/// and other programs can open any number. The oldest connection makes room for a new one.
const CONNECTIONS_AT_MOST: usize = 64;

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
    ///
    /// All connections are served on this thread, and none of them can block it.
    pub(super) fn listen(self, listener: &TcpListener, timeout: Duration) {
        let begun = Instant::now();
        let mut open = VecDeque::new();
        while !self.waiting.is_over() {
            if begun.elapsed() >= timeout {
                let why = format!("nobody came back within {} seconds", timeout.as_secs());
                self.waiting.end(Err(CapabilityError::failed(why)));
                return;
            }
            let accepted = match accept(listener, &mut open) {
                Ok(accepted) => accepted,
                Err(error) => {
                    self.waiting.end(Err(CapabilityError::failed(error)));
                    return;
                }
            };
            // A request that has arrived is answered before its connection can be dropped.
            open.retain_mut(|connection: &mut Connection| match connection.receive() {
                Received::Part => true,
                Received::Head => {
                    self.answer(connection);
                    false
                }
                Received::Nothing => false,
            });
            open.drain(..open.len().saturating_sub(CONNECTIONS_AT_MOST));
            match accepted {
                0 => thread::sleep(LOOKS_EVERY),
                CONNECTIONS_AT_MOST => {}
                _ => thread::sleep(LOOKS_AGAIN_AFTER),
            }
        }
    }

    fn answer(&self, connection: &mut Connection) {
        let url = self.came_back_to(connection.head());
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
        connection.send(answer.as_bytes());
        // Send this last, because it lets the waiting task continue. The program may then exit, which ends this thread
        // too.
        if let Some((url, first)) = url.zip(first) {
            let _ = first.send(Ok(url.into()));
        }
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

/// Accepts the connections that are waiting, and returns how many there were. It accepts only as many as there is room
/// for, so that the requests on them are read in between.
fn accept(listener: &TcpListener, open: &mut VecDeque<Connection>) -> std::io::Result<usize> {
    let mut accepted = 0;
    if !open.is_empty() && without("a silent connection keeps no callback out") {
        return Ok(0);
    }
    while accepted < CONNECTIONS_AT_MOST {
        match listener.accept() {
            Ok((stream, _)) => {
                accepted += 1;
                // A connection that cannot be set up is dropped.
                open.extend(Connection::new(stream));
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => {
                accepted += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(accepted)
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
