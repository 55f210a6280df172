//! Tests of the HTTP backend that use real sockets. They cover timeouts, sizes, proxies, certificates and custom HTTP
//! stacks.

use std::error::Error as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clerk_sign_in::backend::{BackendError, HttpSetupError, Transport};
use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::server::Server;
use clerk_sign_in::{AfterCreate, Client, ErrorKind, HttpBackend, PublishableKey, async_trait};
use support::openapi::Validated;
use support::{A, reached, stayed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[tokio::test]
async fn endless_answer_is_cut_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        while stream.write_all(format!("400\r\n{}\r\n", " ".repeat(0x400)).as_bytes()).await.is_ok() {}
    });
    let backend = HttpBackend::builder(url).max_answer_size(100_000).build().unwrap();
    let error = Client::new(backend).refresh().await.unwrap_err();
    assert_eq!(error.to_string(), "the answer is larger than 100000 bytes");
}

#[tokio::test]
async fn silent_server_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let backend = HttpBackend::builder(url).timeout(Duration::from_millis(100)).build().unwrap();
    let (error, _) = stayed!(Client::new(backend).sign_in().create(A).await);
    assert!(error.is_outcome_unknown(), "{error}");
}

/// Starts a server that answers every connection with the same bytes.
async fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn damaged_response_hands_the_sign_in_back() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"response\":"[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        b"not http at all",
        b"",
    ] {
        let backend = HttpBackend::builder(answering(bytes).await).build().unwrap();
        let (_, at) = stayed!(Client::new(backend).sign_in().create(A).await);
        assert_eq!(at.id(), None);
    }
}

#[tokio::test]
async fn request_goes_through_the_proxy() {
    let fake = Validated::new(FakeBackend::demo());
    let proxied = Server::bind("127.0.0.1:0", fake).await.unwrap().spawn();
    // With plain HTTP, the backend sends the whole URL to the proxy. In this test, a server that reads only the path
    // acts as the proxy.
    let backend = HttpBackend::builder("http://clerk.invalid").proxy(proxied.url()).build().unwrap();
    reached!(Client::new(backend).sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
}

/// Starts a TLS terminator in front of `to`. Returns the terminator's address, and its certificate authority in PEM
/// format.
async fn behind_tls(to: SocketAddr) -> (SocketAddr, String) {
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key);
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config.unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut plain = tokio::net::TcpStream::connect(to).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut stream, &mut plain).await });
        }
    });
    (address, own.cert.pem())
}

