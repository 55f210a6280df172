//! Uses a browser visit for a second sign-in.

use clerk_sign_in::platform::BrowserVisit;
use clerk_sign_in::{Error, RedirectReady, SignIn};

pub async fn twice(
    one: SignIn<RedirectReady>,
    other: SignIn<RedirectReady>,
    visit: Box<dyn BrowserVisit>,
) -> Result<(), Error> {
    drop(one.finish_with(visit).await?);
    drop(other.finish_with(visit).await?);
    Ok(())
}

fn main() {}
