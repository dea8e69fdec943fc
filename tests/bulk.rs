//! Tests rows of Bulk API 2.0: an independent CSV reader finds the same values as in a request's
//! body.

use std::borrow::Cow;
use std::collections::BTreeMap;

use aircall_salesforce::request::bulk::{Columns, RowError};
use aircall_salesforce::salesforce::task::RecordRef;
use aircall_salesforce::salesforce::{BodyValue, FieldValue, NewRecord, Object, OwnerChange, RecordType, TaskUpdate};
use aircall_salesforce::{Action, Create, Directory, Id, Settings, Webhook, plan_webhook};
use proptest::prelude::*;
use serde_json::Value;

fn settings(more: &str) -> Settings {
    Settings::from_json(&format!(r#"{{"admin": "005000000000001AAA", "call_id_field": "Call__c"{more}}}"#)).unwrap()
}

fn id(text: &str) -> Id {
    text.parse().unwrap()
}

fn subject(text: &str) -> TaskUpdate<'_> {
    TaskUpdate::new(vec![("Subject", Some(FieldValue::Text(Cow::Borrowed(text))))]).unwrap()
}

/// Returns the row of an update, without its Id.
fn row(task: &TaskUpdate<'_>) -> String {
    let mut out = Vec::new();
    Columns::of_updates(&settings("")).write_row(Some(&id("00T000000000001EAA")), task.fields(), &mut out).unwrap();
    let row = String::from_utf8(out).unwrap();
    row.strip_prefix("00T000000000001EAA,").unwrap().to_owned()
}

/// Returns a file with a header and one row.
fn file<'b>(columns: &Columns, fields: impl Iterator<Item = (&'b str, BodyValue<'b>)>) -> Vec<u8> {
    let mut csv = Vec::new();
    columns.write_header(&mut csv);
    columns.write_row(None, fields, &mut csv).unwrap();
    csv
}

/// Returns the cells that are not empty, by column.
fn read(csv: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv);
    let rows: Result<Vec<BTreeMap<String, String>>, _> = reader.deserialize().collect();
    let mut rows = rows.unwrap();
    for row in &mut rows {
        row.retain(|_, cell| !cell.is_empty());
    }
    rows
}

/// Returns the cells that a reader must find for the JSON of a body.
fn cells(body: &impl serde::Serialize) -> BTreeMap<String, String> {
    let body = serde_json::to_value(body).unwrap();
    // A Case serialises as `{"fields":{…}}`.
    let Value::Object(fields) = body.get("fields").unwrap_or(&body).clone() else { panic!("{body}") };
    let cell = |value: Value| match value {
        // Salesforce would read this text as null; it does not store the blank.
        Value::String(text) if text == "#N/A" => "#N/A ".to_owned(),
        Value::String(text) => text,
        Value::Null => "#N/A".to_owned(),
        other => other.to_string(),
    };
    fields.into_iter().map(|(name, value)| (name, cell(value))).collect()
}

/// Runs a check on the create of a call's plan.
fn with_create(call: &str, directory: &str, settings: &Settings, check: impl FnOnce(&Create<'_>)) {
    let (webhook, directory) = (Webhook::from_json(call).unwrap(), Directory::from_json(directory).unwrap());
    let plan = plan_webhook(&webhook, &directory, settings);
    let Action::Create(create) = &plan.action else { panic!("{plan:?}") };
    check(create);
}

/// The characters that a cell of a job can have.
const FIELD_LIMIT: usize = 131_072;

const MISSED: &str = r#"{"id": 7, "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457525,
    "raw_digits": "+33 1 99 00 12 34", "number": {"name": "Support, \"EU\"", "country": "FR", "time_zone": "Europe/Paris"},
    "comments": [{"id": 1, "content": "one\ntwo, \"three\"", "posted_at": 1772457530}]}"#;
const ADA: &str = r#"{"records": [{"type": "Contact", "id": "003000000000001AAA", "name": "Ada Lovelace",
    "owner": "005000000000002AAA", "phones": ["+33199001234"]}]}"#;

