//! Tests of sign-ins in the user's own browser, and of the callback to the program. The tests use real sockets. One
//! test makes a complete sign-in over HTTP, at the fake server's identity provider.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::time::Duration;

use clerk_sign_in::platform::{Browser, CapabilityError, SystemBrowser};
use clerk_sign_in::{AfterRedirect, AnySignIn, ErrorKind, Sso};
use support::{L, World, reached, take};

const HERE: &str = "http://127.0.0.1:";

/// Requests a URL as a browser does, and returns the answer.
fn get(url: &str) -> String {
    let host = url.strip_prefix("http://").unwrap().split('/').next().unwrap();
    get_as(url, host)
}

fn get_as(url: &str, host: &str) -> String {
    let (address, target) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /{target} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Creates a browser that passes the page's URL to `open`.
fn browser(open: impl Fn(&str) -> io::Result<()> + Send + Sync + 'static) -> SystemBrowser {
    SystemBrowser::new("Notes & more").open_with(open)
}

fn nobody() -> SystemBrowser {
    browser(|_| Ok(()))
}

#[tokio::test(flavor = "multi_thread")]
async fn program_signs_in_through_the_system_browser() {
    let world = World::http().await;
    let client = world.client();
    let fake = world.fake.clone();
    let opens = browser(move |url| {
        // The user agrees, and the browser follows every redirect.
        let back = fake.consent(url, L).unwrap();
        assert!(get(&back).contains("You can go back to Notes &amp; more now."));
        Ok(())
    });
    let done = client.sign_in().sso_with(&Sso::oauth("google"), &opens).await.unwrap();
    reached!(done, AfterRedirect::Complete);
}

/// If the program exits after the visit, the listener stops too. The page must therefore be sent before the visit ends.
#[tokio::test]
async fn page_is_sent_before_the_visit_ends() {
    for _ in 0..20 {
        let (sender, streams) = mpsc::channel();
        let opens = browser(move |url| {
            let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
            let mut stream = TcpStream::connect(host)?;
            write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n")?;
            sender.send(stream).unwrap();
            Ok(())
        });
        let visit = opens.reserve().await.unwrap();
        let url = visit.redirect_url().to_owned();
        visit.open(&url).await.unwrap();
        let mut stream = streams.recv().unwrap();
        stream.set_nonblocking(true).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("You can go back to Notes &amp; more now."), "{answer}");
    }
}

