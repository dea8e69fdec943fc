//! Tests single edits, each with the Description that must result by DESC-7.

use serde_json::{Value, json};

use crate::settings;
use crate::story::{Call, Response, Story};

/// Returns a wording with short texts.
fn short(note: &str) -> Value {
    settings(&json!({"note": note, "recording_link": "Recording: {link}"}), "salesforce")
}

fn link(number: u64) -> String {
    format!("Recording: https://assets.aircall.io/calls/{number}/recording")
}

/// Logs a call with notes, writes `theirs` into its Description, and updates it with new notes.
#[track_caller]
fn becomes(before: &[&str], theirs: &str, now: &[&str], text: &str) {
    calls_become(Call::with_notes(before), theirs, Call::with_notes(now), text);
}

#[track_caller]
fn calls_become(before: Call, theirs: &str, now: Call, text: &str) {
    let mut story = Story::new(before, short("Note:"));
    story.write(theirs);
    story.call = now;
    assert_eq!(story.updated(), text);
}

// Nobody typed: the text is ours to the letter.

#[test]
fn text_that_nobody_edited_becomes_ours() {
    becomes(&["Rang."], "Note:\nRang.", &["Rang.", "Busy."], "Note:\nRang.\n\nNote:\nBusy.");
    becomes(&["Rang.", "Busy."], "Note:\nRang.\n\nNote:\nBusy.", &["Busy."], "Note:\nBusy.");
    becomes(&[], "", &["Rang."], "Note:\nRang.");
}

// Changes in different lines are both applied.

#[test]
fn line_above_a_note_stays_above_it() {
    becomes(&["Rang."], "Mine.\nNote:\nRang.", &["Rang.", "Busy."], "Mine.\nNote:\nRang.\n\nNote:\nBusy.");
}

#[test]
fn line_between_a_heading_and_its_note_stays_there() {
    becomes(&["Rang."], "Note:\nMine.\nRang.", &["Rang.", "Busy."], "Note:\nMine.\nRang.\n\nNote:\nBusy.");
}

#[test]
fn line_between_two_notes_stays_there_where_the_second_changes() {
    let theirs = "Note:\nRang.\nMine.\n\nNote:\nBusy.";
    becomes(&["Rang.", "Busy."], theirs, &["Rang.", "Sent."], "Note:\nRang.\nMine.\n\nNote:\nSent.");
}

#[test]
fn line_that_somebody_altered_stays_altered() {
    becomes(&["Rang."], "Note:\nRang twice.", &["Rang.", "Busy."], "Note:\nRang twice.\n\nNote:\nBusy.");
}

#[test]
fn heading_that_somebody_translated_stays_translated() {
    becomes(&["Rang."], "Notiz:\nRang.", &["Rang.", "Busy."], "Notiz:\nRang.\n\nNote:\nBusy.");
}

#[test]
fn bullets_stay() {
    becomes(&["Rang."], "- Note:\n- Rang.", &["Rang.", "Busy."], "- Note:\n- Rang.\n\nNote:\nBusy.");
}

#[test]
fn signature_stays_where_the_note_above_it_goes() {
    let theirs = "Note:\nRang.\n\nNote:\nBusy.\n– Nora";
    becomes(&["Rang.", "Busy."], theirs, &["Rang."], "Note:\nRang.\n– Nora");
}

#[test]
fn line_that_somebody_deleted_stays_away_where_the_line_above_changes() {
    becomes(&["Rang.\nBusy."], "Note:\nRang.", &["Sent.\nBusy."], "Note:\nSent.");
}

#[test]
fn new_link_replaces_the_old_link_in_its_place() {
    let call = |number| Call { link: Some(number), ..Call::with_notes(&["Rang."]) };
    let text = |number| format!("Mine.\n{}\n\nNote:\nRang.", link(number));
    calls_become(call(7), &text(7), call(8), &text(8));
}

#[test]
fn new_wording_leaves_the_typed_line_below_a_note() {
    let mut story = Story::new(Call::with_notes(&["Rang."]), short("Note:"));
    story.write("Note:\nRang.\nMine.");
    story.settings = short("Notiz:");
    assert_eq!(story.updated(), "Notiz:\nRang.\nMine.");
}

// Lines that somebody took away stay away.

#[test]
fn deleted_note_stays_away_where_the_call_adds_a_note() {
    becomes(&["Rang."], "", &["Rang.", "Busy."], "Note:\nBusy.");
    let theirs = "Note:\nRang.";
    becomes(&["Rang.", "Busy."], theirs, &["Rang.", "Busy.", "Sent."], "Note:\nRang.\n\nNote:\nSent.");
}

#[test]
fn deleted_note_stays_away_where_another_note_changes() {
    becomes(&["Rang.", "Busy."], "Note:\nBusy.", &["Rang.", "Sent."], "Note:\nSent.");
}

#[test]
fn deleted_notes_stay_away_where_the_call_drops_one() {
    becomes(&["Rang.", "Busy."], "", &["Rang."], "");
}

// Conflict (a): if the person only removed lines, only our blocks with a new line come back.

#[test]
fn deleted_note_returns_where_the_call_changed_it() {
    becomes(&["Rang."], "", &["Rang twice."], "Note:\nRang twice.");
    becomes(&["Rang.", "Busy."], "", &["Rang.", "Sent."], "Note:\nSent.");
}