#[test]
fn the_header_names_the_fields_of_the_settings() {
    let header = |columns: Columns| {
        let mut out = Vec::new();
        columns.write_header(&mut out);
        String::from_utf8(out).unwrap()
    };
    let names = "aircall__Waiting_Time__c,aircall__Answered_by__c,aircall__Phone_number__c,Land__c,aircall__Call_Recording__c,\
        aircall__Transferred_to__c,aircall__Timezone__c,aircall__Connection_status__c,aircall__Has_connected__c,Call__c";
    let settings =
        settings(r#", "write_type": false, "package_fields": {"country": "Land__c", "hour_of_the_day": null}"#);
    assert_eq!(
        header(Columns::of_creates(&settings)),
        format!(
            "Subject,Status,TaskSubtype,CallType,CallDisposition,CallDurationInSeconds,ActivityDate,OwnerId,WhoId,WhatId,Description,{names}\n"
        )
    );
    assert_eq!(
        header(Columns::of_updates(&settings)),
        format!("Id,Subject,Status,CallDisposition,CallDurationInSeconds,Description,{names}\n")
    );
    assert_eq!(header(Columns::of_owners()), "Id,OwnerId\n");
}

#[test]
fn a_created_task_reads_back() {
    let settings = settings("");
    with_create(MISSED, ADA, &settings, |create| {
        let csv = file(&Columns::of_creates(&settings), create.task.fields());
        let [row] = read(&csv).try_into().unwrap();
        assert_eq!(row, cells(&create.task));
        assert_eq!(row["Description"], "Aircall added a new comment:\none\ntwo, \"three\"");
        assert_eq!(row["WhoId"], "003000000000001AAA");
        assert_eq!(row["Call__c"], "aircall:7");
    });
}

#[test]
fn a_task_on_a_record_that_is_yet_to_be_made_is_no_row() {
    let settings = settings(r#", "unknown_number": "create_lead""#);
    with_create(MISSED, "{}", &settings, |create| {
        let mut out = b"before".to_vec();
        let refused = Columns::of_creates(&settings).write_row(None, create.task.fields(), &mut out);
        assert_eq!(refused, Err(RowError::Reference("WhoId".to_owned())));
        assert_eq!(
            refused.unwrap_err().to_string(),
            "`WhoId` refers to a record that does not exist yet; the row can be written once its id is known"
        );
        assert_eq!(out, b"before");

        let record = create.new_record.as_ref().unwrap();
        let csv = file(&Columns::of_records(record.record_type.object()), record.fields());
        assert_eq!(
            String::from_utf8(csv).unwrap(),
            "FirstName,LastName,Company,Phone,OwnerId\n,+33 1 99 00 12 34,Unknown Company,+33199001234,005000000000001AAA\n"
        );
    });
}

#[test]
fn a_case_is_a_row_once_its_contact_has_an_id() {
    let settings = settings(r#", "unknown_number": "create_contact", "relate_to": "case_or_create""#);
    with_create(MISSED, ADA, &settings, |create| {
        let case = create.new_case.as_ref().unwrap();
        let mut csv = file(&Columns::of_records(Object::Case), case.fields());
        assert_eq!(read(&csv), [cells(case)]);
        assert_eq!(
            Columns::of_creates(&settings).write_row(None, create.task.fields(), &mut csv),
            Err(RowError::Reference("WhatId".to_owned()))
        );
    });
    with_create(MISSED, "{}", &settings, |create| {
        let case = create.new_case.as_ref().unwrap();
        assert_eq!(
            Columns::of_records(Object::Case).write_row(None, case.fields(), &mut Vec::new()),
            Err(RowError::Reference("ContactId".to_owned()))
        );
    });
}

#[test]
fn other_objects_are_rows_too() {
    let rows = |columns: Columns, write: &dyn Fn(&Columns, &mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&columns, &mut out);
        String::from_utf8(out).unwrap()
    };
    let owner = id("005000000000001AAA");
    let phone = "+33199001234".parse().unwrap();
    let contact = NewRecord {
        record_type: RecordType::Contact,
        first_name: Some(Cow::Borrowed("Ada")),
        name: Cow::Borrowed("O\"Neill"),
        company: None,
        phone,
        owner,
        save_duplicate: false,
    };
    let contact_row = rows(Columns::of_records(Object::Contact), &|columns, out| {
        columns.write_row(None, contact.fields(), out).unwrap();
    });
    assert_eq!(contact_row, "Ada,\"O\"\"Neill\",+33199001234,005000000000001AAA\n");
    let account = NewRecord {
        record_type: RecordType::Account,
        first_name: None,
        name: Cow::Borrowed("Example, Inc."),
        ..contact.clone()
    };
    let account = rows(Columns::of_records(Object::Account), &|columns, out| {
        columns.write_row(None, account.fields(), out).unwrap();
    });
    assert_eq!(account, "\"Example, Inc.\",+33199001234,005000000000001AAA\n");
    let change = OwnerChange { object: Object::Lead, id: id("00Q000000000001EAA"), owner };
    let change =
        rows(Columns::of_owners(), &|columns, out| columns.write_row(Some(&change.id), change.fields(), out).unwrap());
    assert_eq!(change, format!("{},005000000000001AAA\n", id("00Q000000000001EAA")));
}

#[test]
fn special_characters_of_csv_are_quoted_and_nothing_else_is() {
    let first = |text| row(&subject(text)).trim_end_matches(['\n', ',']).to_owned();
    assert_eq!(first("plain  é😀'#;"), "plain  é😀'#;");
    assert_eq!(first("a,b"), "\"a,b\"");
    assert_eq!(first("say \"hi\""), "\"say \"\"hi\"\"\"");
    assert_eq!(first("\""), "\"\"\"\"");
    assert_eq!(first("a\nb"), "\"a\nb\"");
    assert_eq!(first("a\r\nb"), "\"a\r\nb\"");
}

#[test]
fn null_and_a_text_that_reads_like_it_differ() {
    let cleared = TaskUpdate::new(vec![("Subject", None)]).unwrap();
    assert!(row(&cleared).starts_with("#N/A,"));
    assert!(row(&subject("#N/A")).starts_with("#N/A ,"));
    assert!(row(&subject("#N/A.")).starts_with("#N/A.,"));
    assert!(row(&TaskUpdate::default()).starts_with(",,,"));
}

#[test]
fn a_text_over_the_limit_and_a_field_of_other_settings_are_errors() {
    let columns = Columns::of_updates(&settings(""));
    let write =
        |task: &TaskUpdate<'_>| columns.write_row(Some(&id("00T000000000001EAA")), task.fields(), &mut Vec::new());
    assert_eq!(write(&subject(&"é".repeat(FIELD_LIMIT))), Ok(()));
    let refused = write(&subject(&"a".repeat(FIELD_LIMIT + 1)));
    assert_eq!(refused.unwrap_err().to_string(), "`Subject` has more than 131072 characters");
    let emptied = |names: &[&'static str]| TaskUpdate::new(names.iter().map(|name| (*name, None)).collect()).unwrap();
    let refused = write(&emptied(&["Other__c"]));
    assert_eq!(refused.unwrap_err().to_string(), "`Other__c` is not among the job's columns, or not in their order");
    let backwards = emptied(&["Call__c", "aircall__Country__c"]);
    let refused = write(&backwards).unwrap_err().to_string();
    assert_eq!(refused, "`aircall__Country__c` is not among the job's columns, or not in their order");
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just("#N/A".to_owned()), "[ -~\n\r\t\",#é😀]{1,12}", "\\PC{1,40}"]
}

/// Returns a field that stays, is emptied, or gets a value.
fn change(
    name: &'static str,
    value: impl Strategy<Value = FieldValue<'static>>,
) -> impl Strategy<Value = Option<(&'static str, Option<FieldValue<'static>>)>> {
    proptest::option::of(proptest::option::of(value).prop_map(move |value| (name, value)))
}

fn update() -> impl Strategy<Value = TaskUpdate<'static>> {
    let text = || text().prop_map(|text| FieldValue::Text(Cow::Owned(text)));
    let number = || any::<i64>().prop_map(FieldValue::Number);
    let changes = (
        change("Subject", text()),
        change("Status", Just(FieldValue::Text(Cow::Borrowed("Completed")))),
        change("CallDisposition", text()),
        change("CallDurationInSeconds", number()),
        change("Description", text()),
        change("aircall__Waiting_Time__c", number()),
        change("aircall__Country__c", text()),
        change("aircall__Has_connected__c", any::<bool>().prop_map(FieldValue::Flag)),
    );
    changes.prop_map(|(a, b, c, d, e, f, g, h)| {
        TaskUpdate::new([a, b, c, d, e, f, g, h].into_iter().flatten().collect()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_update_reads_back(updates in proptest::collection::vec(update(), 1..5)) {
        let (columns, mut csv) = (Columns::of_updates(&settings("")), Vec::new());
        columns.write_header(&mut csv);
        let task = id("00T000000000001EAA");
        for update in &updates {
            columns.write_row(Some(&task), update.fields(), &mut csv).unwrap();
        }
        let wanted: Vec<_> = updates.iter().map(|update| {
            let mut cells = cells(update);
            cells.insert("Id".to_owned(), task.to_string());
            cells
        }).collect();
        prop_assert_eq!(read(&csv), wanted);
    }

    /// The row of a new Task contains the values of its body, for every text of a note.
    #[test]
    fn every_note_reads_back(note in text()) {
        let settings = settings("");
        let mut call: Value = serde_json::from_str(MISSED).unwrap();
        call["comments"][0]["content"] = note.into();
        with_create(&call.to_string(), ADA, &settings, |create| {
            let csv = file(&Columns::of_creates(&settings), create.task.fields());
            assert_eq!(read(&csv), [cells(&create.task)]);
        });
    }
}

#[test]
fn a_reference_is_refused_in_every_field() {
    let settings = settings("");
    with_create(MISSED, ADA, &settings, |create| {
        let mut task = create.task.clone();
        task.what_id = Some(RecordRef::NewCase);
        let refused = Columns::of_creates(&settings).write_row(None, task.fields(), &mut Vec::new());
        assert_eq!(refused, Err(RowError::Reference("WhatId".to_owned())));
    });
}
