//! A client is made from a publishable key, without a backend.

use clerk_sign_in::Client;

fn main() {
    let _client = Client::new("pk_test_Y2xlcmsuZXhhbXBsZS5jb20k");
}