#[test]
fn deleted_note_returns_in_a_new_wording() {
    let mut story = Story::new(Call::with_notes(&["Rang."]), short("Note:"));
    story.write("");
    story.settings = short("Notiz:");
    assert_eq!(story.updated(), "Notiz:\nRang.");
}

// Conflict (b): our text is written, and the person's lines follow its block, with an empty line on
// each side.

#[test]
fn line_below_the_last_note_is_below_the_new_note() {
    let text = "Note:\nRang.\n\nNote:\nBusy.\n\nMine.";
    for theirs in ["Note:\nRang.\nMine.", "Note:\nRang.\n\nMine.", "Note:\nRang.\n\n\nMine."] {
        becomes(&["Rang."], theirs, &["Rang.", "Busy."], text);
    }
}

#[test]
fn line_in_an_empty_description_is_below_the_first_note() {
    becomes(&[], "Mine.", &["Rang."], "Note:\nRang.\n\nMine.");
}

#[test]
fn line_on_top_is_below_the_link_that_comes() {
    let now = Call { link: Some(7), ..Call::with_notes(&["Rang."]) };
    let text = format!("{}\n\nMine.\n\nNote:\nRang.", link(7));
    calls_become(Call::with_notes(&["Rang."]), "Mine.\n\nNote:\nRang.", now, &text);
}

#[test]
fn both_forms_of_a_line_stay_if_both_changed_it() {
    becomes(&["Rang."], "Note:\nRang twice.", &["Rang at noon."], "Note:\nRang at noon.\n\nRang twice.");
    let theirs = "Note:\nRang twice.\n\nNote:\nBusy.";
    let text = "Note:\nRang at noon.\n\nRang twice.\n\nNote:\nBusy.";
    becomes(&["Rang.", "Busy."], theirs, &["Rang at noon.", "Busy."], text);
}

#[test]
fn line_inside_a_note_that_the_call_rewrote_is_below_the_note() {
    becomes(&["Rang.\nBusy."], "Note:\nRang.\nMine.\nBusy.", &["Sent.\nPaid."], "Note:\nSent.\nPaid.\n\nMine.");
}

#[test]
fn line_in_place_of_a_note_is_below_the_note_that_changed() {
    becomes(&["Rang."], "Mine.", &["Rang twice."], "Note:\nRang twice.\n\nMine.");
}

// A call that has not ended takes no line away.

#[test]
fn running_call_keeps_the_note_that_it_lacks_until_it_has_ended() {
    let running = Call { has_ended: false, ..Call::with_notes(&["Rang.", "Busy."]) };
    let mut story = Story::new(running, short("Note:"));
    let text = "Note:\nRang.\nMine.\n\nNote:\nBusy.";
    story.write(text);
    story.call.notes.remove(0);
    story.update(Response::Received);
    assert_eq!(story.text(), text);
    story.call.has_ended = true;
    assert!(!story.updated().contains("Rang."));
}

// An update whose response was lost.

#[test]
fn update_that_arrived_is_recognised_without_sent() {
    let mut story = Story::new(Call::with_notes(&["Rang."]), short("Note:"));
    story.call = Call::with_notes(&["Rang.", "Busy."]);
    let text = "Note:\nRang.\n\nNote:\nBusy.\nMine.";
    story.write(text);
    assert_eq!(story.updated(), text);
}

#[test]
fn lost_update_that_took_a_note_away_takes_it_away_later() {
    let mut story = Story::new(Call::with_notes(&["Rang.", "Busy."]), short("Note:"));
    story.call = Call::with_notes(&["Rang."]);
    story.update(Response::LostBeforeWriting);
    assert_eq!(story.updated(), "Note:\nRang.");
}

#[test]
fn deleted_line_stays_away_after_a_lost_response() {
    let mut story = Story::new(Call::with_notes(&["Rang.\nBusy."]), short("Note:"));
    story.write("Note:\nBusy.");
    story.call = Call::with_notes(&["Rang.\nSent."]);
    story.update(Response::LostAfterWriting);
    assert_eq!(story.updated(), "Note:\nSent.");
}

#[test]
fn note_is_not_doubled_after_a_lost_response_where_somebody_deleted_another() {
    let mut story = Story::new(Call::with_notes(&["Rang."]), short("Note:"));
    story.write("Mine.");
    story.call = Call::with_notes(&["Rang.", "Busy."]);
    story.update(Response::LostAfterWriting);
    let text = story.text().to_owned();
    story.call = Call::with_notes(&["Rang.", "Busy.", "Sent."]);
    assert_eq!(story.updated(), format!("{text}\n\nNote:\nSent."));
}

#[test]
fn lost_update_with_the_same_note_again_is_written_later() {
    for response in [Response::LostBeforeWriting, Response::LostAfterWriting] {
        let mut story = Story::new(Call::with_notes(&["No answer."]), short("Note:"));
        story.call = Call::with_notes(&["No answer.", "No answer."]);
        story.update(response);
        assert_eq!(story.updated(), "Note:\nNo answer.\n\nNote:\nNo answer.");
    }
}

#[test]
fn same_note_again_is_added_below_what_somebody_typed() {
    let note = "Note:\nNo answer.";
    let text = format!("Mine.\n{note}\n\n{note}");
    becomes(&["No answer."], &format!("Mine.\n{note}"), &["No answer.", "No answer."], &text);
}
