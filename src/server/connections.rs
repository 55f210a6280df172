//! Accepts connections up to a limit, and shuts down gracefully.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::service::Service;

/// The maximum size of the head of a request, in bytes.
const HEAD_AT_MOST: usize = 64 * 1024;
/// The time that a client may take to send the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// The time limit for finishing the requests that are in progress at shutdown.
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// The delay before the next try if a connection could not be accepted, for instance because no file handles were left.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);

pub(super) async fn serve(
    listener: TcpListener,
    most: usize,
    service: Service,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let open = Arc::new(Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS)));
    let connections = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(HEAD_AT_MOST);
    let service = service.for_browsers();

    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &open) => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, permit)) => {
                // Responses are small and complete, so waiting for more data would only delay them.
                let _ = stream.set_nodelay(true);
                let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service.clone()));
                let connection = connections.watch(connection);
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "connection closed");
                    }
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
            }
        }
    }
    drop(listener);
    // Connections that are still busy after this time are closed.
    let _ = tokio::time::timeout(STOP_WITHIN, connections.shutdown()).await;
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    open: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(open).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, permit))
}
