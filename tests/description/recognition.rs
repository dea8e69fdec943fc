//! Tests updates of a caller that kept nothing (DESC-8): only texts that the Description contains
//! to the letter are ours.

use proptest::prelude::*;
use serde_json::json;

use crate::histories::call;
use crate::story::{Call, Response, Story};
use crate::{config, english, has_block, is_subsequence, lines, settings, wordings};

/// A part of the Description that the Task has.
#[derive(Debug, Clone)]
enum Part {
    /// A block of today; several blocks of today may be in any order.
    Block(prop::sample::Index),
    /// A block of today of which one line was changed.
    Altered(prop::sample::Index),
    Typed(&'static str),
}

fn part() -> impl Strategy<Value = Part> {
    let typed = [
        "called back",
        "Jonas Ekdal added a new comment:",
        "Jonas Ekdal added a new comment:\nOffer sent.",
        "Find the recording here: https://example.com/calls/6",
        "Find the recording here: https://example.com/calls/6 – listened to it",
        "Finde die Aufzeichnung hier: https://example.com/calls/5",
        "",
    ];
    prop_oneof![
        3 => any::<prop::sample::Index>().prop_map(Part::Block),
        1 => any::<prop::sample::Index>().prop_map(Part::Altered),
        3 => prop::sample::select(typed.to_vec()).prop_map(Part::Typed),
    ]
}

/// Returns a text of parts, which contains each block of today at most once.
fn text(parts: &[(Part, bool)], ours: &str) -> String {
    let mut blocks: Vec<_> = ours.split("\n\n").collect();
    let mut text = String::new();
    for (part, has_gap) in parts {
        let block = match part {
            Part::Typed(typed) => (*typed).to_owned(),
            Part::Block(_) | Part::Altered(_) if blocks.is_empty() => continue,
            Part::Block(block) => blocks.remove(block.index(blocks.len())).to_owned(),
            Part::Altered(block) => format!("{} (twice)", blocks.remove(block.index(blocks.len()))),
        };
        text = format!("{text}{}{block}", if *has_gap { "\n\n" } else { "\n" });
    }
    text
}

/// Returns whether a line of the English wording leads to a link.
fn leads(line: &str) -> bool {
    let links = ["Find the recording here: http", "Find voicemail here: http"];
    links.iter().any(|link| line.strip_prefix(link).is_some_and(|url| !url.contains(' ')))
}

proptest! {
    #![proptest_config(config())]

    /// DESC-8: every line stays, except one link line that today's link line replaces. Blocks of
    /// today that the Task has are not doubled, and the others are added whole. The same update
    /// again changes nothing.
    #[test]
    fn everything_that_the_task_has_stays(
        call in call(),
        parts in prop::collection::vec((part(), any::<bool>()), 0..8),
    ) {
        let ours = Story::new(call.clone(), english()).ours();
        let standing = text(&parts, &ours);
        let mut story = Story::without_wrote(call.clone(), english(), &standing);
        let standing = story.text().to_owned();
        story.update(Response::Received);
        let text = story.text().to_owned();
        // Today's link line, if the Task lacks it, replaces the first line that leads to another
        // link.
        let mut expected = lines(&standing);
        let link = ours.lines().next().filter(|link| call.link.is_some() && !expected.contains(link));
        if let Some((old, link)) = expected.iter_mut().find(|line| leads(line)).zip(link) {
            *old = link;
        }
        let result = lines(&text);
        prop_assert!(is_subsequence(expected, result), "a line is lost of\n{}\nin\n{}", standing, text);
        for block in ours.split("\n\n").filter(|block| !block.is_empty()) {
            prop_assert!(has_block(&text, block), "{block} is not in\n{text}");
            let count = |text: &str| lines(text).iter().filter(|line| Some(**line) == block.lines().last()).count();
            prop_assert_eq!(count(&text), count(&standing).max(1), "{} is doubled in\n{}", block, text);
        }
        // The caller may keep nothing again, or begin to keep what was written.
        for wrote in [None, story.wrote.clone()] {
            let again = Story { wrote, ..story.clone() };
            prop_assert!(!again.planned().body.contains_key("Description"), "{:#?}", again);
        }
    }

    /// DESC-8: in every wording, blocks of today are known to the letter.
    #[test]
    fn text_of_today_is_known_in_every_wording(
        call in call(),
        wording in prop::sample::select(wordings()),
        typed in prop::sample::select(vec!["", "called back", "Note", "Jonas Ekdal:", "https://a.example"]),
    ) {
        let settings = settings(&wording, "salesforce");
        let ours = call.text(&settings);
        let story = Story::without_wrote(call, settings, &format!("{ours}\n\n{typed}"));
        prop_assert!(!story.planned().body.contains_key("Description"), "{:#?}", story.planned());
    }

    /// DESC-8: Description empty: ours.
    #[test]
    fn empty_description_becomes_ours(call in call(), wording in prop::sample::select(wordings())) {
        let mut story = Story::without_wrote(call, settings(&wording, "salesforce"), "");
        story.update(Response::Received);
        prop_assert_eq!(story.text(), story.ours());
    }
}

/// DESC-8: of two equal blocks, the Task must have both.
#[test]
fn of_two_equal_notes_the_second_is_added() {
    let note = "Jonas Ekdal added a new comment:\nRang.";
    let story = Story::without_wrote(Call::with_notes(&["Rang.", "Rang."]), english(), &format!("{note}\n\nMine."));
    assert_eq!(story.updated(), format!("{note}\n\n{note}\n\nMine."));
}

/// DESC-8: a note that quotes another note whole does not replace that note.
#[test]
fn quoted_note_is_added_once() {
    let short = "Jonas Ekdal added a new comment:\nRang.";
    let quote = format!("Before:\n{short}");
    let long = format!("Jonas Ekdal added a new comment:\n{quote}");
    let mut story = Story::without_wrote(Call::with_notes(&["Rang.", &quote]), english(), &long);
    story.update(Response::Received);
    assert_eq!(story.text(), format!("{long}\n\n{short}"));
    let again = Story { wrote: None, ..story };
    assert!(!again.planned().body.contains_key("Description"), "{again:#?}");
}

/// Updates a Task of a caller that kept nothing.
#[track_caller]
fn becomes(call: Call, standing: &str, text: &str) {
    let wording = json!({"note": "Note:", "recording_link": "Recording: {link}"});
    assert_eq!(Story::without_wrote(call, settings(&wording, "salesforce"), standing).updated(), text);
}

const LINK: &str = "Recording: https://assets.aircall.io/calls/7/recording";

fn linked() -> Call {
    Call { link: Some(7), ..Call::ended() }
}

/// DESC-8: the first line of the wording in use that leads to another link is replaced.
#[test]
fn first_old_link_line_is_replaced() {
    let old = "Recording: https://example.com/1";
    becomes(linked(), &format!("Mine.\n{old}\nYours.\n{old}"), &format!("Mine.\n{LINK}\nYours.\n{old}"));
}

/// DESC-8: if the Task has today's link line, no other line is replaced.
#[test]
fn old_link_line_stays_beside_todays() {
    let standing = format!("Recording: https://example.com/1\n{LINK}");
    becomes(linked(), &standing, &standing);
}

/// DESC-8: the link is added on top.
#[test]
fn link_is_added_on_top() {
    for typed in ["Mine.", "Recording: ask Nora", "Recording: https://example.com/1 is gone", "Recording:"] {
        becomes(linked(), typed, &format!("{LINK}\n\n{typed}"));
    }
}

/// DESC-8: a note is added below the note before it, with an empty line between.
#[test]
fn note_is_added_below_the_note_before_it() {
    let call = Call::with_notes(&["Rang.", "Busy."]);
    becomes(call, "Note:\nRang.\nMine.\n\nYours.", "Note:\nRang.\n\nNote:\nBusy.\n\nMine.\n\nYours.");
}

/// DESC-8: a note without a note before it is added at the end.
#[test]
fn first_note_is_added_at_the_end() {
    let call = Call::with_notes(&["Rang.", "Busy."]);
    becomes(call, "Note:\nBusy.\n\nMine.", "Note:\nBusy.\n\nMine.\n\nNote:\nRang.");
}

/// DESC-8: an older form of a note stays beside the new form.
#[test]
fn older_form_of_a_note_stays() {
    let call = Call::with_notes(&["Rang twice."]);
    becomes(call, "Note:\nRang.\n\nMine.", "Note:\nRang.\n\nMine.\n\nNote:\nRang twice.");
}
