//! Tests what `salesforce::check` accepts and rejects, with a case on both sides of every limit.

use aircall_salesforce::salesforce::check::{CheckContext, Write, check};
use aircall_salesforce::salesforce::fields::{self, FieldType};
use aircall_salesforce::salesforce::text::LengthUnit;
use aircall_salesforce::salesforce::{Id, Object};
use serde_json::{Value, json};

const NOTHING: CheckContext<'_> = CheckContext { created: &[], count: LengthUnit::Salesforce };

const CONTACT: &str = "0038Z00003aegKpQAI";
const LEAD: &str = "00Qd000000aaSv2EAE";
const ACCOUNT: &str = "0015w000029KTYHAA4";
const USER: &str = "005gL000001qXQjQAM";
const QUEUE: &str = "00G000000000001EAA";
const CASE: &str = "500000000000001AAA";
const OPPORTUNITY: &str = "006000000000001AAA";
const TASK: &str = "00TUJ00000disvz2AA";
/// The id of a custom object.
const CUSTOM: &str = "a01000000000001AAA";

/// A message without the field's name, and Salesforce's code.
type Reason = (&'static str, Option<&'static str>);

const NO_SUCH_FIELD: Reason =
    ("is not a field of this object, and not the name of a custom field", Some("INVALID_FIELD"));
const TWICE: Reason = ("appears twice; the case of a field name does not count", None);
const READ_ONLY: Reason = ("is written by Salesforce itself", Some("INVALID_FIELD_FOR_INSERT_UPDATE"));
const NOT_ON_CREATE: Reason = ("cannot be set on create", Some("INVALID_FIELD_FOR_INSERT_UPDATE"));
const ONLY_ON_CREATE: Reason = ("can only be set on create", Some("INVALID_FIELD_FOR_INSERT_UPDATE"));
const MISSING: Reason = ("is missing; a new record needs this field", Some("REQUIRED_FIELD_MISSING"));
const NOT_NILLABLE: Reason = ("cannot be emptied", Some("REQUIRED_FIELD_MISSING"));
const NULL_ON_CREATE: Reason = ("is null on create; leave the field out", None);
const NOT_A_TEXT: Reason = ("must be a text", Some("JSON_PARSER_ERROR"));
const NOT_A_WHOLE_NUMBER: Reason = ("must be a whole number", Some("JSON_PARSER_ERROR"));
const NOT_A_FLAG: Reason = ("must be true or false", Some("JSON_PARSER_ERROR"));
const TOO_MANY_DIGITS: Reason = ("must be a number of at most 18 digits", Some("JSON_PARSER_ERROR"));
const NOT_PLAIN: Reason = ("must be a text, a number, true or false", Some("JSON_PARSER_ERROR"));
const NOT_A_DAY: Reason = ("must be a day written YYYY-MM-DD", Some("JSON_PARSER_ERROR"));
const NOT_A_TIME: Reason = ("must be a time in ISO 8601", Some("JSON_PARSER_ERROR"));
const EMPTY: Reason = ("is an empty text; leave the field out, or set it to null in an update", None);
const OUTER_BLANKS: Reason = ("begins or ends with a blank", None);
const CONTROL_CHARACTER: Reason = ("contains a control character", None);
const LINE_BREAK: Reason = ("contains a line break, and the field has one line", None);
const NOT_IN_PICKLIST: Reason = ("is not a value of the picklist", Some("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"));
const NO_DURATION: Reason = ("must be a whole number from 0 to 99999999", Some("NUMBER_OUTSIDE_VALID_RANGE"));
const YEAR: Reason = ("is not in the years 1700 to 4000", None);
const NOT_AN_ID: Reason = ("is not an id: an id has 15 or 18 letters and digits", Some("MALFORMED_ID"));
const CHECKSUM: Reason = ("is not an id: the last three characters do not match the rest", Some("MALFORMED_ID"));
const WRONG_OBJECT: Reason =
    ("is the id of an object that this field does not accept", Some("FIELD_INTEGRITY_EXCEPTION"));
const DANGLING_REFERENCE: Reason = ("refers to a record that the plan does not create", None);
const LEAD_WITH_WHAT: Reason = ("must be empty because `WhoId` is a lead", Some("FIELD_INTEGRITY_EXCEPTION"));

