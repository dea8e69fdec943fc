//! Tests the limit of 32,000 (DESC-5, DESC-9): typed text is never cut, and of our text the longest
//! prefix that fits stays.

use proptest::prelude::*;
use serde_json::json;

use crate::check::DESCRIPTION_LIMIT;
use crate::story::{AGENTS, Call, Note, Response, Story, description};
use crate::{english, settings, short_config};

const HEADING: &str = "Jonas Ekdal added a new comment:";

proptest! {
    #![proptest_config(short_config())]

    /// DESC-9: the limit holds for the merged text, and of ours the longest prefix is in it.
    #[test]
    fn limit_holds_and_typed_text_is_never_cut(
        keeps_wrote in any::<bool>(),
        count in prop::sample::select(vec!["salesforce", "characters"]),
        typed in 1..31_000_usize,
        place in 0..3_u8,
        sizes in prop::collection::vec(0..20_000_usize, 1..6),
        has_link in any::<bool>(),
    ) {
        let call = Call { link: has_link.then_some(1), ..Call::with_notes(&["Rang."]) };
        let mut story = Story::new(call, settings(&json!("en"), count));
        let text = "т".repeat(typed);
        let lines: Vec<_> = match place {
            0 => vec![text.as_str(), story.text()],
            1 => vec![story.text(), text.as_str()],
            _ => vec![story.text(), "", text.as_str()],
        };
        story.write(&lines.join("\n"));
        for (id, size) in (10..).zip(sizes) {
            let lines = vec![format!("{id} "), "x\n".repeat(size % 50), "y".repeat(size), "😀 ".repeat(size % 70)];
            story.call.notes.push(Note { id, author: size % AGENTS.len(), lines });
            if !keeps_wrote {
                story.wrote = None;
            }
            let planned = story.update(Response::Received);
            prop_assert!(story.text().lines().any(|line| line == text));
            prop_assert_eq!(story.text().matches("https://").count(), usize::from(has_link));
            prop_assert!(story.unit().measure(story.text()) <= DESCRIPTION_LIMIT);
            // UPD-6: `wrote` holds the Description as far as the limit let it in.
            let wrote = description(&planned.wrote);
            prop_assert!(!keeps_wrote || story.ours().starts_with(wrote));
            if planned.has_notice("DESC-5", "Description") && keeps_wrote {
                // An empty line, blanks and a grapheme may be what does not fit.
                prop_assert!(story.unit().measure(story.text()) > DESCRIPTION_LIMIT - 10);
            }
        }
    }

    /// DESC-9: typed text that is over the limit by itself is not sent, with a notice.
    #[test]
    fn typed_text_over_the_limit_stays(
        keeps_wrote in any::<bool>(),
        count in prop::sample::select(vec!["salesforce", "characters"]),
        over in 1..10_usize,
    ) {
        let mut story = Story::new(Call::with_notes(&["Rang."]), settings(&json!("en"), count));
        story.write(&"т".repeat(DESCRIPTION_LIMIT + over));
        story.call = Call { tags: 1, ..Call::with_notes(&["Rang.", "Busy."]) };
        if !keeps_wrote {
            story.wrote = None;
        }
        let planned = story.planned();
        prop_assert_eq!(planned.action.as_str(), "update");
        prop_assert!(!planned.body.contains_key("Description"));
        prop_assert!(planned.has_notice("DESC-9", "Description"), "{:?}", planned.notices);
    }
}

/// Updates a Task in which somebody typed above the first note.
#[track_caller]
fn becomes(notes: &[&str], typed: &str, text: &str) {
    let mut story = Story::new(Call::ended(), english());
    story.write(typed);
    story.call = Call::with_notes(notes);
    story.update(Response::Received);
    assert_eq!(story.text(), text);
}

/// DESC-9: 31,950 typed, 4 for an empty line, 34 for the heading and its line break: 12 are left.
#[test]
fn note_is_cut_where_the_typed_text_leaves_room() {
    let typed = "t".repeat(31_950);
    becomes(&["Wants offer."], &typed, &format!("{HEADING}\nWants offer.\n\n{typed}"));
    becomes(&["Wants offers."], &typed, &format!("{HEADING}\nWants offers\n\n{typed}"));
}

/// DESC-9: the newest note is cut first. 20,000 typed, twice 4 for an empty line, 34 and 5,000 for
/// the first note and its heading, and 34 for the second heading leave 6,924.
#[test]
fn two_notes_fit_up_to_the_limit() {
    let (typed, first, second) = ("t".repeat(20_000), "a".repeat(5_000), "b".repeat(6_924));
    let text = format!("{HEADING}\n{first}\n\n{HEADING}\n{second}\n\n{typed}");
    becomes(&[&first, &second], &typed, &text);
    becomes(&[&first, &format!("{second}b")], &typed, &text);
}

/// DESC-5: 34 for the heading and 31,956 leave 10, less than the 11 of the grapheme. Of the second
/// note six characters would fit there, but the Description is a prefix of the call's own text.
#[test]
fn nothing_follows_a_note_that_is_cut() {
    let (first, family) = ("a".repeat(31_956), "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}");
    let call = Call::with_notes(&[&format!("{first}{family}"), "Rang."]);
    assert_eq!(call.text(&english()), format!("{HEADING}\n{first}"));
}

/// DESC-9: without `wrote`, a note that does not fit whole is left out.
#[test]
fn note_without_wrote_is_added_whole_or_not_at_all() {
    let typed = "t".repeat(31_950);
    let becomes = |note: &str, text: &str| {
        let mut story = Story::without_wrote(Call::with_notes(&[note]), english(), &typed);
        story.update(Response::Received);
        assert_eq!(story.text(), text);
    };
    becomes("Wants offer.", &format!("{typed}\n\n{HEADING}\nWants offer."));
    becomes("Wants offers.", &typed);
}

/// A long text that somebody edited is merged in reasonable time: this test only has to end.
#[test]
fn long_texts_are_merged() {
    let settings = settings(&json!("en"), "characters");
    let letter = |number: usize| ["a", "b", "c", "d", "e"][number % 7 % 5];
    let letters = |step| (0..10_000_usize).map(|line| letter(line * step)).collect::<Vec<_>>();
    let (old, typed, new) = (letters(1).join("\n"), letters(3).join("\n"), letters(5).join("\n"));
    let mut story = Story::new(Call::with_notes(&[&old]), settings.clone());
    story.write(&typed);
    story.call = Call::with_notes(&[&new]);
    story.planned();
    Story::without_wrote(Call::with_notes(&[&new]), settings, &typed).planned();
}
