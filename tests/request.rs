//! The requests that write a plan, and the reading of the responses.

use aircall_salesforce::request::collection::{Collection, collect};
use aircall_salesforce::request::{Created, Failure, Method, Remedy, Request, Writing};
use aircall_salesforce::salesforce::{Object, OwnerChange};
use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
use serde_json::{Value, json};

const TASK: &str = "00T000000000001EAA";
const CONTACT: &str = "003000000000001AAA";
const CASE: &str = "500000000000001AAA";

/// A missed call from +33 1 99 00 12 34.
fn webhook(more: Value) -> String {
    let mut call = json!({"id": 7, "direction": "inbound", "started_at": 1_772_457_500, "ended_at": 1_772_457_525,
        "raw_digits": "+33 1 99 00 12 34", "number": {"name": "Support"}});
    if let (Value::Object(call), Value::Object(more)) = (&mut call, more) {
        call.extend(more);
    }
    call.to_string()
}

fn settings(more: Value) -> Settings {
    let mut settings = json!({"admin": "005000000000001AAA", "write_type": false, "package_fields": {
        "waiting_time": null, "answered_by": null, "phone_number": null, "country": null, "call_recording": null,
        "transferred_to": null, "time_zone": null, "hour_of_the_day": null, "connection_status": null, "has_connected": null,
    }});
    if let (Value::Object(settings), Value::Object(more)) = (&mut settings, more) {
        settings.extend(more);
    }
    Settings::from_json(&settings.to_string()).unwrap()
}

fn writing(call: Value, directory: &Value, more: Value) -> Writing {
    let (body, settings) = (webhook(call), settings(more));
    let directory = Directory::from_json(&directory.to_string()).unwrap();
    Writing::new(&plan_webhook(&Webhook::from_json(&body).unwrap(), &directory, &settings))
}

#[track_caller]
fn next(writing: &Writing, method: Method, path: &str) -> Value {
    let request = writing.request().expect("a request");
    assert_eq!((request.method, request.path.as_str()), (method, path));
    serde_json::from_str(&request.body).unwrap()
}

fn task() -> Value {
    json!({"Subject": "Missed call from +33 1 99 00 12 34 on Support", "Status": "Completed", "TaskSubtype": "Call",
        "CallType": "Inbound", "CallDisposition": "['aircall', 'inbound', 'unanswered_call']", "CallDurationInSeconds": 0,
        "ActivityDate": "2026-03-02"})
}

fn with(mut body: Value, more: Value) -> Value {
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}

fn created_ids(task: Option<&str>, record: Option<&str>, case: Option<&str>) -> Created {
    let id = |text: Option<&str>| text.map(|text| text.parse().unwrap());
    let mut created = Created::default();
    (created.task, created.record, created.case) = (id(task), id(record), id(case));
    created
}

fn created(id: &str) -> String {
    json!({"id": id, "success": true, "errors": []}).to_string()
}

#[test]
fn a_task_is_created() {
    let mut writing = writing(json!({}), &json!({}), json!({}));
    assert_eq!(next(&writing, Method::Post, "/services/data/v67.0/sobjects/Task"), task());
    assert_eq!(writing.created(), &created_ids(None, None, None));
    writing.answer(201, &created(TASK)).unwrap();
    assert_eq!(writing.created(), &created_ids(Some(TASK), None, None));
    assert_eq!(writing.request(), None);
    assert_eq!(writing.answer(500, ""), Ok(()));
}

#[test]
fn a_task_is_updated_and_an_equal_one_left_alone() {
    let logged = |subject: &str| {
        let mut fields = with(task(), json!({"Subject": subject, "WhoId": null, "WhatId": null}));
        fields["Description"] = Value::Null;
        json!({"tasks": [{"id": TASK, "call": 7, "fields": fields}]})
    };
    let mut changed = writing(json!({}), &logged("Old"), json!({}));
    let body = next(&changed, Method::Patch, &format!("/services/data/v67.0/sobjects/Task/{TASK}"));
    assert_eq!(body, json!({"Subject": "Missed call from +33 1 99 00 12 34 on Support"}));
    assert_eq!(changed.created(), &created_ids(Some(TASK), None, None));
    changed.answer(204, "").unwrap();
    assert_eq!(changed.request(), None);

    let equal = writing(json!({}), &logged("Missed call from +33 1 99 00 12 34 on Support"), json!({}));
    assert_eq!((equal.request(), equal.created()), (None, &created_ids(Some(TASK), None, None)));
}