#[tokio::test]
async fn callback_url_is_local_and_unguessable() {
    let (one, other) = (nobody().reserve().await.unwrap(), nobody().reserve().await.unwrap());
    for visit in [&one, &other] {
        let (port, path) = visit.redirect_url().strip_prefix(HERE).unwrap().split_once('/').unwrap();
        assert!(port.parse::<u16>().unwrap() > 0 && path.len() == 43);
        assert!(!format!("{visit:?}").contains(path));
    }
    assert_ne!(one.redirect_url(), other.redirect_url());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_first_callback_ends_the_visit() {
    let (tell, told) = mpsc::channel();
    let visit = nobody().reserve().await.unwrap();
    let redirect_url = visit.redirect_url().to_owned();
    let somebody = std::thread::spawn(move || {
        let base = redirect_url.rsplit_once('/').unwrap().0.to_owned();
        let passed_over = [
            get(&format!("{base}/favicon.ico")),
            get(&format!("{base}/guess?rotating_token_nonce=x")),
            // This request names a foreign host and must be refused. Another site could otherwise read the callback
            // through a host name that resolves to this machine.
            get_as(&format!("{redirect_url}?rotating_token_nonce=x"), "evil.example"),
        ];
        tell.send(passed_over).unwrap();
        // A browser may open connections that it never uses.
        let idle = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
        let first = get(&format!("{redirect_url}?rotating_token_nonce=secret"));
        drop(idle);
        first
    });
    let came_back = visit.open("https://provider.example").await.unwrap();
    assert!(came_back.expose().ends_with("?rotating_token_nonce=secret"));
    assert!(told.recv().unwrap().iter().all(|answer| answer.starts_with("HTTP/1.1 404")));
    assert!(somebody.join().unwrap().starts_with("HTTP/1.1 200"));
}

/// Other programs on this machine can connect to the listener, and say nothing or half of a request.
#[tokio::test(flavor = "multi_thread")]
async fn callback_gets_through_while_others_hold_connections() {
    for (count, said) in [(40, ""), (64, ""), (300, ""), (300, "GET / HTTP/1.1\r\nHost: "), (300, "nonsense")] {
        let (connect, connected) = mpsc::channel();
        let visit = browser(move |url| {
            let (host, _) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
            let silent: Vec<_> = (0..count)
                .map(|_| {
                    let mut stream = TcpStream::connect(host).unwrap();
                    // The listener may have dropped the connection already.
                    let _ = stream.write_all(said.as_bytes());
                    stream
                })
                .collect();
            let answer = get(&format!("{url}?rotating_token_nonce=secret"));
            connect.send((silent, answer)).unwrap();
            Ok(())
        });
        let visit = visit.reserve().await.unwrap();
        let redirect_url = visit.redirect_url().to_owned();
        let came_back = tokio::time::timeout(Duration::from_secs(30), visit.open(&redirect_url)).await;
        let came_back = came_back.expect("the callback gets through").unwrap();
        assert!(came_back.expose().ends_with("?rotating_token_nonce=secret"));
        let (silent, answer) = connected.recv().unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{count} connections: {answer}");
        drop(silent);
    }
}

/// The oldest connection makes room for a new one, but a request that has arrived is never dropped.
#[tokio::test(flavor = "multi_thread")]
async fn callback_gets_through_while_others_keep_connecting() {
    for _ in 0..5 {
        let (tell, told) = mpsc::channel();
        let visit = browser(move |url| {
            let (host, _) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
            let connect = || (0..80).map(|_| TcpStream::connect(host)).collect::<Vec<_>>();
            let answer = std::thread::scope(|scope| {
                let others: Vec<_> = (0..4).map(|_| scope.spawn(connect)).collect();
                let answer = get(&format!("{url}?rotating_token_nonce=secret"));
                for other in others {
                    drop(other.join().unwrap());
                }
                answer
            });
            tell.send(answer).unwrap();
            Ok(())
        });
        let visit = visit.reserve().await.unwrap();
        let redirect_url = visit.redirect_url().to_owned();
        assert!(visit.open(&redirect_url).await.unwrap().expose().ends_with("?rotating_token_nonce=secret"));
        assert!(told.recv().unwrap().starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn panic_of_the_opener_ends_the_visit() {
    let visit = browser(|_| panic!("this panic is part of the test")).reserve().await.unwrap();
    let failed = tokio::time::timeout(Duration::from_secs(60), visit.open("https://provider.example")).await;
    let failed = failed.expect("the visit ends").unwrap_err();
    assert!(matches!(failed, CapabilityError::Failed(_)), "{failed}");
}

/// A `BrowserVisit` is public, so an app can give it any URL.
#[tokio::test]
async fn only_a_web_page_is_opened() {
    for url in ["javascript:alert(1)", "file:///etc/passwd", "--version", "ms-msdt:/id", " https://provider.example"] {
        let (tell, told) = mpsc::channel();
        let visit = browser(move |url| {
            tell.send(url.to_owned()).unwrap();
            Err(io::Error::other("opened"))
        });
        let failed = visit.reserve().await.unwrap().open(url).await.unwrap_err();
        assert!(matches!(failed, CapabilityError::Failed(_)), "{failed}");
        drop(visit);
        assert!(told.recv().is_err(), "{url}");
    }
}

#[tokio::test]
async fn visit_times_out() {
    let visit = nobody().timeout(Duration::from_millis(50)).reserve().await.unwrap();
    let redirect_url = visit.redirect_url().to_owned();
    let failed = visit.open("https://provider.example").await.unwrap_err();
    assert!(matches!(failed, CapabilityError::Failed(_)), "{failed}");
    assert!(is_gone(&redirect_url).await);
}

#[tokio::test]
async fn dropped_visit_stops_listening() {
    let visit = nobody().reserve().await.unwrap();
    let redirect_url = visit.redirect_url().to_owned();
    let waited = tokio::time::timeout(Duration::from_millis(50), visit.open("https://provider.example")).await;
    assert!(waited.is_err());
    assert!(is_gone(&redirect_url).await);
}

async fn is_gone(redirect_url: &str) -> bool {
    let address = redirect_url.strip_prefix("http://").unwrap().split('/').next().unwrap();
    for _ in 0..20 {
        if TcpStream::connect(address).is_err() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test]
async fn missing_browser_is_an_error_and_keeps_the_sign_in() {
    let world = World::memory();
    let none = browser(|_| Err(io::Error::new(io::ErrorKind::NotFound, "none is installed")));
    let failed = world.client().sign_in().sso_with(&Sso::oauth("google"), &none).await.unwrap_err().into_any();
    assert!(matches!(failed.error.kind(), ErrorKind::Capability(CapabilityError::Unavailable(_))), "{}", failed.error);
    let ready = take!(failed.handed_back, AnySignIn::RedirectReady);
    assert!(!ready.external_url().is_empty());
}