#[tokio::test]
async fn custom_root_certificate_is_trusted() {
    let server = Server::bind("127.0.0.1:0", Validated::new(FakeBackend::demo())).await.unwrap();
    let (address, certificate) = behind_tls(server.address()).await;
    let _running = server.spawn();
    let url = format!("https://localhost:{}", address.port());

    let distrustful = HttpBackend::builder(&url).build().unwrap();
    let (error, _) = stayed!(Client::new(distrustful).sign_in().create(A).await);
    assert!(matches!(error.kind(), ErrorKind::NotSent(_)) && !error.is_outcome_unknown(), "{error}");

    let trusting = HttpBackend::builder(&url).root_certificates(certificate).build().unwrap();
    reached!(Client::new(trusting).sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
}

#[tokio::test]
async fn headers_of_the_backend_and_the_client_are_sent() {
    #[derive(Debug, Default)]
    struct Recording(Mutex<Vec<http::HeaderMap>>);
    #[async_trait]
    impl Transport for Recording {
        async fn send(&self, message: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, BackendError> {
            self.0.lock().unwrap().push(message.headers().clone());
            Err(BackendError::transport("recorded"))
        }
    }
    let recording = Arc::new(Recording::default());
    let backend = HttpBackend::with_transport("https://clerk.invalid/", Arc::clone(&recording));
    assert_eq!(backend.base_url(), "https://clerk.invalid");
    let name = http::HeaderName::from_static("x-forwarded-for");
    let client = Client::builder(backend).header(name, http::HeaderValue::from_static("203.0.113.7")).build();
    let _ = client.refresh().await.unwrap_err();
    let headers = recording.0.lock().unwrap().pop().unwrap();
    assert_eq!(headers["x-forwarded-for"], "203.0.113.7");
    assert_eq!(headers["x-mobile"], "1");
}

#[test]
fn invalid_configuration_is_explained() {
    for url in ["", "clerk.example.com", "ftp://clerk.example.com", "https://", "https://a b"] {
        let error = HttpBackend::builder(url).build().unwrap_err();
        assert!(matches!(&error, HttpSetupError::Url(given) if given == url), "{error}");
    }
    // A query or a user name may be a secret.
    for (url, shown) in [("https://a/?x=1", "https://a/?[secret]"), ("https://u:p@", "https://[secret]@")] {
        let error = HttpBackend::builder(url).build().unwrap_err();
        assert!(matches!(&error, HttpSetupError::Url(given) if given == shown), "{error}");
    }
    let error = HttpBackend::builder("https://clerk.example.com").proxy("::").build().unwrap_err();
    assert!(matches!(error, HttpSetupError::Proxy), "{error}");
    let error = HttpBackend::builder("https://a.b").root_certificates("-----BEGIN CERTIFICATE-----\n!\n").build();
    assert!(matches!(error, Err(HttpSetupError::Certificate(_))), "{error:?}");

    let key: PublishableKey = "pk_live_Y2xlcmsuYWNtZS5kZXYk".parse().unwrap();
    assert_eq!(HttpBackend::from_publishable_key(&key).unwrap().base_url(), "https://clerk.acme.dev");
}

#[tokio::test]
async fn unknown_path_gets_an_error_in_clerks_format() {
    let server = Server::bind("127.0.0.1:0", FakeBackend::demo()).await.unwrap();
    let address = server.address();
    let _running = server.spawn();
    let ask = async |text: String| {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let end = "host: x\r\nconnection: close\r\n";
    let answer = ask(format!("GET /v1/nothing HTTP/1.1\r\n{end}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 404") && answer.contains(r#""code":"fake_has_no_endpoint""#), "{answer}");
    let large = "identifier=".to_owned() + &"a".repeat(70_000);
    let length = large.len();
    let post =
        format!("POST /v1/client/sign_ins?_is_native=1 HTTP/1.1\r\n{end}content-length: {length}\r\n\r\n{large}");
    let answer = ask(post).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("request_body_too_large"), "{answer}");
    let twice = "identifier=a&identifier=b";
    let post = format!("POST /v1/client/sign_ins HTTP/1.1\r\n{end}content-length: {}\r\n\r\n{twice}", twice.len());
    let answer = ask(post).await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("request_body_invalid"), "{answer}");
}

/// If a connection is refused, no request is sent. It is therefore certain that the call had no effect, and not even
/// reads are retried.
#[tokio::test]
async fn refused_connection_is_not_an_unknown_outcome() {
    // No server listens on port 1 of the loopback address.
    let client = Client::new(HttpBackend::builder("http://127.0.0.1:1").build().unwrap());
    let began = std::time::Instant::now();
    let error = client.refresh().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotSent(_)) && !error.is_outcome_unknown(), "{error}");
    assert_eq!((error.code(), error.source().is_some()), ("not_sent", true));
    assert!(!error.to_string().contains("may have happened"), "{error}");
    // If the call were retried three times, the pauses alone would take at least this long.
    assert!(began.elapsed() < Duration::from_millis(700), "{:?}", began.elapsed());
}

#[test]
fn missing_tokio_runtime_is_an_error() {
    let client = Client::new(HttpBackend::builder("https://clerk.example.com").build().unwrap());
    let error = futures::executor::block_on(client.refresh()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotSent(_)), "{error}");
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("tokio runtime") && cause.contains("with_transport"), "{cause}");
}

#[test]
fn base_url_overrides_the_publishable_key() {
    let key: PublishableKey = "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k".parse().unwrap();
    assert_eq!(HttpBackend::builder_for(&key).build().unwrap().base_url(), "https://clerk.example.com");
    let pointed = HttpBackend::builder_for(&key).base_url("http://127.0.0.1:4010/").build().unwrap();
    assert_eq!(pointed.base_url(), "http://127.0.0.1:4010");
}
