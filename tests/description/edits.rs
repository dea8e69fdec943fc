//! Single edits, and the Description that each must become.

use std::borrow::Cow;

use aircall_salesforce::rules::description::{Known, Piece, parse};
use aircall_salesforce::{Kind, Settings, Webhook};
use serde_json::json;

use crate::{Kept, Logged, Note, english, settings};

/// A call with notes of Jonas Ekdal's, and a Description that somebody may have edited.
fn edited(notes: &[&str], wrote: Option<&str>, present: &str) -> Logged {
    let kept = if wrote.is_some() { Kept::Sent } else { Kept::Nothing };
    let mut logged = Logged::new(kept, english());
    logged.notes = (1..).zip(notes).map(|(id, note)| Note { id, author: 0, lines: vec![(*note).to_owned()] }).collect();
    (logged.wrote, logged.present) = (wrote.unwrap_or_default().to_owned(), present.to_owned());
    logged
}

/// As [`edited`], of a call without notes and with a link, in a wording of one's own.
fn linked(link_line: &str, present: &str) -> Logged {
    let settings = settings(&json!({"recording_link": link_line}), "salesforce");
    Logged { link: Some(7), settings, ..edited(&[], None, present) }
}

#[track_caller]
fn becomes(logged: &Logged, text: &str) {
    assert_eq!(logged.update().as_deref(), Some(text));
}

#[test]
fn short_link_line_is_ours_where_it_leads_to_the_host_of_todays() {
    let present = "<https://example.com/calls/6>\n\ncalled back\n\n<https://assets.aircall.io/calls/6>";
    let today = "<https://example.com/calls/6>\n\ncalled back\n\n<https://assets.aircall.io/calls/7/recording>";
    becomes(&linked("<{link}>", present), today);
}

#[test]
fn link_line_without_a_link_is_theirs() {
    for typed in ["Listen to the call: <>", "Listen to the call: < >", "Listen to the call: <with Nora>"] {
        let today = format!("Listen to the call: <https://assets.aircall.io/calls/7/recording>\n\n{typed}");
        becomes(&linked("Listen to the call: <{link}>", typed), &today);
    }
}

#[test]
fn words_put_into_a_note_of_two_lines_leave_it_alone() {
    let note = "Wants an offer. By mail.\nBefore Friday. At noon.";
    let wrote = format!("Jonas Ekdal added a new comment:\n{note}");
    for typed in ["By mail.\nBefore Friday. Called back. At noon.", "Called back. By mail.\nBefore Friday. At noon."] {
        let present = format!("Jonas Ekdal added a new comment:\nWants an offer. {typed}");
        for wrote in [None, Some(wrote.as_str())] {
            assert_eq!(edited(&[note], wrote, &present).update(), None, "{present}");
        }
    }
}

#[test]
fn text_right_above_and_behind_the_link_leaves_what_is_ours_alone() {
    let note = "Jonas Ekdal added a new comment:\nRang.";
    let link = "Find the recording here: https://assets.aircall.io/calls/7/recording";
    for text in [format!("{note}\n\n{link}"), format!("{link}\n\n{note}\n\n\nCalled back.")] {
        for wrote in [None, Some(text.as_str())] {
            for present in [format!("Asks for Nora.\n{text}"), text.replace(link, &format!("{link} – listened to it"))]
            {
                let logged = edited(&["Rang."], wrote, &present);
                assert_eq!(Logged { link: Some(7), ..logged }.update(), None, "{present}");
            }
        }
    }
}

#[test]
fn words_put_in_are_those_between_two_words() {
    for (typed, words) in
        [("Wants an old offer.", "old"), ("Wants an offer now.", "now"), ("Wants and an offer.", "and")]
    {
        let wrote = "Jonas Ekdal added a new comment:\nWants an offer.";
        let present = format!("Jonas Ekdal added a new comment:\n{typed}");
        let today = format!("Jonas Ekdal added a new comment:\nWants two.\n\n\n{words}");
        becomes(&edited(&["Wants two."], Some(wrote), &present), &today);
    }
}

