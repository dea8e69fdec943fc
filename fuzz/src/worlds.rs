//! Contains settings and directories that together reach every branch, and calls that do so.

use std::sync::LazyLock;

use aircall_salesforce::{Directory, Settings};

/// The input of a plan, except the call.
pub struct World {
    pub settings: Settings,
    pub directory: Directory,
}

/// Returns one of the worlds. Together they cover every wording, every new record, every relation
/// and both sides of every choice.
pub fn world(which: usize) -> &'static World {
    static WORLDS: LazyLock<Vec<World>> = LazyLock::new(|| {
        let directory = Directory::from_json(DIRECTORY).expect("a directory");
        let settings = SETTINGS.iter().map(|settings| Settings::from_json(settings).expect("settings"));
        settings.map(|settings| World { settings, directory: directory.clone() }).collect()
    });
    &WORLDS[which % SETTINGS.len()]
}

/// Returns calls of every kind, with all data on which settings and directories decide.
pub fn calls() -> impl Iterator<Item = String> {
    let numbers = ["+33 1 99 00 12 34", "01 99 00 12 34", "+1 212-555-0123", "anonymous"];
    let times = [
        r#""answered_at":1772457510,"ended_at":1772457600"#,
        r#""ended_at":1772457600"#,
        r#""answered_at":1772457510"#,
    ];
    let kinds = ["\"inbound\"", "\"outbound\"", "\"inbound\",\"voicemail_short_url\":\"https://example.com/v\""];
    numbers.into_iter().flat_map(move |number| {
        times.into_iter().flat_map(move |times| {
            kinds.map(|kind| {
                format!(
                    r#"{{"id":1,"direction":{kind},"started_at":1772457500,{times},"raw_digits":"{number}",{REST}}}"#
                )
            })
        })
    })
}

const REST: &str = r#""missed_call_reason":"out_of_opening_hours","asset":"https://example.com/a",
    "user":{"id":1,"name":"Zoé Moreau","email":"zoe@example.com"},"transferred_to":{"id":1,"name":"Zoé Moreau"},
    "number":{"name":"Support","digits":"+49 30 23125000","country":"FR","time_zone":"Europe/Berlin","id":5},"teams":[{"name":"Sales"},{}],"contact":{"last_name":"Dupont"},
    "tags":[{"id":1,"name":"VIP","tagged_by":{"id":1}},{"id":2,"name":"it's"}],
    "comments":[{"id":1,"content":"first\nnote","posted_at":1772457590,"posted_by":{"name":"Zoé Moreau"}}]"#;

const DIRECTORY: &str = r#"{
    "records": [
        {"type": "Contact", "id": "003000000000001AAA", "name": "Ada Dupont", "owner": "005000000000001AAA", "account": "001000000000001AAA", "phones": ["01 99 00 12 34"]},
        {"type": "Contact", "id": "003000000000002AAA", "name": "Eve Dupont", "owner": "005000000000002AAA", "account": "001000000000001AAA", "phones": ["+33199001234"]},
        {"type": "Lead", "id": "00Q000000000001EAA", "name": "Jo Dupont", "owner": "005000000000002AAA", "phones": ["+33199001234"]},
        {"type": "Account", "id": "001000000000001AAA", "name": "Dupont", "owner": null, "phones": ["+33 (0)1 99 00 12 34"]},
        {"type": "PersonAccount", "id": "001000000000002AAA", "name": "Lou Dupont", "owner": "005000000000003AAA", "phones": ["0033199001234"]}
    ],
    "users": [
        {"id": "005000000000002AAA", "email": "zoe@example.com", "created_at": "2025-01-01T08:00:00Z"},
        {"id": "005000000000004AAA", "email": "ZOE@example.com.invalid", "created_at": "2025-01-01T08:00:00Z", "standard": false},
        {"id": "005000000000003AAA", "email": "old@example.com", "created_at": "2020-01-01T08:00:00Z", "active": false}
    ],
    "cases": [{"id": "500000000000001AAA", "contact": "003000000000001AAA"}],
    "opportunities": [{"id": "006000000000001AAA", "contact": "003000000000001AAA"}]
}"#;

const SETTINGS: [&str; 8] = [
    r#"{"admin": "005000000000001AAA"}"#,
    r#"{"admin": "005000000000001AAA", "wording": "de", "unknown_number": "create_contact", "relate_to": "case_or_create",
        "disposition_order": "marker_first", "recording_link": "direct", "count": "characters", "call_id_field": "CallObject",
        "messages": "completed", "insights": ["summary", "topics", "action_items", "sentiment"],
        "write_type": false, "record_order": ["Contact"], "shared_number": ["agents_own", "account"],
        "extra_fields": {"Team__c": "{teams}[ {contact}]{tags}", "Score__c": -0.5, "Flag__c": true, "Priority": "{kind} {duration}"}}"#,
    r#"{"admin": "005000000000001AAA", "wording": "fr", "unknown_number": "create_lead", "relate_to": "opportunity",
        "messages": "in_progress", "message_type": "SMS", "insights": ["sentiment", "summary"],
        "outside_business_hours": "do_nothing", "record_order": ["Lead"], "unmatched_owner": "00G000000000001EAA",
        "package_fields": {"country": "Land__c", "hour_of_the_day": null, "call_recording": "Link__c",
        "sms_direction": "Direction__c", "number_name": "Number__c"}}"#,
    r#"{"admin": "005000000000001AAA", "wording": "es", "unknown_number": "create_account", "record_order": ["PersonAccount", "Account"],
        "own_numbers": ["+12125550123"], "workflow": {"missed": "in_progress", "voicemail": "completed"}}"#,
    r#"{"admin": "005000000000001AAA", "edition": "2025", "messages": "completed", "insights": ["action_items"], "record_order": ["Account"], "relate_to": "case", "call_id_field": "Call_Id__c"}"#,
    r#"{"admin": "005000000000001AAA", "relate_to": "case", "unknown_number": "create_contact",
        "wording": {"base": "de", "subject": {"missed": "{{{record}}}[ {user}][[{number}]]"}, "note": "[{agent}]:",
        "recording_link": "{link}", "unknown": "?"}}"#,
    r#"{"admin": "005000000000001AAA", "shared_number": ["account", "nobody"], "activity_date": "line", "log_at": "ended",
        "agents": {"Zoe@Example.com ": "005000000000003AAA"}, "own_numbers": ["+1*"],
        "exclude": {"lines": [7, "+33199001299"], "numbers": ["+44*"], "tags": ["No log"], "shorter_than": 5, "own_numbers": true},
        "extra_fields": {"All__c": "{caller} {caller_e164} {line_e164} {country} {direction} {missed_reason} {company} {call_id} {date} {hour} {time_zone} {user_email}",
        "Record__c": "[{record} {number} {user}]", "RecordTypeId": "012000000000001AAA"}}"#,
    r#"{"admin": "005000000000001AAA", "shared_number": ["nobody"], "only_lines": ["5", "+493023125001"],
        "agents": {"zoe@example.com": "005000000000009AAA"}, "exclude": {"lines": [6], "shorter_than": 20}}"#,
];
