//! Tests what a caller keeps of a call, from one batch to the next.

use aircall_salesforce::Settings;
use aircall_salesforce::lookup::{Record, TaskKey};
use aircall_salesforce::request::{Batch, Checkpoint, Fate, Org, Outcome, Remedy};
use aircall_salesforce::salesforce::{Object, OwnerChange, RecordType};
use serde_json::{Value, json};

use crate::salesforce::{Response, Salesforce, error};
use crate::{
    ADMIN, AGENT, CONTACT, Call, TASK, answered, contact, failure, id, missed, requested, run, run_from, settings,
    user, with, with_task,
};

/// Looks up and writes one call.
fn log(
    salesforce: &mut Salesforce,
    settings: &Settings,
    call: &'static Call<'static>,
    checkpoint: Checkpoint,
) -> Outcome {
    salesforce.sent.clear();
    run_from(salesforce, settings, vec![(call, checkpoint)]).remove(0)
}

/// Loses the requests with this name, before or after Salesforce carried them out.
fn lose(salesforce: &mut Salesforce, name: &'static str, response: &Response) {
    let response = response.clone();
    salesforce.respond = Box::new(move |sent| if sent.name == name { response.clone() } else { Response::CarriedOut });
}

fn heal(salesforce: &mut Salesforce) {
    salesforce.respond = Box::new(|_| Response::CarriedOut);
    salesforce.refuse = Box::new(|_, _| None);
}

fn tags(names: &[&str]) -> Value {
    json!({"tags": names.iter().map(|name| json!({"name": name})).collect::<Vec<_>>()})
}

const CREATE: &str = "POST composite/sobjects";
const UPDATE: &str = "PATCH composite/sobjects";

#[test]
fn the_same_call_is_added_once() {
    let mut batch = Batch::new(settings(json!({})), Org::default());
    assert!(batch.add(missed(7, json!({})), Checkpoint::default()));
    assert!(!batch.add(missed(7, tags(&["VIP"])), Checkpoint::default()));
    assert!(batch.add(missed(8, json!({})), Checkpoint::default()));
    let mut salesforce = Salesforce::new([]);
    salesforce.run(&mut batch);
    let calls: Vec<_> = batch.into_outcomes().0.iter().map(|outcome| outcome.key.clone()).collect();
    assert_eq!((calls, salesforce.all("Task").len()), (vec![TaskKey::Call(7), TaskKey::Call(8)], 2));
}

#[test]
fn after_a_lost_response_the_task_is_looked_for_before_another_is_created() {
    let settings = settings(json!({"call_id_field": "CallObject"}));
    for (response, names) in [
        (Response::LostAfter, vec!["GET search", "POST composite", UPDATE]),
        (Response::LostBefore, vec!["GET search", "POST composite", CREATE]),
        (Response::Refused(503, "<html>".to_owned()), vec!["GET search", "POST composite", CREATE]),
        (Response::Refused(408, String::new()), vec!["GET search", "POST composite", CREATE]),
    ] {
        let mut salesforce = Salesforce::new([]);
        lose(&mut salesforce, CREATE, &response);
        let lost = log(&mut salesforce, settings, missed(7, json!({})), Checkpoint::default());
        assert_eq!((failure(&lost).remedy(), failure(&lost).is_refusal()), (Remedy::TryAgain, false));
        let sent = lost.checkpoint.sent.as_ref().unwrap();
        assert_eq!(sent["CallDisposition"], "['aircall', 'inbound', 'unanswered_call']");
        assert_eq!((lost.checkpoint.task, &lost.checkpoint.wrote), (None, &None));

        heal(&mut salesforce);
        let found = log(&mut salesforce, settings, missed(7, tags(&["VIP"])), lost.checkpoint);
        assert_eq!((&found.fate, requested(&salesforce)), (&Fate::Done, names));
        let [task] = salesforce.all("Task")[..] else { panic!("{response:?}") };
        assert_eq!(task["CallDisposition"], "['VIP', 'aircall', 'inbound', 'unanswered_call']");
        assert_eq!(found.checkpoint.task, Some(id(task["Id"].as_str().unwrap())));
        assert_eq!(found.checkpoint.wrote.unwrap()["CallDisposition"], task["CallDisposition"]);
        assert_eq!(found.checkpoint.sent, None);
    }
}

