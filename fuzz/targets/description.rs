//! Merges a Description with what a Task holds.
//!
//! `U+001E` separates the parts of the input: flags, what the Task holds, what the integration
//! wrote, what a lost update wrote, a link, then notes and their authors. The flags are letters:
//! `w` and `s` hand in `wrote` and `sent`, `r` is a call that has not ended, `v` is a voicemail.

#![no_main]

use aircall_salesforce::salesforce::text::text_area;
use aircall_salesforce::{Webhook, plan};
use aircall_salesforce_fuzz::{Logged, World, judge, world};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

/// The length of `Task.Description` (LIMIT-1).
const DESCRIPTION_LIMIT: usize = 32_000;

fuzz_target!(|body: &str| {
    let mut texts = body.split('\u{1e}');
    let mut next = || texts.next().unwrap_or_default();
    let [flags, present, wrote, sent, link] = std::array::from_fn(|_| next());
    let rest: Vec<_> = texts.collect();
    let has = |flag: char| flags.contains(flag);
    let notes = rest.chunks(2).enumerate().map(|(n, pair)| {
        json!({"id": n, "posted_at": 1_772_457_500 + n, "content": pair.first(), "posted_by": {"name": pair.get(1)}})
    });
    let is_voicemail = has('v');
    let has_ended = is_voicemail || !has('r');
    let call = json!({
        "id": 1, "direction": "inbound", "started_at": 1_772_457_500, "comments": notes.collect::<Value>(),
        "answered_at": (!is_voicemail).then_some(1_772_457_510), "ended_at": has_ended.then_some(1_772_457_600),
        "asset": link, "voicemail_short_url": if is_voicemail { link } else { "" },
    });
    let call = call.to_string();
    let webhook = Webhook::from_json(&call).expect("a call");
    let call = webhook.call.expect("a call");
    let World { settings, directory } = world(body.len());
    let field = |text: &str| Map::from_iter([("Description".to_owned(), Value::from(text))]);
    let kept = |flag, text| has(flag).then(|| field(text));
    let logged = Logged::new(&call, directory, field(present), kept('w', wrote), kept('s', sent));
    judge(&call, &logged, settings);

    let written = serde_json::to_value(plan(&call, &logged, settings)).expect("a plan");
    let Some(description) = written["task"].get("Description") else { return };
    let description = description.as_str().unwrap_or_default();
    assert!(settings.count.measure(description) <= DESCRIPTION_LIMIT, "{written}");
    // DESC-7: every line that somebody typed and the base lacks is in the result.
    if has('w') {
        let is_known = |line: &String| lines(wrote).chain(lines(sent)).any(|known| known == *line);
        for line in lines(present).filter(|line| !is_known(line)) {
            assert!(lines(description).any(|standing| standing == line), "{line} is lost in {written}");
        }
    }
    // DESC-7: nobody typed: the text is ours to the letter.
    let is_ours = (has('w') && !has('s') && present == wrote && has_ended) || present.is_empty() && !has('w');
    if is_ours && !has('s') {
        let created = serde_json::to_value(plan(&call, directory, settings)).expect("a plan");
        // The settings can exclude a call that has no Task (LOG-9).
        if created["action"] == "create" {
            assert_eq!(description, created["task"]["Description"].as_str().unwrap_or_default());
        }
    }
});

/// Returns the lines of a text, cleaned (DESC-6).
fn lines(text: &str) -> impl Iterator<Item = String> {
    let cleaned = text_area(text);
    let lines = cleaned.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().into_iter()
}