#[test]
fn typed_line_stays_whole_below_the_line_that_it_is_like() {
    let wrote = "Jonas Ekdal added a new comment:\nWants an offer.\nBefore Friday.";
    let present = "Jonas Ekdal added a new comment:\nWants an offer.\nWants an old offer.\nBefore Friday.";
    let today = "Jonas Ekdal added a new comment:\nWants an offer.\nBefore Monday.\n\n\nWants an old offer.";
    becomes(&edited(&["Wants an offer.\nBefore Monday."], Some(wrote), present), today);
}

#[test]
fn line_is_ours_down_to_its_first_half() {
    let note = |line: &str| format!("Jonas Ekdal added a new comment:\nRang.\n{line}\nBefore Friday.");
    let today = note("0123456789");
    for wrote in [None, Some(today.as_str())] {
        let logged = |line: &str| edited(&["Rang.\n0123456789\nBefore Friday."], wrote, &note(line));
        becomes(&logged("012345678"), &today);
        becomes(&logged("01234"), &today);
        becomes(&logged("0123"), &format!("{today}\n\n\n0123"));
    }
}

#[test]
fn what_somebody_deleted_of_a_note_comes_back() {
    let wrote = "Jonas Ekdal added a new comment:\nWants an offer.\nBy mail.\nBefore Friday.";
    let today = format!("Called back.\n\n{wrote}");
    let left = [
        "Wants an offer.\nBy mail.",
        "Wants an offer.\nBefore Friday.",
        "By mail.\nBefore Friday.",
        "Wants an offer.\nBy ma",
    ];
    for left in left {
        let present = format!("Called back.\n\nJonas Ekdal added a new comment:\n{left}");
        for wrote in [None, Some(wrote)] {
            becomes(&edited(&["Wants an offer.\nBy mail.\nBefore Friday."], wrote, &present), &today);
        }
    }
}

#[test]
fn typed_line_like_a_short_heading_with_words_in_it_is_marked() {
    let settings = settings(&json!({"note": "{agent}:"}), "salesforce");
    let present = "Jonas Ekdal:\nRang.\n\nJonas (sales) Ekdal:\nsend it";
    let logged = Logged { settings, ..edited(&["Rang."], Some("Jonas Ekdal:\nRang."), present) };
    becomes(&logged, "Jonas Ekdal:\nRang.\n\n\n\u{2060}Jonas (sales) Ekdal:\nsend it");
}

#[test]
fn line_of_ours_that_somebody_moved_among_typed_ones_stands_once() {
    let heading = "Jonas Ekdal added a new comment:";
    let wrote = format!("{heading}\nRang.\nWants an offer.\n\n{heading}\nBusy.");
    let present = format!("{heading}\nRang.\n\n{heading}\nBusy.\n\ncalled back\nWants an offer.\nwill call");
    let today = format!("{wrote}\n\n\ncalled back\n\nwill call\n\n{heading}\nOffer sent.");
    becomes(&edited(&["Rang.\nWants an offer.", "Busy.", "Offer sent."], Some(&wrote), &present), &today);
}

#[test]
fn note_above_an_older_one_is_no_old_form_of_a_newer() {
    let heading = "Jonas Ekdal added a new comment:";
    let present = format!("Called back.\n\n{heading}\nRang.\n\n{heading}\nBusy.");
    let today = format!("Called back.\n\n{heading}\nBusy.\n\n{heading}\nOffer sent.");
    becomes(&edited(&["Busy.", "Offer sent."], None, &present), &today);
}

#[test]
fn of_two_equal_notes_the_older_stands_there() {
    let heading = "Jonas Ekdal added a new comment:";
    let present = format!("{heading}\nRang.\n\n\nCalled back.");
    becomes(&edited(&["Rang.", "Rang."], None, &present), &format!("{present}\n\n{heading}\nRang."));
}

