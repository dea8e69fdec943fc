//! Measures how the cost grows with ten times the notes or tags, and with a thousand times the
//! directory.

use super::measure::{compare, seconds};
use super::work::Corpus;

/// A single mapping is too short to measure.
const REPEATS: usize = 200;
const SETTINGS: &str = r#"{"admin":"005000000000001AAA"}"#;

/// Returns the growth of the cost with ten times the notes, divided by ten. 1 means linear growth.
pub fn notes() -> f64 {
    ten_times(|count| call(&list(count, note), ""))
}

/// Returns the growth of the cost with ten times the tags, divided by ten.
pub fn tags() -> f64 {
    ten_times(|count| call("", &list(count, |index| format!(r#"{{"id":{index},"name":"Tag number {index}"}}"#))))
}

/// Returns the growth of the cost with a thousand times the directory, of which one record is the
/// caller's. 1 means no growth.
pub fn directory() -> f64 {
    let corpus = |count| Corpus::one(call("", ""), &directory_of(count), SETTINGS);
    grown(&corpus(10), &corpus(10_000))
}

fn ten_times(webhook: impl Fn(usize) -> String) -> f64 {
    let corpus = |count| Corpus::one(webhook(count), "{}", SETTINGS);
    grown(&corpus(20), &corpus(200)) / 10.0
}

fn grown(small: &Corpus, large: &Corpus) -> f64 {
    let timed = |corpus: &Corpus| {
        let mut out = Vec::new();
        seconds(|| (0..REPEATS).for_each(|_| corpus.map(&mut out)))
    };
    let (small, large) = compare(|| timed(small), || timed(large));
    large / small
}

fn call(comments: &str, tags: &str) -> String {
    format!(
        r#"{{"resource":"call","event":"call.ended","timestamp":1773964900,"token":"t","data":{{"id":7,"direction":"inbound","status":"done","started_at":1773964800,"answered_at":1773964810,"ended_at":1773964890,"raw_digits":"+33 1 99 00 12 34","user":{{"id":1,"name":"Ada Example","email":"ada@example.com"}},"number":{{"id":2,"name":"Support","digits":"+49 30 23125000","e164_digits":"+493023125000","country":"DE","time_zone":"Europe/Berlin"}},"comments":[{comments}],"tags":[{tags}]}}}}"#
    )
}

fn note(index: usize) -> String {
    let at = 1_773_964_800 + index;
    format!(
        r#"{{"id":{index},"content":"Note number {index}: please call back, about the invoice.","posted_at":{at},"posted_by":{{"id":1,"name":"Ada Example"}}}}"#
    )
}

fn directory_of(count: usize) -> String {
    let record = |index| {
        // The indexes 0 to 9,999 become digits of ids and of numbers reserved for fiction; the
        // caller's record is in the middle.
        let phone = if index == count / 2 { "+33 1 99 00 12 34".to_owned() } else { format!("+44 20 7946 {index:04}") };
        format!(r#"{{"type":"Contact","id":"00300000000{index:04}","name":"Person {index}","phones":["{phone}"]}}"#)
    };
    let user = |index| {
        format!(
            r#"{{"id":"00500000000{index:04}","email":"agent.{index}@example.com","created_at":"2020-01-01T00:00:00Z"}}"#
        )
    };
    format!(r#"{{"records":[{}],"users":[{}]}}"#, list(count, record), list(count, user))
}

fn list(count: usize, element: impl Fn(usize) -> String) -> String {
    (0..count).map(element).collect::<Vec<_>>().join(",")
}