#[test]
fn a_skipped_call_needs_no_request() {
    let skipped = writing(json!({}), &json!({}), json!({"workflow": {"missed": "do_nothing"}}));
    assert_eq!((skipped.request(), skipped.created()), (None, &created_ids(None, None, None)));
}

const COMPOSITE: &str = "/services/data/v67.0/composite";

fn part(reference: &str, status: u16, body: &Value) -> Value {
    json!({"body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": reference})
}

fn composite(parts: &Value) -> String {
    json!({"compositeResponse": parts}).to_string()
}

fn three(record: &str, case: &str, task: &str) -> String {
    let part = |reference, id| part(reference, 201, &json!({"id": id, "success": true, "errors": []}));
    composite(&json!([part("record", record), part("case", case), part("task", task)]))
}

fn with_case() -> Value {
    json!({"unknown_number": "create_contact", "relate_to": "case_or_create"})
}

#[test]
fn what_is_made_together_goes_together() {
    let mut writing = writing(json!({}), &json!({}), with_case());
    let admin = "005000000000001AAA";
    let subject = "Missed call from +33 1 99 00 12 34 on Support";
    assert_eq!(
        next(&writing, Method::Post, COMPOSITE),
        json!({"allOrNone": true, "compositeRequest": [
            {"method": "POST", "url": "/services/data/v67.0/sobjects/Contact", "referenceId": "record",
                "body": {"LastName": "+33 1 99 00 12 34", "Phone": "+33199001234", "OwnerId": admin}},
            {"method": "POST", "url": "/services/data/v67.0/sobjects/Case", "referenceId": "case",
                "body": {"ContactId": "@{record.id}", "Origin": "Phone", "Subject": subject, "OwnerId": admin}},
            {"method": "POST", "url": "/services/data/v67.0/sobjects/Task", "referenceId": "task",
                "body": with(task(), json!({"OwnerId": admin, "WhoId": "@{record.id}", "WhatId": "@{case.id}"}))},
        ]})
    );
    writing.answer(200, &three(CONTACT, CASE, TASK)).unwrap();
    assert_eq!(writing.created(), &created_ids(Some(TASK), Some(CONTACT), Some(CASE)));
    assert_eq!(writing.request(), None);
}

#[test]
fn a_text_that_looks_like_a_reference_follows_by_itself() {
    let call = json!({"contact": {"first_name": "A", "last_name": "@{record.id}"},
        "comments": [{"id": 1, "content": "@{a} $& @{", "posted_at": 1_772_457_530}]});
    let mut writing = writing(call, &json!({}), with_case());
    let parts = &next(&writing, Method::Post, COMPOSITE)["compositeRequest"];
    assert_eq!(parts[0]["body"]["LastName"], "@(record.id}");
    assert_eq!(parts[1]["body"]["ContactId"], "@{record.id}");
    assert_eq!(parts[1]["body"]["Subject"], "Missed call from A @(record.id} on Support");
    assert_eq!(parts[2]["body"]["WhoId"], "@{record.id}");
    let description = parts[2]["body"]["Description"].as_str().unwrap();
    assert!(description.ends_with("\n@(a} $& @("), "{description:?}");

    writing.answer(200, &three(CONTACT, CASE, TASK)).unwrap();
    let body = next(&writing, Method::Patch, &format!("/services/data/v67.0/sobjects/Contact/{CONTACT}"));
    assert_eq!(body, json!({"LastName": "@{record.id}"}));
    writing.answer(204, "").unwrap();
    let body = next(&writing, Method::Patch, &format!("/services/data/v67.0/sobjects/Case/{CASE}"));
    assert_eq!(body, json!({"Subject": "Missed call from A @{record.id} on Support"}));
    writing.answer(204, "").unwrap();
    let body = next(&writing, Method::Patch, &format!("/services/data/v67.0/sobjects/Task/{TASK}"));
    assert_eq!(body["Subject"], "Missed call from A @{record.id} on Support");
    assert!(body["Description"].as_str().unwrap().ends_with("\n@{a} $& @{"));
    assert_eq!(body.as_object().unwrap().len(), 2);
    writing.answer(204, "").unwrap();
    assert_eq!(writing.request(), None);
}