#[test]
fn short_heading_of_a_note_without_an_author_is_ours() {
    let settings = settings(&json!({"note": "{agent}:"}), "salesforce");
    let logged = Logged { settings, ..edited(&["Offer sent."], None, "Aircall:\nRang.\n\n\nCalled back.") };
    becomes(&logged, "Called back.\n\nJonas Ekdal:\nOffer sent.");
}

#[test]
fn note_below_the_empty_lines_of_its_heading_is_ours() {
    let settings = settings(&json!({"note": "{agent} said:\n\n"}), "salesforce");
    let present = "Jonas Ekdal said:\n\n\nRang.\n\n\nCalled back.";
    let logged = Logged { settings, ..edited(&["Offer sent."], None, present) };
    becomes(&logged, "Jonas Ekdal said:\n\n\nOffer sent.\n\n\nCalled back.");
}

#[test]
fn note_that_somebody_moved_and_its_author_mended_stays_where_it_was_moved() {
    let link = "Find the recording here: https://assets.aircall.io/calls/7/recording";
    let note = |first: &str| format!("Jonas Ekdal added a new comment:\n{first}\nsecond line");
    let wrote = format!("{link}\n\n{}", note("old line"));
    let present = format!("{}\n\n\nMine.\n\n{link}", note("old line"));
    for wrote in [None, Some(wrote.as_str())] {
        let mut logged = Logged { link: Some(7), ..edited(&["new line\nsecond line"], wrote, &present) };
        logged.apply();
        assert_eq!(logged.present, format!("{}\n\n\nMine.\n\n{link}", note("new line")));
    }
}

#[test]
fn note_of_somebody_else_is_no_old_form() {
    let present = "Nora Helmer added a new comment:\nBusy.\n\n\nCalled back.";
    let today = "Called back.\n\nJonas Ekdal added a new comment:\nOffer sent.";
    becomes(&edited(&["Offer sent."], None, present), today);
}