#[test]
fn a_persons_change_to_a_task_whose_creation_was_lost_stays() {
    let settings = settings(json!({"call_id_field": "CallObject"}));
    let mut salesforce = Salesforce::new([]);
    lose(&mut salesforce, CREATE, &Response::LostAfter);
    let lost = log(&mut salesforce, settings, missed(7, json!({})), Checkpoint::default());
    // UPD-6: all of `sent` arrived, so a value that differs is a person's.
    salesforce.rows[0].1["CallDisposition"] = json!("Call back on Monday");
    heal(&mut salesforce);
    let checkpoint = log(&mut salesforce, settings, missed(7, tags(&["VIP"])), lost.checkpoint.clone()).checkpoint;
    assert_eq!(salesforce.all("Task")[0]["CallDisposition"], "Call back on Monday");
    assert_eq!(checkpoint.wrote.unwrap()["CallDisposition"], lost.checkpoint.sent.unwrap()["CallDisposition"]);
}

#[test]
fn after_a_lost_update_the_fields_that_arrived_are_ours() {
    let settings = settings(json!({}));
    for response in [Response::LostAfter, Response::LostBefore] {
        let mut salesforce = Salesforce::new([]);
        let written = log(&mut salesforce, settings, missed(7, json!({})), Checkpoint::default()).checkpoint;
        lose(&mut salesforce, UPDATE, &response);
        let lost = log(&mut salesforce, settings, missed(7, tags(&["VIP"])), written.clone());
        assert!(!failure(&lost).is_refusal());
        assert_eq!((&lost.checkpoint.task, &lost.checkpoint.wrote), (&written.task, &written.wrote));
        let sent = lost.checkpoint.sent.as_ref().unwrap();
        assert_eq!(sent["CallDisposition"], "['VIP', 'aircall', 'inbound', 'unanswered_call']");

        heal(&mut salesforce);
        let checkpoint =
            log(&mut salesforce, settings, missed(7, tags(&["VIP", "Urgent"])), lost.checkpoint).checkpoint;
        let disposition = &salesforce.all("Task")[0]["CallDisposition"];
        assert_eq!(disposition, "['VIP', 'Urgent', 'aircall', 'inbound', 'unanswered_call']", "{response:?}");
        assert_eq!((&checkpoint.wrote.unwrap()["CallDisposition"], checkpoint.sent), (disposition, None));
    }
}

#[test]
fn a_refused_update_keeps_what_was_known() {
    let settings = settings(json!({}));
    let mut salesforce = Salesforce::new([]);
    let written = log(&mut salesforce, settings, missed(7, json!({})), Checkpoint::default()).checkpoint;
    salesforce.refuse = Box::new(|_, _| Some(error("STRING_TOO_LONG", "")));
    let refused = log(&mut salesforce, settings, missed(7, tags(&["VIP"])), written.clone());
    assert!(failure(&refused).is_refusal());
    assert_eq!(refused.checkpoint, written);
}

#[test]
fn after_a_stale_answer_the_next_batch_asks_again() {
    let settings = settings(json!({}));
    let mut salesforce = Salesforce::new([contact(CONTACT, "Ada", "0199001234", ADMIN)]);
    salesforce.refuse = Box::new(|_, _| Some(error("ENTITY_IS_DELETED", "")));
    let mut batch = Batch::new(settings, Org::default());
    batch.add(missed(7, json!({})), Checkpoint::default());
    salesforce.run(&mut batch);
    let (outcomes, answers) = batch.into_outcomes();
    assert_eq!(failure(&outcomes[0]).remedy(), Remedy::LookUpAgain);

    // Somebody merged the Contact into another one.
    salesforce.rows = vec![(
        "Contact".to_owned(),
        json!({"Id": "003000000000002AAA", "Name": "Ida", "OwnerId": ADMIN,
        "Phone": "0199001234"})
        .as_object()
        .unwrap()
        .clone(),
    )];
    heal(&mut salesforce);
    let mut batch = Batch::new(settings, Org::default()).with_answers(answers);
    batch.add(missed(7, json!({})), outcomes[0].checkpoint.clone());
    salesforce.run(&mut batch);
    assert_eq!(salesforce.all("Task")[0]["WhoId"], "003000000000002AAA");
}