#[test]
fn a_plain_request_carries_any_text() {
    let call = json!({"comments": [{"id": 1, "content": "@{a}", "posted_at": 1_772_457_530}]});
    let writing = writing(call, &json!({}), json!({}));
    let body = next(&writing, Method::Post, "/services/data/v67.0/sobjects/Task");
    assert!(body["Description"].as_str().unwrap().ends_with("\n@{a}"));
}

#[test]
fn a_hand_over_follows_the_task() {
    let directory = json!({
        "records": [{"type": "Lead", "id": "00Q000000000001EAA", "name": "Emil", "owner": "005000000000001AAA", "phones": ["+33199001234"]}],
        "users": [{"id": "005000000000002AAA", "email": "nora@example.com", "created_at": "2020-01-01T00:00:00Z"}],
    });
    let call = json!({"answered_at": 1_772_457_510, "user": {"id": 1, "email": "nora@example.com"}});
    let mut writing = writing(call, &directory, json!({}));
    next(&writing, Method::Post, "/services/data/v67.0/sobjects/Task");
    writing.answer(201, &created(TASK)).unwrap();
    let body = next(&writing, Method::Patch, "/services/data/v67.0/sobjects/Lead/00Q000000000001EAA");
    assert_eq!(body, json!({"OwnerId": "005000000000002AAA"}));
    let change = OwnerChange {
        object: Object::Lead,
        id: "00Q000000000001EAA".parse().unwrap(),
        owner: "005000000000002AAA".parse().unwrap(),
    };
    assert_eq!(writing.request(), Some(&Request::hand_over(&change)));
    // The Task exists, although the hand-over fails.
    let locked =
        writing.answer(400, r#"[{"message": "Emil is locked", "errorCode": "UNABLE_TO_LOCK_ROW", "fields": []}]"#);
    assert_eq!(locked.unwrap_err().remedy(), Remedy::TryAgain);
    assert_eq!(writing.created(), &created_ids(Some(TASK), None, None));
    writing.answer(204, "").unwrap();
    assert_eq!(writing.request(), None);
}

#[test]
fn a_refused_request_stays_the_next_one() {
    let mut writing = writing(json!({}), &json!({}), json!({}));
    let refused =
        r#"[{"message": "No such column 'X__c' on Ada", "errorCode": "INVALID_FIELD", "fields": ["Type", "<b>"]}]"#;
    let failure = writing.answer(400, refused).unwrap_err();
    assert_eq!(failure.to_string(), "status 400, `INVALID_FIELD` of `Type`");
    assert_eq!(failure.remedy(), Remedy::Settings);
    // Responses without the id of a new Task.
    let of_another = json!({"id": CONTACT, "success": true}).to_string();
    for body in ["", "{}", "<html>", r#"{"id": "003"}"#, r#"{"id": null}"#, &of_another] {
        assert_eq!(writing.answer(201, body).unwrap_err().to_string(), "status 201");
    }
    next(&writing, Method::Post, "/services/data/v67.0/sobjects/Task");
}

#[test]
fn of_what_is_made_together_the_gravest_reason_counts() {
    let mut writing = writing(json!({}), &json!({}), with_case());
    let halted = || json!([{"errorCode": "PROCESSING_HALTED", "message": "The transaction was rolled back"}]);
    let reason = json!([{"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Ada", "fields": ["Subject"]}]);
    let parts = json!([part("record", 400, &halted()), part("case", 400, &reason), part("task", 400, &halted())]);
    let failure = writing.answer(200, &composite(&parts)).unwrap_err();
    assert_eq!(failure.to_string(), "status 400, `FIELD_CUSTOM_VALIDATION_EXCEPTION` of `Subject`");
    assert_eq!(writing.created(), &created_ids(None, None, None));
    let locked = json!([{"errorCode": "UNABLE_TO_LOCK_ROW", "message": "Ada", "fields": []}]);
    let parts = json!([part("record", 400, &locked), part("case", 400, &reason), part("task", 400, &halted())]);
    assert_eq!(writing.answer(200, &composite(&parts)).unwrap_err().remedy(), Remedy::Settings);
    let parts = json!([part("record", 400, &halted()), part("case", 400, &locked), part("task", 400, &halted())]);
    let failure = writing.answer(200, &composite(&parts)).unwrap_err();
    assert_eq!(
        (failure.to_string().as_str(), failure.remedy()),
        ("status 400, `UNABLE_TO_LOCK_ROW`", Remedy::TryAgain)
    );

    let all = json!([part("record", 400, &halted()), part("case", 400, &halted()), part("task", 400, &halted())]);
    let failure = writing.answer(200, &composite(&all)).unwrap_err();
    assert_eq!((failure.code.as_deref(), failure.remedy()), (Some("PROCESSING_HALTED"), Remedy::TryAgain));
    let too_few = json!([part("record", 201, &json!({"id": CONTACT, "success": true}))]);
    assert_eq!(writing.answer(200, &composite(&too_few)).unwrap_err().to_string(), "status 200");
    let of_another = three(TASK, "500000000000001AAA", TASK);
    assert_eq!(writing.answer(200, &of_another).unwrap_err().to_string(), "status 201");
    assert_eq!(writing.answer(200, "not JSON").unwrap_err().to_string(), "status 200");
    assert_eq!(writing.answer(200, "{}").unwrap_err().to_string(), "status 200");
    next(&writing, Method::Post, COMPOSITE);
}

#[test]
fn failures_say_what_to_do() {
    let of = |status, code: &str| {
        Failure::read(status, &json!([{"errorCode": code, "message": "Ada Lovelace"}]).to_string()).remedy()
    };
    for code in [
        "UNABLE_TO_LOCK_ROW",
        "SERVER_UNAVAILABLE",
        "REQUEST_LIMIT_EXCEEDED",
        "QUERY_TIMEOUT",
        "ENTITY_IS_LOCKED",
        "PROCESSING_HALTED",
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    ] {
        assert_eq!(of(400, code), Remedy::TryAgain, "{code}");
    }
    for code in [
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "ENTITY_IS_DELETED",
        "INVALID_CROSS_REFERENCE_KEY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "INACTIVE_OWNER_OR_USER",
        "OP_WITH_INVALID_USER_TYPE_EXCEPTION",
        "FIELD_INTEGRITY_EXCEPTION",
        "TRANSFER_REQUIRES_READ",
    ] {
        assert_eq!(of(400, code), Remedy::LookUpAgain, "{code}");
    }
    for code in [
        "INVALID_FIELD",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "REQUIRED_FIELD_MISSING",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "FIELD_FILTER_VALIDATION_EXCEPTION",
        "STRING_TOO_LONG",
        "STORAGE_LIMIT_EXCEEDED",
        "MALFORMED_ID",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "CANNOT_EXECUTE_FLOW_TRIGGER",
    ] {
        assert_eq!(of(400, code), Remedy::Settings, "{code}");
    }
    for code in ["DUPLICATES_DETECTED", "DUPLICATE_VALUE"] {
        assert_eq!(of(400, code), Remedy::Duplicate, "{code}");
    }
    assert_eq!(of(401, "INVALID_SESSION_ID"), Remedy::SignIn);
    assert_eq!(of(400, "CODE_OF_TOMORROW"), Remedy::Unknown);
    assert_eq!(of(503, "CODE_OF_TOMORROW"), Remedy::TryAgain);

    let bare = |status| Failure::read(status, "<html>down</html>");
    assert_eq!(bare(503).to_string(), "status 503");
    assert_eq!(
        [401, 403, 408, 429, 499, 500, 502, 503].map(|status| bare(status).remedy()),
        [
            Remedy::SignIn,
            Remedy::Unknown,
            Remedy::TryAgain,
            Remedy::TryAgain,
            Remedy::Unknown,
            Remedy::TryAgain,
            Remedy::TryAgain,
            Remedy::TryAgain,
        ]
    );
    assert_eq!(Failure::read(400, r#"{"error": "invalid_grant", "error_description": "x"}"#).remedy(), Remedy::SignIn);
}

#[test]
fn a_lock_that_a_trigger_or_a_flow_met_passes() {
    let remedy = |code: &str, message: &str| {
        Failure::read(400, &json!([{"errorCode": code, "message": message, "fields": []}]).to_string()).remedy()
    };
    let trigger = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY";
    let lock = "CallRollup: execution of AfterInsert\n\ncaused by: System.DmlException: Update failed. First exception \
                on row 0 with id 001000000000001AAA; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access \
                to this record: []";
    for code in [trigger, "CANNOT_EXECUTE_FLOW_TRIGGER", "FIELD_CUSTOM_VALIDATION_EXCEPTION"] {
        assert_eq!(remedy(code, lock), Remedy::TryAgain, "{code}");
        assert_eq!(remedy(code, "(QUERY_TIMEOUT)"), Remedy::TryAgain, "{code}");
        assert_eq!(remedy(code, "first error: REQUIRED_FIELD_MISSING, Outcome__c: []"), Remedy::Settings, "{code}");
    }
    // A code is a whole word.
    assert_eq!(remedy(trigger, "AFTER_UNABLE_TO_LOCK_ROW_TRIGGER failed"), Remedy::Settings);
    assert_eq!(remedy(trigger, "CallTrigger: System.NullPointerException"), Remedy::Settings);
    // Other messages repeat values, which people type.
    assert_eq!(remedy("STRING_TOO_LONG", lock), Remedy::Settings);
    assert_eq!(remedy("CODE_OF_TOMORROW", lock), Remedy::Unknown);
}

#[test]
fn of_several_errors_the_gravest_decides_and_no_field_is_lost() {
    let error = |code: &str, fields: &[&str]| json!({"errorCode": code, "message": "Ada", "fields": fields});
    let of = |errors: &[Value]| Failure::read(400, &json!(errors).to_string());
    let locked = error("UNABLE_TO_LOCK_ROW", &[]);
    let gone = error("ENTITY_IS_DELETED", &["WhoId"]);
    let twice = error("DUPLICATE_VALUE", &["CallId__c"]);
    let ended = error("INVALID_SESSION_ID", &[]);
    let unknown = error("CODE_OF_TOMORROW", &["Subject"]);
    let rule = error("FIELD_CUSTOM_VALIDATION_EXCEPTION", &["Status", "WhoId"]);
    let rising = [locked, ended, gone, twice, unknown, rule];
    for (lesser, graver) in rising.iter().zip(&rising[1..]) {
        for errors in [[lesser.clone(), graver.clone()], [graver.clone(), lesser.clone()]] {
            let failure = of(&errors);
            assert_eq!(json!(failure.code), graver["errorCode"]);
            assert_eq!(failure.remedy(), of(std::slice::from_ref(graver)).remedy());
        }
    }
    assert_eq!(
        of(&rising).to_string(),
        "status 400, `FIELD_CUSTOM_VALIDATION_EXCEPTION` of `Status`, `WhoId`, `Subject`, `CallId__c`"
    );
    // Of two that are equally grave, the first decides.
    let hidden = error("INVALID_FIELD", &[]);
    assert_eq!(of(&[hidden.clone(), rising[5].clone()]).code.as_deref(), Some("INVALID_FIELD"));

    let request = Request { method: Method::Post, path: String::new(), body: String::new() };
    let collection = Collection { request, plans: vec![0] };
    let errors = json!([{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "", "fields": []},
        {"statusCode": "STRING_TOO_LONG", "message": "", "fields": ["Subject"]}]);
    let results = collection.results(200, &json!([{"success": false, "errors": errors}]).to_string()).unwrap();
    assert_eq!(results[0].as_ref().unwrap_err().to_string(), "status 200, `STRING_TOO_LONG` of `Subject`");
}

#[test]
fn only_what_an_admin_wrote_can_be_shown() {
    let rule =
        |message: &str| json!({"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": message, "fields": []});
    let of = |errors: Value| Failure::read(400, &errors.to_string());
    let failure = of(json!([rule("OUT-3: choose an outcome"), {"errorCode": "STRING_TOO_LONG", "message": "Ada"},
        rule("OUT-4: no calls on Sundays")]));
    assert_eq!(failure.message(), Some("OUT-3: choose an outcome\nOUT-4: no calls on Sundays"));
    for shown in [failure.to_string(), format!("{failure:?}")] {
        assert!(!shown.contains("OUT-") && !shown.contains("Ada"), "{shown}");
    }
    assert_eq!(of(json!([{"errorCode": "STRING_TOO_LONG", "message": "Ada"}])).message(), None);
    assert_eq!(Failure::read(503, "<html>down</html>").message(), None);
}

/// Returns an error of a duplicate rule that found these records.
fn duplicates(key: &str, ids: &[&str]) -> Value {
    let record = |id: &&str| json!({"matchConfidence": 100.0, "record": {"attributes": {"type": "Contact"}, "Id": id}});
    let matches = json!([{"success": true, "matchRecords": ids.iter().map(record).collect::<Vec<_>>()}]);
    let mut error = json!({"errorCode": "DUPLICATES_DETECTED", "message": "Is it one of these?"});
    error[key] = json!({"allowSave": true, "duplicateRule": "Calls", "matchResults": matches});
    error
}

#[test]
fn the_records_of_a_duplicate_rule_are_named() {
    let ids = |failure: &Failure| failure.duplicates.iter().map(ToString::to_string).collect::<Vec<_>>();
    let named = ["003000000000009AAA", "00Q000000000001EAA", "001000000000001AAA"];
    // Some versions of the API send the second spelling.
    for key in ["duplicateResult", "duplicateResut"] {
        let failure = Failure::read(400, &json!([duplicates(key, &named)]).to_string());
        assert_eq!((ids(&failure), failure.remedy()), (named.map(str::to_owned).to_vec(), Remedy::Duplicate), "{key}");
        assert_eq!(failure.to_string(), "status 400, `DUPLICATES_DETECTED`");
    }
    // Two rules can name one record. An id of another object, or none, is passed over.
    let twice = duplicates("duplicateResult", &["003000000000009AAA", "003000000000009", "a0B000000000001AAA", "Ada"]);
    let failure = Failure::read(400, &json!([twice, duplicates("duplicateResult", &[named[1], named[0]])]).to_string());
    assert_eq!(ids(&failure), named[..2]);
    for odd in [json!(null), json!([]), json!({"matchResults": [null, {"matchRecords": [1, {"record": {"Id": 7}}]}]})] {
        let error = json!([{"errorCode": "DUPLICATES_DETECTED", "duplicateResult": odd}]);
        assert_eq!(Failure::read(400, &error.to_string()).duplicates, []);
    }

    let mut writing = writing(json!({}), &json!({}), json!({"unknown_number": "create_contact"}));
    let halted = json!([{"errorCode": "PROCESSING_HALTED", "message": "The transaction was rolled back"}]);
    let rule = json!([duplicates("duplicateResult", &named[..1])]);
    let parts = json!([part("record", 400, &rule), part("task", 400, &halted)]);
    let failure = writing.answer(200, &composite(&parts)).unwrap_err();
    assert_eq!((ids(&failure), failure.remedy()), (vec![named[0].to_owned()], Remedy::Duplicate));
}

#[test]
fn a_new_record_is_saved_past_a_duplicate_rule_where_the_settings_say_so() {
    let headers = |duplicates: &str| {
        let more = json!({"unknown_number": "create_contact", "duplicates": duplicates});
        let body = next(&writing(json!({}), &json!({}), more), Method::Post, COMPOSITE);
        [0, 1].map(|part| body["compositeRequest"][part].get("httpHeaders").cloned())
    };
    let saves = Some(json!({"Sforce-Duplicate-Rule-Header": "allowSave=true"}));
    assert_eq!(headers("save_anyway"), [saves.clone(), saves]);
    assert_eq!(headers("use_existing"), [None, None]);
}

#[test]
fn a_failure_holds_names_only() {
    for body in [
        "",
        "[]",
        "{}",
        "null",
        r#"[{"errorCode": "Ada Lovelace"}]"#,
        r#"[{"errorCode": 7}]"#,
        r#"[{"errorCode": ""}]"#,
    ] {
        let Failure { status, code, fields, .. } = Failure::read(400, body);
        assert_eq!((status, code, fields), (400, None, Vec::new()), "{body}");
    }
    let long = json!([{"errorCode": "A".repeat(81)}]).to_string();
    assert_eq!(Failure::read(400, &long).code, None);
    let failure = Failure::read(400, r#"[{"errorCode": "A_1", "fields": ["LastName", "Ada L", "x__c"]}]"#);
    assert_eq!(failure.to_string(), "status 400, `A_1` of `LastName`, `x__c`");
}

#[test]
fn a_hidden_field_is_named() {
    let told = |message: &str| {
        Failure::read(400, &json!([{"errorCode": "INVALID_FIELD", "message": message}]).to_string()).fields
    };
    assert_eq!(told("No such column 'aircall__Country__c' on sobject of type Task"), ["aircall__Country__c"]);
    assert_eq!(told("SELECT Id, Type\nERROR at Row:1\nNo such column 'Type' on entity 'Task'."), ["Type"]);
    for message in ["No such column 'Ada Lovelace' on", "No such column 'Type", "No such column", "Type: bad value"] {
        assert_eq!(told(message), [""; 0], "{message}");
    }
}

#[test]
fn many_plans_share_requests() {
    let plain = webhook(json!({}));
    let plain = Webhook::from_json(&plain).unwrap();
    let (create, contact, skip) =
        (settings(json!({})), settings(with_case()), settings(json!({"workflow": {"missed": "do_nothing"}})));
    let nobody = Directory::default();
    let logged = json!({"tasks": [{"id": TASK, "call": 7}]}).to_string();
    let logged = Directory::from_json(&logged).unwrap();
    let mut plans = vec![
        plan_webhook(&plain, &nobody, &skip),
        plan_webhook(&plain, &logged, &create),
        plan_webhook(&plain, &nobody, &contact),
    ];
    plans.extend(std::iter::repeat_n(plan_webhook(&plain, &nobody, &create), 201));
    let (collections, alone) = collect(&plans);
    assert_eq!(alone, [2]);
    let [first, second, update] = collections.as_slice() else { panic!("{}", collections.len()) };
    assert_eq!(first.plans, (3..203).collect::<Vec<_>>());
    assert_eq!(second.plans, [203]);
    assert_eq!(update.plans, [1]);

    let body: Value = serde_json::from_str(&second.request.body).unwrap();
    assert_eq!(
        (second.request.method, second.request.path.as_str()),
        (Method::Post, "/services/data/v67.0/composite/sobjects")
    );
    let attributes = json!({"attributes": {"type": "Task"}});
    assert_eq!(body, json!({"allOrNone": false, "records": [with(task(), attributes.clone())]}));
    let body: Value = serde_json::from_str(&update.request.body).unwrap();
    assert_eq!(update.request.method, Method::Patch);
    assert_eq!(body["records"][0]["id"], TASK);
    assert_eq!(body["records"][0]["attributes"], attributes["attributes"]);
    // If the Task's fields are unknown, every field with a value is sent (UPD-3), except the fields
    // that belong to people (UPD-2).
    assert_eq!(body["records"][0]["CallDisposition"], task()["CallDisposition"]);
    assert_eq!(body["records"][0].get("Status"), None);

    assert_eq!(collect([]), (Vec::new(), Vec::new()));
}

#[test]
fn a_hand_over_needs_requests_of_its_own() {
    let directory = json!({
        "records": [{"type": "Lead", "id": "00Q000000000001EAA", "name": "Emil", "owner": "005000000000001AAA", "phones": ["+33199001234"]}],
        "users": [{"id": "005000000000002AAA", "email": "nora@example.com", "created_at": "2020-01-01T00:00:00Z"}],
    });
    let directory = Directory::from_json(&directory.to_string()).unwrap();
    let body = webhook(json!({"answered_at": 1_772_457_510, "user": {"id": 1, "email": "nora@example.com"}}));
    let (webhook, settings) = (Webhook::from_json(&body).unwrap(), settings(json!({})));
    let collected = collect(&[plan_webhook(&webhook, &directory, &settings)]);
    assert_eq!(collected, (Vec::new(), vec![0]));
}

#[test]
fn a_collections_records_have_their_own_results() {
    let body = json!([
        {"id": TASK, "success": true, "errors": []},
        {"success": false, "errors": [{"statusCode": "DUPLICATE_VALUE", "message": "Ada", "fields": ["CallId__c"]}]},
        {"id": TASK, "success": false, "errors": [{"statusCode": "ENTITY_IS_DELETED", "message": "gone", "fields": []}]},
        {},
    ]);
    let request = Request { method: Method::Post, path: String::new(), body: String::new() };
    let collection = Collection { request, plans: vec![3, 5, 8, 13] };
    let told = |(place, result): (&usize, &Result<_, Failure>)| match result {
        Ok(_) => format!("{place}: made"),
        Err(failure) => format!("{place}: {failure}"),
    };
    let results = collection.results(200, &body.to_string()).unwrap();
    assert_eq!(
        collection.plans.iter().zip(&results).map(told).collect::<Vec<_>>(),
        [
            "3: made",
            "5: status 200, `DUPLICATE_VALUE` of `CallId__c`",
            "8: status 200, `ENTITY_IS_DELETED`",
            "13: status 200"
        ]
    );
    let refused = |status, body: &str| collection.results(status, body).unwrap_err();
    assert_eq!(refused(401, r#"[{"errorCode": "INVALID_SESSION_ID"}]"#).remedy(), Remedy::SignIn);
    for no_answer in ["{}", "[]", "[{}, {}, {}, {}, {}]"] {
        assert_eq!(refused(200, no_answer).to_string(), "status 200");
    }
}
