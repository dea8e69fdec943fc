//! What ten times the notes or tags cost, and a directory of a thousand times the size.

use super::measure::{compare, seconds};
use super::work::Corpus;

/// One mapping alone is too short to time.
const REPEATS: usize = 200;
const SETTINGS: &str = r#"{"admin":"005000000000001AAA"}"#;

/// How the cost grows, divided by how the input does: 1 is as fast.
pub fn notes() -> f64 {
    let webhook = |count| call(&list(count, note), "");
    per_byte(webhook(20), webhook(200))
}

/// As [`notes`].
pub fn tags() -> f64 {
    let webhook = |count| call("", &list(count, |place| format!(r#"{{"id":{place},"name":"Tag number {place}"}}"#)));
    per_byte(webhook(20), webhook(200))
}

/// How the cost grows with a directory of a thousand times the size, of which one record is the caller's: 1 is not at all.
pub fn directory() -> f64 {
    let corpus = |count| Corpus::one(call("", ""), &directory_of(count), SETTINGS);
    grown(&corpus(10), &corpus(10_000))
}

fn per_byte(small: String, large: String) -> f64 {
    let bytes = large.len() as f64 / small.len() as f64;
    let corpus = |body| Corpus::one(body, "{}", SETTINGS);
    grown(&corpus(small), &corpus(large)) / bytes
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

fn note(place: usize) -> String {
    let at = 1_773_964_800 + place;
    format!(
        r#"{{"id":{place},"content":"Note number {place}: please call back, about the invoice.","posted_at":{at},"posted_by":{{"id":1,"name":"Ada Example"}}}}"#
    )
}

fn directory_of(count: usize) -> String {
    let record = |place| {
        // Places 0 to 9,999 as digits of ids and of numbers reserved for fiction; the caller's stands in the middle.
        let phone = if place == count / 2 { "+33 1 99 00 12 34".to_owned() } else { format!("+44 20 7946 {place:04}") };
        format!(r#"{{"type":"Contact","id":"00300000000{place:04}","name":"Person {place}","phones":["{phone}"]}}"#)
    };
    let user = |place| {
        format!(
            r#"{{"id":"00500000000{place:04}","email":"agent.{place}@example.com","created_at":"2020-01-01T00:00:00Z"}}"#
        )
    };
    format!(r#"{{"records":[{}],"users":[{}]}}"#, list(count, record), list(count, user))
}

fn list(count: usize, element: impl Fn(usize) -> String) -> String {
    (0..count).map(element).collect::<Vec<_>>().join(",")
}
