//! Tests the classification of error responses, and the allowance that every response contains.

use aircall_salesforce::request::{Allowance, Failure, Remedy};
use serde_json::{Value, json};

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
    let named = |message: &str| {
        Failure::read(400, &json!([{"errorCode": "INVALID_FIELD", "message": message}]).to_string()).fields
    };
    assert_eq!(named("No such column 'aircall__Country__c' on sobject of type Task"), ["aircall__Country__c"]);
    assert_eq!(named("SELECT Id, Type\nERROR at Row:1\nNo such column 'Type' on entity 'Task'."), ["Type"]);
    for message in ["No such column 'Ada Lovelace' on", "No such column 'Type", "No such column", "Type: bad value"] {
        assert_eq!(named(message), [""; 0], "{message}");
    }
}

#[test]
fn only_a_refusal_is_certain() {
    let read = |status, body: &str| Failure::read(status, body).is_refusal();
    let coded = r#"[{"errorCode": "CODE_OF_TOMORROW"}]"#;
    let refusals = [200, 302, 400, 401, 403, 404, 408, 413, 429, 499, 500, 503];
    // A status of success with a code is that of a record in a collection.
    let of_code = [true, true, true, true, true, true, false, true, true, true, false, false];
    assert_eq!(refusals.map(|status| read(status, coded)), of_code);
    let bare = [false, false, true, true, true, true, false, true, true, true, false, false];
    assert_eq!(refusals.map(|status| read(status, "<html>")), bare);
}

#[test]
fn the_allowance_is_read_from_the_header() {
    let read = |value: &str| Allowance::from_header(value).map(|allowance| (allowance.used, allowance.limit));
    assert_eq!(Allowance::HEADER, "Sforce-Limit-Info");
    assert_eq!(read("api-usage=18/5000"), Some((18, 5_000)));
    // The header can also contain the allowance of an application, before or after.
    assert_eq!(read("api-usage=25/5000, per-app-api-usage=17/250(appName=Calls)"), Some((25, 5_000)));
    assert_eq!(read("per-app-api-usage=17/250(appName=Calls); api-usage=25/5000"), Some((25, 5_000)));
    for value in ["", "api-usage=", "api-usage=18", "api-usage=18/", "api-usage=/5000", "api-usage=a/b", "usage=1/2"] {
        assert_eq!(read(value), None, "{value}");
    }
    assert_eq!(read("api-usage=-1/5000"), None);
    let percent = |value: &str| Allowance::from_header(value).unwrap().percent();
    assert_eq!(percent("api-usage=0/5000"), 0);
    assert_eq!(percent("api-usage=4499/5000"), 89);
    assert_eq!(percent("api-usage=4500/5000"), 90);
    assert_eq!(percent("api-usage=6000/5000"), 120);
    // Without an allowance, nothing is left of it.
    assert_eq!(percent("api-usage=0/0"), 100);
}
