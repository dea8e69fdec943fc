//! Checks the rules that hold at every update, whatever happened before.

use serde_json::{Map, Value};

use crate::story::{Planned, Story, description};
use crate::{has_block, is_subsequence, lines};

/// The length of `Task.Description` (LIMIT-1).
pub(crate) const DESCRIPTION_LIMIT: usize = 32_000;

/// The fields beside Description that every update may write (UPD-2) and that these calls fill.
pub(crate) const FIELDS: [&str; 5] =
    ["Subject", "CallDisposition", "CallDurationInSeconds", "aircall__Answered_by__c", "aircall__Call_Recording__c"];

/// Checks a plan against the Task that it is for.
#[track_caller]
pub(crate) fn check(story: &Story, planned: &Planned) {
    let text = description(&story.fields_after(planned)).replace("\r\n", "\n");
    let update = Update { story, planned, said: story.call.says(&story.settings), text };
    update.check_limit();
    update.check_typed_lines();
    if let Some(wrote) = &story.wrote {
        update.check_merge(description(wrote));
        for name in FIELDS {
            update.check_field(name, wrote);
        }
    }
    // UPD-2: Status belongs to people, except where a voicemail turns up late (UPD-4).
    assert!(story.call.is_unanswered || !planned.body.contains_key("Status"), "{}", update.report());
}

struct Update<'s> {
    story: &'s Story,
    planned: &'s Planned,
    /// All that the call says.
    said: Map<String, Value>,
    /// The Description that Salesforce holds after the update.
    text: String,
}

impl Update<'_> {
    fn report(&self) -> String {
        self.story.report(self.planned)
    }

    /// DESC-9: the limit holds for the merged text.
    #[track_caller]
    fn check_limit(&self) {
        let sent = self.planned.body.get("Description").and_then(Value::as_str).unwrap_or_default();
        assert!(self.story.unit().measure(sent) <= DESCRIPTION_LIMIT && sent.trim() == sent, "{}", self.report());
    }

    /// DESC-7: every line that somebody typed and the base lacks is in the result.
    #[track_caller]
    fn check_typed_lines(&self) {
        let story = self.story;
        let kept = [&story.wrote, &story.sent].map(|kept| kept.as_ref().map(description).unwrap_or_default());
        let result = lines(&self.text);
        // Without a base nothing is taken away (DESC-8), except a link line that today's replaces.
        let is_replaced = |line: &str| story.wrote.is_none() && line.contains("http");
        for line in lines(story.text()) {
            let is_ours = kept.iter().any(|kept| lines(kept).contains(&line)) || is_replaced(line);
            assert!(is_ours || result.contains(&line), "`{line}` is lost from {}", self.report());
        }
    }

    /// DESC-7, if the base is known.
    #[track_caller]
    fn check_merge(&self, base: &str) {
        let Self { story, planned, text, .. } = self;
        let ours = description(&self.said);
        let theirs = story.text().replace("\r\n", "\n");
        let sent = story.sent.as_ref().map(description);
        let (base_lines, our_lines) = (lines(base), lines(ours));
        let known = [base_lines.clone(), lines(sent.unwrap_or_default())].concat();
        if story.unit().measure(&[base, ours, &theirs].join("\n\n")) > DESCRIPTION_LIMIT {
            return; // `limit.rs` tests texts that exceed the limit.
        }
        // DESC-7: what the call changed since the base is applied: every new line of ours is in the
        // text.
        for line in our_lines.iter().filter(|line| !known.contains(line)) {
            assert!(lines(text).contains(line), "`{line}` is missing in {}", self.report());
        }
        // UPD-6: `wrote` holds what the call said, without what people typed.
        let new_base = description(&planned.wrote);
        if story.call.has_ended {
            assert_eq!(new_base, ours, "{}", self.report());
        }
        // DESC-7: if nobody typed, the text is ours to the letter.
        if theirs == base || Some(theirs.as_str()) == sent {
            assert_eq!(text, new_base, "{}", self.report());
        }
        if sent.is_some() {
            return;
        }
        // DESC-7: if the call says what it said before, the text stays as it is.
        if ours == base {
            assert!(!planned.body.contains_key("Description"), "{}", self.report());
        }
        let missing = blocks(base).filter(|block| has_block(ours, block)).collect::<Vec<_>>().join("\n\n");
        if !story.call.has_ended && missing == ours {
            // DESC-7: a call that has not ended takes no line away, from `wrote` neither.
            assert!(!planned.body.contains_key("Description") && new_base == base, "{}", self.report());
        }
        // DESC-7: a block that the call adds stays together, with its heading right above its text.
        let old: Vec<_> = blocks(ours).filter(|block| has_block(base, block)).collect();
        if old.join("\n\n") == base {
            for block in blocks(ours).filter(|block| !old.contains(block)) {
                assert!(has_block(text, block), "{block} is not together in {}", self.report());
            }
        }
        // DESC-7: what the call no longer says is removed, if nobody moved or repeated a line of
        // the base. If the base has a line several times, it is unknown which of them was edited.
        let has_arrived = blocks(ours).any(|block| !has_block(base, block) && has_block(&theirs, block));
        let kept = theirs.lines().filter(|line| base.lines().any(|base| base == *line));
        if story.call.has_ended && !has_arrived && is_subsequence(kept, base.lines()) {
            let count = |line: &str| base_lines.iter().filter(|other| **other == line).count();
            for line in base_lines.iter().filter(|line| !our_lines.contains(line) && count(line) == 1) {
                assert!(!lines(text).contains(line), "`{line}` is still in {}", self.report());
            }
        }
    }

    /// UPD-6, for one field: a value that a person changed stays until it is the call's value. A
    /// field that a person emptied stays empty until the call says something new.
    #[track_caller]
    fn check_field(&self, name: &str, wrote: &Map<String, Value>) {
        let Self { story, planned, said, .. } = self;
        let value = |fields: &Map<String, Value>| spelled(fields.get(name));
        let (present, before) = (value(&story.fields), value(wrote));
        let wanted = value(said);
        let has_arrived = story.sent.as_ref().is_some_and(|sent| value(sent) == present);
        let is_theirs = !has_arrived && present != before && present != wanted;
        let stays_empty = present.is_empty() && wanted == before;
        // UPD-3: a call that has not ended takes nothing away.
        let is_kept =
            (is_theirs && (!present.is_empty() || stays_empty)) || (wanted.is_empty() && !story.call.has_ended);
        // A value that the plan does not write was written by the last update, or by the update
        // whose response was lost and that arrived.
        let last = if has_arrived { &present } else { &before };
        let (after, kept) = if is_kept { (&present, last) } else { (&wanted, &wanted) };
        assert_eq!(&value(&story.fields_after(planned)), after, "{name} in {}", self.report());
        if present != wanted || !wanted.is_empty() {
            assert_eq!(&value(&planned.wrote), kept, "{name} of `wrote` in {}", self.report());
        }
        let is_noticed = is_theirs && is_kept && wanted != before && !wanted.is_empty();
        if is_noticed && planned.action == "update" {
            assert!(planned.has_notice("UPD-6", name), "{name} in {}", self.report());
        }
        if !is_kept {
            assert!(!planned.has_notice("UPD-6", name), "{name} in {}", self.report());
        }
        assert!(present != *after || !planned.body.contains_key(name), "{name} is sent in {}", self.report());
    }
}

/// Returns the paragraphs of a text that the library wrote.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(|block| block.trim_matches('\n')).filter(|block| !block.is_empty())
}

/// Returns a value as text; absent, null and empty are the same (UPD-3).
fn spelled(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(other) => other.to_string(),
    }
}
