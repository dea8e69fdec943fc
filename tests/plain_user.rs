//! Tests that the requests are the same bytes for every user.
//!
//! Features of a dependency are shared: our dev-dependencies switch on `serde_json/preserve_order`
//! in these tests, and a user's program does not. `.ci/run` runs the package `plain_user`, which
//! has no dev-dependencies, and compares its output with the same file as the test below.

#[path = "plain_user/src/requests.rs"]
mod requests;

#[test]
fn the_requests_of_a_plain_user_are_ours() {
    assert_eq!(requests::requests(), include_str!("plain_user/expected.txt"));
}