#[test]
fn a_call_whose_task_somebody_deleted_gets_no_other() {
    for rows in [vec![], vec![("Task", json!({"Id": TASK, "CallObject": "aircall:7", "IsDeleted": true}))]] {
        let mut salesforce = Salesforce::new(rows);
        let checkpoint = with_task();
        let settings = settings(json!({"call_id_field": "CallObject", "unknown_number": "create_contact"}));
        let outcome = log(&mut salesforce, settings, missed(7, json!({})), checkpoint.clone());
        assert_eq!((&outcome.fate, &outcome.checkpoint), (&Fate::Gone, &checkpoint));
        assert_eq!(requested(&salesforce), ["POST composite"]);
    }
}

#[test]
fn a_record_that_was_just_made_counts_if_the_search_finds_none() {
    let settings = settings(json!({"unknown_number": "create_contact"}));
    let mut salesforce = Salesforce::new([]);
    let made = log(&mut salesforce, settings, missed(1, json!({})), Checkpoint::default()).made;
    let record: &Record = made.as_ref().unwrap();
    assert_eq!(record.record_type, RecordType::Contact);
    let mut checkpoint = Checkpoint::default();
    checkpoint.made.clone_from(&made);

    // The search index is minutes behind the records.
    salesforce.rows.retain(|(object, _)| object == "Task");
    log(&mut salesforce, settings, missed(2, json!({})), checkpoint.clone());
    assert_eq!(requested(&salesforce), ["GET search", CREATE]);
    let tasks = salesforce.all("Task");
    assert_eq!((&tasks[1]["WhoId"], &tasks[1]["Subject"]), (&json!(record.id), &tasks[0]["Subject"]));

    // What the search finds is newer.
    let (object, row) = contact(CONTACT, "Ada", "0199001234", ADMIN);
    salesforce.rows.push((object.to_owned(), row.as_object().unwrap().clone()));
    log(&mut salesforce, settings, missed(3, json!({})), checkpoint.clone());
    assert_eq!(salesforce.all("Task")[2]["WhoId"], CONTACT);

    // It says nothing about another number.
    salesforce.rows.clear();
    let calls = vec![(missed(5, json!({})), checkpoint), (missed(6, crate::number(6)), Checkpoint::default())];
    run_from(&mut salesforce, crate::settings(json!({})), calls);
    let who: Vec<_> = salesforce.all("Task").iter().map(|task| task.get("WhoId").cloned()).collect();
    assert_eq!(who, [Some(json!(record.id)), None]);
}

/// Returns a Salesforce with a Contact of the admin, which a call of Nora's hands over (OWN-10).
fn owned_by_admin() -> Salesforce {
    Salesforce::new([contact(CONTACT, "Ada", "0199001234", ADMIN), user(AGENT, "nora@example.com")])
}

fn nora() -> &'static Call<'static> {
    answered(7, "nora@example.com", json!({}))
}

fn change() -> OwnerChange {
    OwnerChange { object: Object::Contact, id: id(CONTACT), owner: id(AGENT) }
}

#[test]
fn a_hand_over_that_is_refused_for_good_is_given_up() {
    for code in ["TRANSFER_REQUIRES_READ", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "CODE_OF_TOMORROW"] {
        let mut salesforce = owned_by_admin();
        salesforce.refuse = Box::new(move |object, _| (object == "Contact").then(|| error(code, "")));
        let outcome = log(&mut salesforce, settings(json!({})), nora(), Checkpoint::default());
        assert_eq!(outcome.fate, Fate::Done);
        assert_eq!(outcome.not_handed_over.as_ref().unwrap().code.as_deref(), Some(code));
        assert_eq!((outcome.checkpoint.task.is_some(), outcome.checkpoint.owed), (true, None));
    }
}

