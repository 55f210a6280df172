//! Serves the demo people over HTTP on the loopback address, and prints what it "sends".
//!
//! `cargo run --example fake_server --features server -- 4010`

use std::time::Duration;

use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::platform::TokioTimer;
use clerk_sign_in::server::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::args().nth(1).unwrap_or_else(|| "4010".to_owned()).parse()?;
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    let server = Server::bind(("127.0.0.1", port), fake.clone()).await?;
    println!("listening on {}", server.url());

    let printing = tokio::spawn(async move {
        let mut printed = 0;
        loop {
            for message in fake.outbox().iter().skip(printed) {
                println!("to {}: {}", message.to, message.code.expose());
                printed += 1;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    server
        .serve(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    printing.abort();
    Ok(())
}