/// Returns the messages and codes of the refusals. `Refusal` has no constructor for callers, so the
/// tests read every message and code from real bodies.
fn refusals(
    object: Object,
    write: Write,
    body: Value,
    beside: CheckContext<'_>,
) -> Vec<(String, Option<&'static str>)> {
    let Value::Object(body) = body else { panic!("{body}") };
    let refusals = check(object, write, &body, beside);
    refusals.into_iter().map(|refusal| (refusal.to_string(), refusal.code)).collect()
}

/// Returns the refusal of a field.
fn refusal(field: &str, (message, code): (&str, Option<&'static str>)) -> (String, Option<&'static str>) {
    (format!("`{field}` {message}"), code)
}

#[track_caller]
fn taken(object: Object, write: Write, body: Value) {
    assert_eq!(refusals(object, write, body, NOTHING), []);
}

#[track_caller]
fn refused(object: Object, write: Write, body: Value, field: &str, reason: Reason) {
    assert_eq!(refusals(object, write, body, NOTHING), [refusal(field, reason)]);
}

/// Checks a field that create and update treat alike.
#[track_caller]
fn task_takes(field: &str, value: Value) {
    taken(Object::Task, Write::Create, json!({ field: value }));
    taken(Object::Task, Write::Update, body(field, value));
}

#[track_caller]
fn task_refuses(field: &str, value: Value, reason: Reason) {
    refused(Object::Task, Write::Create, json!({ field: value }), field, reason);
    refused(Object::Task, Write::Update, body(field, value), field, reason);
}

/// Returns a body of one field.
fn body(field: &str, value: Value) -> Value {
    Value::from_iter([(field, value)])
}

fn text(length: usize) -> String {
    "x".repeat(length)
}

fn too_long(length: usize, limit: usize) -> Reason {
    (format!("has a length of {length}, and the limit is {limit}").leak(), Some("STRING_TOO_LONG"))
}

#[test]
fn a_body_may_be_empty() {
    taken(Object::Task, Write::Create, json!({}));
    taken(Object::Case, Write::Create, json!({}));
    taken(Object::Contact, Write::Update, json!({}));
}

#[test]
fn a_field_must_be_the_objects_or_custom() {
    task_takes("Subject", json!("Call"));
    task_takes("subject", json!("Call"));
    task_takes("aircall__Timezone__c", json!("Europe/Berlin"));
    task_takes("My_Field__C", json!("x"));
    for name in ["Subjekt", "LastName", "", "__c", "1st__c", "My Field__c", "My-Field__c", "Ünter__c", "Rel__r", "c"] {
        task_refuses(name, json!("x"), NO_SUCH_FIELD);
    }
    refused(Object::Contact, Write::Update, json!({"Subject": "x"}), "Subject", NO_SUCH_FIELD);
    refused(Object::User, Write::Update, json!({"Email": "x"}), "Email", NO_SUCH_FIELD);
    taken(Object::User, Write::Update, json!({"My_Field__c": "x"}));
}

#[test]
fn a_duplicate_field_is_refused() {
    refused(Object::Task, Write::Create, json!({"Subject": "a", "SUBJECT": "a"}), "SUBJECT", TWICE);
    refused(Object::Task, Write::Update, json!({"A__c": 1, "a__C": 1}), "a__C", TWICE);
    taken(Object::Task, Write::Update, json!({"A__c": 1, "B__c": 1}));
}

#[test]
fn salesforces_own_fields_are_read_only() {
    let read_only = [
        ("AccountId", json!(ACCOUNT)),
        ("IsClosed", json!(true)),
        ("IsHighPriority", json!(false)),
        ("CompletedDateTime", json!("2026-03-02T13:18:20Z")),
        ("WhoCount", json!(1)),
        ("CreatedById", json!(USER)),
        ("CreatedDate", json!("2026-03-02T13:18:20Z")),
        ("LastModifiedById", json!(USER)),
        ("LastModifiedDate", json!("2026-03-02T13:18:20Z")),
        ("Id", json!(TASK)),
    ];
    for (field, value) in read_only {
        task_refuses(field, value, READ_ONLY);
        task_refuses(field, Value::Null, READ_ONLY);
    }
}

#[test]
fn some_fields_are_written_once() {
    taken(Object::Task, Write::Create, json!({"TaskSubtype": "Call"}));
    refused(Object::Task, Write::Update, json!({"TaskSubtype": "Call"}), "TaskSubtype", ONLY_ON_CREATE);
    taken(Object::Task, Write::Create, json!({"IsRecurrence": false}));
    refused(Object::Task, Write::Update, json!({"IsRecurrence": false}), "IsRecurrence", ONLY_ON_CREATE);
    let lead = |bounced| json!({"LastName": "Moreau", "Company": "-", "EmailBouncedReason": bounced});
    refused(Object::Lead, Write::Create, lead("unknown"), "EmailBouncedReason", NOT_ON_CREATE);
    taken(Object::Lead, Write::Update, lead("unknown"));
}

#[test]
fn null_empties_in_an_update_only() {
    for field in ["Subject", "Description", "CallDurationInSeconds", "WhoId", "ActivityDate", "CallType", "A__c"] {
        taken(Object::Task, Write::Update, json!({ field: null }));
        refused(Object::Task, Write::Create, json!({ field: null }), field, NULL_ON_CREATE);
    }
    for field in ["OwnerId", "Status", "Priority", "IsReminderSet"] {
        refused(Object::Task, Write::Update, json!({ field: null }), field, NOT_NILLABLE);
    }
    refused(Object::Contact, Write::Update, json!({"LastName": null}), "LastName", NOT_NILLABLE);
    refused(Object::Lead, Write::Update, json!({"Company": null}), "Company", NOT_NILLABLE);
    refused(Object::Account, Write::Update, json!({"Name": null}), "Name", NOT_NILLABLE);
}

#[test]
fn a_new_record_needs_its_names() {
    taken(Object::Contact, Write::Create, json!({"LastName": "Moreau"}));
    refused(Object::Contact, Write::Create, json!({"FirstName": "Zoé"}), "LastName", MISSING);
    taken(Object::Lead, Write::Create, json!({"LastName": "Moreau", "Company": "-"}));
    refused(Object::Lead, Write::Create, json!({"LastName": "Moreau"}), "Company", MISSING);
    refused(Object::Lead, Write::Create, json!({"company": "-"}), "LastName", MISSING);
    taken(Object::Account, Write::Create, json!({"name": "Moreau SARL"}));
    refused(Object::Account, Write::Create, json!({"Phone": "+33199001234"}), "Name", MISSING);
    // A required field with a wrong value is not also missing.
    refused(Object::Account, Write::Create, json!({"Name": ""}), "Name", EMPTY);
    taken(Object::Lead, Write::Update, json!({"FirstName": "Zoé"}));
}

#[test]
fn one_line_texts_have_255_units() {
    for field in ["Subject", "CallDisposition", "CallObject", "Status", "A__c"] {
        task_takes(field, json!(text(255)));
        task_refuses(field, json!(text(256)), too_long(256, 255));
    }
    // An emoji has two UTF-16 units.
    task_takes("Subject", json!(text(253) + "😀"));
    task_refuses("Subject", json!(text(254) + "😀"), too_long(256, 255));
    taken(Object::Case, Write::Create, json!({"Subject": text(255)}));
    refused(Object::Case, Write::Create, json!({"Subject": text(256)}), "Subject", too_long(256, 255));
    task_takes("Priority", json!(text(20)));
    task_refuses("Priority", json!(text(21)), too_long(21, 20));
}

#[test]
fn names_and_phones_have_their_lengths() {
    let with = |field: &str, length| {
        let mut body = json!({"LastName": "Moreau", "Company": "-"});
        body[field] = json!(text(length));
        body
    };
    for (field, limit) in [("LastName", 80), ("FirstName", 40), ("Phone", 40), ("MobilePhone", 40), ("Company", 255)] {
        taken(Object::Lead, Write::Create, with(field, limit));
        refused(Object::Lead, Write::Create, with(field, limit + 1), field, too_long(limit + 1, limit));
    }
    taken(Object::Account, Write::Create, json!({"Name": text(255)}));
    refused(Object::Account, Write::Create, json!({"Name": text(256)}), "Name", too_long(256, 255));
    // No source states the length of this field.
    taken(Object::Contact, Write::Update, json!({"Department": text(1000)}));
}

#[test]
fn a_line_break_in_description_counts_two() {
    task_takes("Description", json!(text(32_000)));
    task_refuses("Description", json!(text(32_001)), too_long(32_001, 32_000));
    let broken = |length| format!("a\n{}", text(length));
    task_takes("Description", json!(broken(31_997)));
    task_refuses("Description", json!(broken(31_998)), too_long(32_001, 32_000));
    task_refuses("Description", json!("😀".repeat(16_001)), too_long(32_002, 32_000));
    let body = json!({"Description": broken(31_998)});
    let characters = CheckContext { count: LengthUnit::Characters, ..NOTHING };
    assert_eq!(refusals(Object::Task, Write::Create, body, characters), []);
}

#[test]
fn what_salesforce_would_not_store_as_it_is_is_refused() {
    for field in ["Subject", "Description", "Type", "A__c"] {
        task_takes(field, json!("a b"));
        task_refuses(field, json!(""), EMPTY);
        for blank in [" ", "\u{a0}", "\u{3000}", "\u{2028}"] {
            task_refuses(field, json!(blank), OUTER_BLANKS);
            task_refuses(field, json!(format!("a{blank}")), OUTER_BLANKS);
            task_refuses(field, json!(format!("{blank}a")), OUTER_BLANKS);
            task_takes(field, json!(format!("a{blank}b")));
        }
        for control in ["\0", "\r", "\u{1b}", "\u{7f}", "\u{85}", "\u{9f}"] {
            task_refuses(field, json!(format!("a{control}b")), CONTROL_CHARACTER);
        }
    }
    task_takes("Description", json!("a\n\tb"));
    task_refuses("Description", json!("a\n"), OUTER_BLANKS);
    task_refuses("Description", json!("\ta"), OUTER_BLANKS);
    for field in ["Subject", "CallDisposition", "A__c"] {
        task_refuses(field, json!("a\nb"), LINE_BREAK);
        task_refuses(field, json!("a\tb"), CONTROL_CHARACTER);
    }
}

#[test]
fn text_fields_accept_only_text() {
    for value in [json!(1), json!(true), json!([]), json!({}), json!(1.5)] {
        task_refuses("Subject", value.clone(), NOT_A_TEXT);
        task_refuses("Description", value.clone(), NOT_A_TEXT);
        task_refuses("CallType", value.clone(), NOT_A_TEXT);
        task_refuses("ActivityDate", value.clone(), NOT_A_TEXT);
        task_refuses("WhoId", value, NOT_A_TEXT);
    }
}

#[test]
fn a_duration_has_eight_digits() {
    for seconds in [0, 1, 99_999_999] {
        task_takes("CallDurationInSeconds", json!(seconds));
    }
    for seconds in [-1, 100_000_000, i64::MAX, i64::MIN] {
        task_refuses("CallDurationInSeconds", json!(seconds), NO_DURATION);
    }
    for value in [json!("15"), json!(15.5), json!(15.0), json!(true), json!([15])] {
        task_refuses("CallDurationInSeconds", value, NOT_A_WHOLE_NUMBER);
    }
}

#[test]
fn a_restricted_picklist_has_its_values_only() {
    for value in ["Internal", "Inbound", "Outbound"] {
        task_takes("CallType", json!(value));
    }
    for value in ["inbound", "Missed", "", " Inbound"] {
        task_refuses("CallType", json!(value), NOT_IN_PICKLIST);
    }
    for value in ["Task", "Email", "ListEmail", "Cadence", "Call", "LinkedIn"] {
        taken(Object::Task, Write::Create, json!({"TaskSubtype": value}));
    }
    refused(Object::Task, Write::Create, json!({"TaskSubtype": "Phone"}), "TaskSubtype", NOT_IN_PICKLIST);
    task_takes("RecurrenceTimeZoneSidKey", json!("Europe/Berlin"));
    task_refuses("RecurrenceTimeZoneSidKey", json!("Mars/Olympus"), NOT_IN_PICKLIST);
    // An admin can add values to these.
    task_takes("Status", json!("Rückruf offen"));
    task_takes("Type", json!("Anruf"));
}

#[test]
fn a_date_is_a_real_day_that_salesforce_stores() {
    for day in ["2026-03-02", "2024-02-29", "1700-01-01", "4000-12-31"] {
        task_takes("ActivityDate", json!(day));
    }
    for day in ["1699-12-31", "4001-01-01", "0000-01-01"] {
        task_refuses("ActivityDate", json!(day), YEAR);
    }
    let wrong = [
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-3-2",
        "02.03.2026",
        "2026-03-02T00:00:00Z",
        "",
        "2026-03-02 ",
        "+2026-03-2",
        "20260302xx",
        "２０２６-03-02",
    ];
    for day in wrong {
        task_refuses("ActivityDate", json!(day), NOT_A_DAY);
    }
}

#[test]
fn a_time_is_iso_8601() {
    for time in ["2026-03-02T13:18:20Z", "2026-03-02T13:18:20.000+0000", "2026-03-02T13:18:20.5+01:00"] {
        task_takes("ReminderDateTime", json!(time));
    }
    task_refuses("ReminderDateTime", json!("2026-03-02"), NOT_A_TIME);
    task_refuses("ReminderDateTime", json!("1699-12-31T23:59:59Z"), YEAR);
    task_refuses("ReminderDateTime", json!(1_772_457_500), NOT_A_TEXT);
}

#[test]
fn a_checkbox_is_true_or_false() {
    task_takes("IsReminderSet", json!(true));
    task_refuses("IsReminderSet", json!("true"), NOT_A_FLAG);
    task_refuses("IsReminderSet", json!(1), NOT_A_FLAG);
}

#[test]
fn a_custom_field_holds_what_the_mapping_writes() {
    for value in [json!("x"), json!(0), json!(-15), json!(15.5), json!(true), json!(999_999_999_999_999_i64)] {
        task_takes("A__c", value);
    }
    task_refuses("A__c", json!(1_000_000_000_000_000_000_i64), TOO_MANY_DIGITS);
    task_refuses("A__c", json!([]), NOT_PLAIN);
    task_refuses("A__c", json!({"x": 1}), NOT_PLAIN);
}

#[test]
fn an_id_is_whole() {
    task_takes("OwnerId", json!(USER));
    task_takes("OwnerId", json!(&USER[..15]));
    task_refuses("OwnerId", json!("005gL000001qXQjQAA"), CHECKSUM);
    task_refuses("OwnerId", json!(USER.to_lowercase()), CHECKSUM);
    for id in ["", "005", "005gL000001qXQj!", "005gL000001qXQjQ", "005gL000001qXQjQAMA", "005gL000001qXQé"] {
        task_refuses("OwnerId", json!(id), NOT_AN_ID);
    }
}

#[test]
fn each_reference_has_its_objects() {
    let all = [CONTACT, LEAD, ACCOUNT, USER, QUEUE, CASE, OPPORTUNITY, TASK, CUSTOM];
    let fields: [(Object, &str, &[&str]); 12] = [
        (Object::Task, "OwnerId", &[USER, QUEUE]),
        (Object::Task, "WhoId", &[CONTACT, LEAD]),
        (Object::Task, "WhatId", &[ACCOUNT, CASE, OPPORTUNITY, CUSTOM]),
        (Object::Contact, "OwnerId", &[USER]),
        (Object::Contact, "AccountId", &[ACCOUNT]),
        (Object::Contact, "ReportsToId", &[CONTACT]),
        (Object::Lead, "OwnerId", &[USER, QUEUE]),
        (Object::Account, "OwnerId", &[USER]),
        (Object::Account, "ParentId", &[ACCOUNT]),
        (Object::Case, "OwnerId", &[USER, QUEUE]),
        (Object::Case, "ContactId", &[CONTACT]),
        (Object::Case, "ParentId", &[CASE]),
    ];
    for (object, field, fitting) in fields {
        for id in all {
            let body = json!({ field: id });
            if fitting.contains(&id) {
                taken(object, Write::Update, body);
            } else {
                refused(object, Write::Update, body, field, WRONG_OBJECT);
            }
        }
    }
}

#[test]
fn a_lead_has_no_related_record() {
    for write in [Write::Create, Write::Update] {
        for what in [ACCOUNT, CASE, OPPORTUNITY, CUSTOM] {
            taken(Object::Task, write, json!({"WhoId": CONTACT, "WhatId": what}));
            refused(Object::Task, write, json!({"WhoId": LEAD, "WhatId": what}), "WhatId", LEAD_WITH_WHAT);
            refused(Object::Task, write, json!({"whatid": what, "whoid": LEAD}), "WhatId", LEAD_WITH_WHAT);
        }
    }
    taken(Object::Task, Write::Update, json!({"WhoId": LEAD, "WhatId": null}));
    taken(Object::Task, Write::Update, json!({"WhoId": null, "WhatId": CASE}));
}

#[test]
fn a_record_type_is_one() {
    let of = |id: &str| json!({ "RecordTypeId": id });
    taken(Object::Task, Write::Create, of("012000000000001AAA"));
    refused(Object::Task, Write::Create, of(CONTACT), "RecordTypeId", WRONG_OBJECT);
}

#[test]
fn a_reference_needs_its_record_beside_it() {
    let beside = |created| CheckContext { created, ..NOTHING };
    let judged = |object, body: Value, beside| refusals(object, Write::Create, body, beside);
    let who = || json!({"WhoId": "@{record.id}"});
    for person in [&[Object::Contact], &[Object::Lead]] {
        assert_eq!(judged(Object::Task, who(), beside(person)), []);
    }
    let wrong = |field: &str, reason| [refusal(field, reason)];
    assert_eq!(judged(Object::Task, who(), beside(&[Object::Account])), wrong("WhoId", WRONG_OBJECT));
    assert_eq!(judged(Object::Task, who(), NOTHING), wrong("WhoId", DANGLING_REFERENCE));

    let what = |reference| json!({ "WhatId": reference });
    assert_eq!(judged(Object::Task, what("@{record.id}"), beside(&[Object::Account])), []);
    assert_eq!(judged(Object::Task, what("@{case.id}"), beside(&[Object::Case])), []);
    for person in [&[Object::Contact], &[Object::Lead]] {
        let refusals = judged(Object::Task, what("@{record.id}"), beside(person));
        assert_eq!(refusals, wrong("WhatId", WRONG_OBJECT));
    }
    for reference in ["@{case.id}", "@{Case.id}", "@{}", "@{record.id} "] {
        let refusals = judged(Object::Task, what(reference), beside(&[Object::Account]));
        assert_eq!(refusals, wrong("WhatId", DANGLING_REFERENCE));
    }

    let lead_and_case = json!({"WhoId": "@{record.id}", "WhatId": "@{case.id}"});
    assert_eq!(
        judged(Object::Task, lead_and_case.clone(), beside(&[Object::Lead, Object::Case])),
        wrong("WhatId", LEAD_WITH_WHAT)
    );
    assert_eq!(judged(Object::Task, lead_and_case, beside(&[Object::Contact, Object::Case])), []);

    let case = || json!({"ContactId": "@{record.id}"});
    assert_eq!(judged(Object::Case, case(), beside(&[Object::Contact, Object::Case])), []);
    assert_eq!(judged(Object::Case, case(), beside(&[Object::Lead, Object::Case])), wrong("ContactId", WRONG_OBJECT));
    // In a free text it is not a reference.
    assert_eq!(judged(Object::Task, json!({"Subject": "@{record.id}"}), NOTHING), []);
}

#[test]
fn every_bad_field_is_named_in_the_bodys_order() {
    let body = json!({"WhatId": ACCOUNT, "CallType": "Missed", "WhoId": LEAD, "Nope": 1, "Subject": "fine"});
    let expected =
        [refusal("CallType", NOT_IN_PICKLIST), refusal("Nope", NO_SUCH_FIELD), refusal("WhatId", LEAD_WITH_WHAT)];
    assert_eq!(refusals(Object::Task, Write::Create, body, NOTHING), expected);
}

#[test]
fn the_tables_are_whole_and_sorted() {
    let objects: [(_, _, &[&str]); 5] = [
        (Object::Task, 47, &[]),
        (Object::Contact, 46, &["LastName"]),
        (Object::Lead, 42, &["LastName", "Company"]),
        (Object::Account, 43, &["Name"]),
        (Object::Case, 32, &[]),
    ];
    for (object, fields, required) in objects {
        let names: Vec<_> = fields::of(object).iter().map(|field| field.name).collect();
        assert_eq!(names.len(), fields, "{object:?}");
        assert!(names.is_sorted(), "{object:?}");
        for required in required {
            let field = fields::find(object, required).unwrap();
            assert!(field.on_create && !field.nillable, "{required}");
        }
    }
    let zones = fields::find(Object::Task, "RecurrenceTimeZoneSidKey").unwrap().field_type;
    assert!(matches!(zones, FieldType::Picklist(zones) if zones.len() > 400));
}

#[test]
fn the_tests_ids_are_ids() {
    for id in [CONTACT, LEAD, ACCOUNT, USER, QUEUE, CASE, OPPORTUNITY, TASK, CUSTOM] {
        assert_eq!(id.parse::<Id>().unwrap().as_str(), id);
    }
}