#[test]
fn a_hand_over_that_fails_for_now_is_all_that_the_next_batch_writes() {
    let locked = |salesforce: &mut Salesforce| {
        salesforce.refuse = Box::new(|object, _| (object == "Contact").then(|| error("UNABLE_TO_LOCK_ROW", "")));
    };
    let signed_out = |salesforce: &mut Salesforce| {
        let body = json!([error("INVALID_SESSION_ID", "")]).to_string();
        lose(salesforce, UPDATE, &Response::Refused(401, body));
    };
    let lost = |salesforce: &mut Salesforce| lose(salesforce, UPDATE, &Response::LostAfter);
    let fail: [&dyn Fn(&mut Salesforce); 3] = [&locked, &signed_out, &lost];
    for fail in fail {
        let mut salesforce = owned_by_admin();
        fail(&mut salesforce);
        let failed = log(&mut salesforce, settings(json!({})), nora(), Checkpoint::default());
        assert!(matches!(failure(&failed).remedy(), Remedy::TryAgain | Remedy::SignIn));
        assert_eq!((failed.checkpoint.owed, &failed.not_handed_over), (Some(change()), &None));
        assert!(
            failed.checkpoint.task.is_some() && failed.checkpoint.wrote.is_some() && failed.checkpoint.sent.is_none()
        );

        heal(&mut salesforce);
        let outcome = log(&mut salesforce, settings(json!({})), nora(), failed.checkpoint);
        assert_eq!((&outcome.fate, outcome.checkpoint.owed), (&Fate::Done, None));
        assert_eq!(requested(&salesforce), ["POST composite", UPDATE]);
        let record = json!({"attributes": {"type": "Contact"}, "id": CONTACT, "OwnerId": AGENT});
        assert_eq!(salesforce.sent[1].records(), [record]);
        assert_eq!((&salesforce.all("Contact")[0]["OwnerId"], salesforce.all("Task").len()), (&json!(AGENT), 1));
    }
}

#[test]
fn a_hand_over_follows_a_task_whose_creation_was_lost() {
    let settings = settings(json!({"call_id_field": "CallObject"}));
    for response in [Response::LostAfter, Response::LostBefore] {
        let mut salesforce = owned_by_admin();
        lose(&mut salesforce, CREATE, &response);
        let lost = log(&mut salesforce, settings, nora(), Checkpoint::default());
        assert_eq!(lost.checkpoint.owed, Some(change()));
        assert_eq!(requested(&salesforce), ["GET search", "POST composite", CREATE]);

        heal(&mut salesforce);
        let outcome = log(&mut salesforce, settings, nora(), lost.checkpoint);
        assert_eq!((&outcome.fate, outcome.checkpoint.owed, outcome.checkpoint.sent), (&Fate::Done, None, None));
        assert_eq!((&salesforce.all("Contact")[0]["OwnerId"], salesforce.all("Task").len()), (&json!(AGENT), 1));
    }
}

#[test]
fn what_is_sent_is_named_before_with_its_hand_over() {
    let mut salesforce = owned_by_admin();
    let mut batch = Batch::new(settings(json!({})), Org::default());
    batch.add(nora(), Checkpoint::default());
    let mut named = Vec::new();
    loop {
        let requests = batch.requests();
        if requests.is_empty() {
            break;
        }
        let sending = batch.sending().map(|(key, checkpoint)| (key.clone(), checkpoint.task, checkpoint.owed));
        named.push(sending.collect::<Vec<_>>());
        for request in requests {
            let (status, body) = salesforce.send(&request).unwrap();
            batch.answer(&request, status, &body);
        }
    }
    // The lookups and the hand-over write no Task.
    assert_eq!(named, [vec![], vec![], vec![(TaskKey::Call(7), None, Some(change()))], vec![]]);
}