#[track_caller]
fn reads(logged: &Logged, text: &str, pieces: &[Piece<'_>]) {
    let body = logged.webhook();
    let webhook = Webhook::from_json(&body).unwrap();
    let settings = Settings::from_json(&logged.settings.to_string()).unwrap();
    let known = Known::new(webhook.call.as_ref().unwrap(), Kind::InboundAnswered, &settings);
    assert_eq!(parse(text, &known), pieces);
}

#[test]
fn line_of_a_note_that_reads_like_a_heading_is_the_notes() {
    let content = "See\nNora Helmer added a new comment:\nBusy.";
    let text = format!("Jonas Ekdal added a new comment:\n{content}");
    let note = Piece::Note { author: Cow::Borrowed("Jonas Ekdal"), content: Cow::Borrowed(content) };
    reads(&edited(&["Offer sent."], None, ""), &text, &[note]);
}

#[test]
fn line_right_below_a_link_is_theirs() {
    let url = "https://assets.aircall.io/calls/7/recording";
    let text = format!("Find the recording here: {url}\nCalled back.");
    let pieces = [Piece::Link { url: Cow::Borrowed(url) }, Piece::Other("Called back.")];
    for link in [Some(7), None] {
        reads(&Logged { link, ..edited(&[], None, "") }, &text, &pieces);
    }
}

#[test]
fn link_that_was_written_gives_way_to_todays() {
    let link = |call: u64| format!("Find the recording here: https://assets.aircall.io/calls/{call}/recording");
    let present = format!("{}\n\nCalled back.", link(6));
    let logged = Logged { link: Some(7), ..edited(&[], Some(&link(6)), &present) };
    becomes(&logged, &format!("{}\n\nCalled back.", link(7)));
}

#[test]
fn heading_without_a_name_is_ours() {
    let settings = settings(&json!({"note": "Note"}), "salesforce");
    let logged = Logged { settings, ..edited(&["Offer sent."], None, "Note\nRang.\n\n\nCalled back.") };
    becomes(&logged, "Called back.\n\nNote\nOffer sent.");
}

#[test]
fn heading_with_a_name_twice_is_ours() {
    let settings = settings(&json!({"note": "{agent} / {agent}:"}), "salesforce");
    let note = |content: &str| format!("Jonas Ekdal / Jonas Ekdal:\n{content}\n\n\nCalled back.");
    let logged = Logged { settings, ..edited(&["Offer sent."], None, &note("Rang.")) };
    becomes(&logged, &note("Offer sent."));
}

#[test]
fn note_cut_at_its_end_is_ours_however_little_of_its_last_line_is_left() {
    let note = |content: &str| format!("Jonas Ekdal added a new comment:\n{content}\n\n\nCalled back.");
    let logged = edited(&["Rang.\nWants an offer."], None, &note("Rang.\nWa"));
    becomes(&logged, &note("Rang.\nWants an offer."));
}

#[test]
fn lines_typed_between_those_of_a_note_stay_without_them() {
    let heading = "Jonas Ekdal added a new comment:";
    let wrote = format!("{heading}\nRang.\nBusy.\nOffer sent.");
    let present = format!("{heading}\nRang.\nasks for Nora\nBusy.\ncalled back\nOffer sent.");
    let today = format!("{heading}\nOffer accepted.\n\n\nasks for Nora\n\ncalled back");
    becomes(&edited(&["Offer accepted."], Some(&wrote), &present), &today);
}

#[test]
fn longest_note_that_stands_there_is_found() {
    let heading = "Jonas Ekdal added a new comment:";
    let present = format!("{heading}\nRang.\nBusy.\n\n\nCalled back.\n\n{heading}\nRang.");
    assert_eq!(edited(&["Rang.", "Rang.\nBusy."], None, &present).update(), None);
}

#[test]
fn note_that_stands_whole_further_down_was_not_cut_above() {
    let wording = json!({"base": "en", "note": "Note\n\n{agent}:"});
    let text = "Note\n\nJonas Ekdal\n\n\nNote\n\nJonas Ekdal:\nWants two.";
    for wrote in [None, Some(text)] {
        let mut logged = Logged { settings: settings(&wording, "salesforce"), ..edited(&["Wants two."], wrote, text) };
        logged.apply();
        // What is typed reads as if it were the beginning of the note, so it gets its mark.
        assert_eq!(logged.present, "\u{2060}Note\n\nJonas Ekdal\n\nNote\n\nJonas Ekdal:\nWants two.");
    }
}

#[test]
fn two_notes_fit_up_to_the_limit() {
    // 20 000 typed, twice 4 for an empty line and 34 for a heading, 5 000 of the first note and 6 924 of the second: exactly 32 000.
    let (typed, first, second) = ("t".repeat(20_000), "a".repeat(5_000), "b".repeat(6_924));
    let heading = "Jonas Ekdal added a new comment:";
    let today = format!("{typed}\n\n{heading}\n{first}\n\n{heading}\n{second}");
    becomes(&edited(&[&first, &second], None, &typed), &today);
    let today = format!("{typed}\n\n{heading}\n{second}b");
    becomes(&edited(&[&first, &(second + "b")], None, &typed), &today);
}

#[test]
fn note_for_which_there_is_no_room_above_comes_below() {
    // Above: 34 for the heading, 6 for two empty lines, and 31 960 typed. Below, one empty line less leaves room for two letters.
    let (typed, heading) = ("t".repeat(31_960), "Jonas Ekdal added a new comment:");
    let mut logged = edited(&["Wants two offers."], None, &format!("{heading}\nWants an offer.\n\n\n{typed}"));
    logged.apply();
    assert_eq!(logged.present, format!("{typed}\n\n{heading}\nWa"));
}
