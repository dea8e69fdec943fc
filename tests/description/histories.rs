//! Tests generated histories of one Task. The model checks the rules at every update.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::check::FIELDS;
use crate::steps::{CallStep, Step, call_step, edit, field_edit, plain_edit, response, steps};
use crate::story::{Call, Note, Response, Story};
use crate::{config, english, lines, settings, wordings};

/// Generates a call with some notes and perhaps a link: answered and running, answered and ended,
/// or a voicemail.
pub(crate) fn call() -> impl Strategy<Value = Call> {
    let kinds = prop::sample::select(vec![(false, false), (false, true), (true, true)]);
    (0..4_u64, any::<bool>(), kinds).prop_map(|(notes, has_link, (is_unanswered, has_ended))| {
        let note = |id| Note { id, author: (id % 2) as usize, lines: vec![format!("Rang {id}.")] };
        Call {
            notes: (1..=notes).map(note).collect(),
            link: has_link.then_some(1),
            is_unanswered,
            has_ended,
            ..Call::ended()
        }
    })
}

/// Runs a history to its end, where a response arrives.
#[track_caller]
fn run(mut story: Story, steps: &[Step]) -> Story {
    for step in steps {
        story.step(step);
    }
    story.update(Response::Received);
    story
}

fn is_wording(step: &Step) -> bool {
    matches!(step, Step::Call(CallStep::Wording(_)))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn rules_hold_through_a_history(call in call(), steps in steps(edit())) {
        run(Story::new(call, english()), &steps);
    }

    #[test]
    fn rules_hold_through_a_history_in_one_wording(
        call in call(),
        wording in prop::sample::select(wordings()),
        steps in steps(plain_edit()),
    ) {
        let steps: Vec<_> = steps.into_iter().filter(|step| !is_wording(step)).collect();
        run(Story::new(call, settings(&wording, "salesforce")), &steps);
    }

    /// UPD-6: `Plan::wrote` takes no change of the call for a person's: where nobody edits, the
    /// Task says what the call says, to the letter, whatever responses were lost.
    #[test]
    fn task_that_nobody_edits_says_what_the_call_says(
        call in call(),
        rounds in prop::collection::vec((call_step(), response()), 1..10),
    ) {
        let mut story = Story::new(call, english());
        for (step, response) in rounds {
            story.call_step(&step);
            story.update(response);
            // The caller plans a lost update again before it hears more of the call.
            while story.sent.is_some() {
                story.update(Response::Received);
            }
        }
        story.call.has_ended = true;
        story.update(Response::Received);
        let said = story.call.says(&story.settings);
        for name in FIELDS.into_iter().chain(["Description"]) {
            let value = |value: Option<&Value>| value.cloned().unwrap_or_default();
            prop_assert_eq!(value(story.fields.get(name)), value(said.get(name)), "{} {}", name, story.report(&story.planned()));
        }
    }

    /// UPD-6, DESC-7: if the response to an update was lost and the call has changed since, the
    /// update is not taken for a person's edit, whether it arrived or not.
    #[test]
    fn one_lost_response_is_not_taken_for_an_edit(
        call in call(),
        before in prop::collection::vec(call_step(), 1..4),
        after in prop::collection::vec(call_step(), 0..4),
        response in response(),
    ) {
        let mut story = Story::new(call, english());
        story.call.has_ended = true;
        for step in &before {
            story.call_step(step);
        }
        story.update(response);
        for step in &after {
            story.call_step(step);
        }
        story.update(Response::Received);
        prop_assert_eq!(story.text(), story.ours());
    }

    /// DESC-7: lines that people took away stay away, unless the call changed there.
    #[test]
    fn deleted_note_stays_away(
        notes in 2..5_usize,
        deleted in any::<prop::sample::Index>(),
        change in 0..4_u8,
        text in "[a-z]{1,8}",
    ) {
        let note = |id| Note { id, author: 0, lines: vec![format!("Rang {id}."), format!("Busy {id}.")] };
        let call = Call { notes: (1..).take(notes).map(note).collect(), link: Some(1), ..Call::ended() };
        let mut story = Story::new(call, english());
        let deleted = deleted.index(notes);
        let mut blocks: Vec<_> = story.text().split("\n\n").map(str::to_owned).collect();
        let block = blocks.remove(deleted + 1);
        story.write(&blocks.join("\n\n"));
        let other = (deleted + 1) % notes;
        match change {
            0 => story.call.notes.push(Note { id: 9, author: 0, lines: vec![text.clone()] }),
            1 => story.call.notes[other].lines[1] = text.clone(),
            2 => drop(story.call.notes.remove(other)),
            _ => story.call.link = Some(2),
        }
        story.update(Response::Received);
        for line in &lines(&block)[1..] {
            prop_assert!(!story.text().contains(line), "`{}` is back in {}", line, story.text());
        }
        prop_assert!(change > 1 || story.text().contains(&text), "{}", story.text());
    }

    /// DESC-7: a call that has not ended takes no line away; the ended call does.
    #[test]
    fn running_call_takes_nothing_away(
        notes in 1..5_usize,
        shown in prop::collection::vec(any::<bool>(), 5),
        has_link in any::<bool>(),
        edits in prop::collection::vec(plain_edit(), 0..3),
    ) {
        let texts: Vec<_> = (0..notes).map(|note| format!("Rang {note}.")).collect();
        let all = Call::with_notes(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let call = Call { link: Some(1), has_ended: false, ..all.clone() };
        let mut story = Story::new(call, english());
        for edit in &edits {
            story.edit(edit);
        }
        let (text, wrote) = (story.text().to_owned(), story.wrote.clone());
        let mut shown = shown.into_iter();
        story.call.notes.retain(|_| shown.next().unwrap());
        story.call.link = has_link.then_some(1);
        story.update(Response::Received);
        prop_assert_eq!(story.text(), text);
        prop_assert_eq!(&story.wrote.as_ref().unwrap()["Description"], &wrote.unwrap()["Description"]);
    }

    /// UPD-6: the other fields, with people who change them, empty them and change them back.
    #[test]
    fn fields_that_people_change_stay_theirs(
        call in call(),
        rounds in prop::collection::vec(
            (prop::collection::vec(call_step(), 0..3), prop::collection::vec(field_edit(), 0..3), response()),
            1..8,
        ),
    ) {
        let mut story = Story::new(call, english());
        for (calls, edits, response) in rounds {
            for step in &calls {
                story.call_step(step);
            }
            for step in &edits {
                story.step(step);
            }
            story.update(response);
        }
    }
}

/// UPD-6: a text equals the number that it reads as.
#[test]
fn number_that_salesforce_spells_in_another_way_is_nobodys_edit() {
    for spelled in [json!(180.0), json!("180"), json!("180.0")] {
        let mut story = Story::new(Call::ended(), english());
        story.fields["CallDurationInSeconds"] = spelled;
        assert_eq!(story.planned().action, "unchanged");
    }
}

/// UPD-3, UPD-6: where the present fields are not known, the Description is not sent, and `wrote`
/// keeps what was said of it before.
#[test]
fn description_that_is_not_known_is_not_sent() {
    let mut story = Story::new(Call::with_notes(&["Rang."]), english());
    story.call = Call::with_notes(&["Rang.", "Busy."]);
    let planned = story.planned_blindly();
    assert!(!planned.body.contains_key("Description") && planned.has_notice("DESC-7", "Description"));
    assert_eq!(planned.wrote["Description"], story.wrote.unwrap()["Description"]);
}