#[test]
fn a_batch_that_is_given_up_says_what_may_be_written() {
    let mut batch = Batch::new(settings(json!({})), Org::default());
    batch.add(missed(7, json!({})), Checkpoint::default());
    batch.add(missed(8, json!({"raw_digits": "anonymous"})), Checkpoint::default());
    let mut salesforce = Salesforce::new([]);
    for request in batch.requests() {
        let (status, body) = salesforce.send(&request).unwrap();
        batch.answer(&request, status, &body);
    }
    let sending = batch.requests();
    assert_eq!(sending.len(), 1);
    let (outcomes, _) = batch.into_outcomes();
    for outcome in outcomes {
        assert_eq!((failure(&outcome).to_string().as_str(), outcome.checkpoint.sent.is_some()), ("no response", true));
    }

    // Nothing was asked, so nothing can be written.
    let mut batch = Batch::new(settings(json!({})), Org::default());
    batch.add(missed(7, json!({})), Checkpoint::default());
    let outcome = batch.into_outcomes().0.remove(0);
    assert_eq!((failure(&outcome).remedy(), &outcome.checkpoint), (Remedy::TryAgain, &Checkpoint::default()));
}

#[test]
fn a_skipped_call_is_done_and_hands_nothing_over() {
    let mut salesforce = owned_by_admin();
    let settings = settings(json!({"workflow": {"inbound_answered": "do_nothing"}}));
    let outcomes = run(&mut salesforce, settings, &[nora()]);
    assert_eq!((&outcomes[0].fate, &outcomes[0].checkpoint), (&Fate::Done, &Checkpoint::default()));
    assert_eq!(salesforce.all("Contact")[0]["OwnerId"], ADMIN);
}

#[test]
fn a_task_that_arrived_with_typed_text_keeps_it() {
    let settings = settings(json!({"call_id_field": "CallObject"}));
    let notes = |texts: &[&str]| {
        let note = |(id, text): (usize, &&str)| json!({"id": id, "content": text, "posted_at": 1_772_457_530 + id});
        json!({"comments": texts.iter().enumerate().map(note).collect::<Vec<_>>()})
    };
    let mut salesforce = Salesforce::new([]);
    lose(&mut salesforce, CREATE, &Response::LostAfter);
    let lost = log(&mut salesforce, settings, missed(7, with(notes(&["one"]), json!({}))), Checkpoint::default());
    let heading = "Aircall added a new comment:";
    salesforce.rows[0].1["Description"] = json!(format!("{heading}\none\n\nShe will call back."));
    heal(&mut salesforce);
    // The note was taken back in Aircall: what we wrote goes, what was typed stays (DESC-7).
    log(&mut salesforce, settings, missed(7, notes(&["two"])), lost.checkpoint);
    let description = salesforce.all("Task")[0]["Description"].as_str().unwrap();
    assert!(
        description.contains(&format!("{heading}\ntwo")) && description.contains("She will call back."),
        "{description}"
    );
    assert!(!description.contains("\none\n"), "{description}");
}

#[test]
fn a_text_that_looks_like_a_reference_is_written_by_the_next_batch_if_it_failed() {
    let settings = settings(json!({"unknown_number": "create_contact", "call_id_field": "CallObject"}));
    let call = missed(7, json!({"number": {"name": "@{Support}", "country": "FR"}}));
    let subject = "Missed call from +33 1 99 00 12 34 on @{Support}";
    for name in ["POST composite/graph", UPDATE] {
        let mut salesforce = Salesforce::new([]);
        lose(&mut salesforce, name, &Response::LostAfter);
        if name == UPDATE {
            salesforce.refuse = Box::new(|_, fields| {
                let is_true_text = fields.get("Subject").is_some_and(|text| text.as_str().unwrap().contains("@{"));
                is_true_text.then(|| error("UNABLE_TO_LOCK_ROW", ""))
            });
        }
        let failed = log(&mut salesforce, settings, call, Checkpoint::default());
        assert_eq!(failure(&failed).remedy(), Remedy::TryAgain);
        // The Subject that the Task has is not a person's (UPD-6).
        assert_eq!(salesforce.all("Task")[0]["Subject"], subject.replace("@{", "@("));
        heal(&mut salesforce);
        let outcome = log(&mut salesforce, settings, call, failed.checkpoint);
        assert_eq!((&outcome.fate, &salesforce.all("Task")[0]["Subject"]), (&Fate::Done, &json!(subject)));
        assert_eq!(outcome.checkpoint.wrote.unwrap()["Subject"], subject);
    }
}
