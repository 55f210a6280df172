//! A user interface of lines: what you type goes in as messages, and the view comes out.
//!
//! ```sh
//! cargo run -p slot
//! ```
//!
//! Sign in as `linus+clerk_test@example.com` (code `424242`) to the server in memory. `/resend`, `/another` and `/over`
//! are the other messages.

use clerk_sign_in::Client;
use clerk_sign_in::fake::FakeBackend;
use slot::Message;
use slot::object::Screen;
use tokio::io::{AsyncBufReadExt as _, BufReader};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let client = Client::new(FakeBackend::demo());
    let mut screen = Screen::new(&client);
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        let view = screen.view();
        if let Some(error) = &view.error {
            println!("! {error}");
        }
        println!("{}", view.asks);
        if view.is_over {
            return Ok(());
        }
        let Some(line) = lines.next_line().await? else { return Ok(()) };
        screen
            .update(match line.as_str() {
                "/resend" => Message::Resend,
                "/another" => Message::Another,
                "/over" => Message::StartOver,
                text => Message::Typed(text.to_owned()),
            })
            .await;
    }
}
