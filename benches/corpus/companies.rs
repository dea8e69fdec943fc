//! Contains the settings of a few companies. A service has few settings, however many calls it
//! maps.

use serde_json::{Value, json};

use super::responses::{admin, salesforce_id};

pub(super) fn settings(org: usize) -> Value {
    let admin = admin();
    match org {
        0 => json!({"admin": admin}),
        1 => json!({
            "wording": "de", "admin": admin, "unknown_number": "create_contact", "relate_to": "case_or_create",
            "workflow": {"missed": "in_progress", "voicemail": "in_progress"}, "call_id_field": "CallObject",
            "own_numbers": ["+493023125000", "+431234567890"],
        }),
        2 => json!({
            "wording": "en", "edition": "2025", "admin": admin, "unknown_number": "create_lead", "relate_to": "opportunity",
            "unmatched_owner": salesforce_id("005", 77), "own_numbers": ["+12125550100", "+12125550107", "+33199000001"],
        }),
        3 => json!({
            "wording": "fr", "edition": "2025", "admin": admin, "unknown_number": "create_account", "disposition_order": "marker_first",
            "recording_link": "direct", "count": "characters", "relate_to": "case",
        }),
        4 => json!({
            "wording": "es", "admin": &admin[..15], "record_order": ["Account", "Contact", "PersonAccount"], "write_type": false,
            "unmatched_owner": salesforce_id("00G", 5), "call_id_field": "Aircall_Id__c",
            "package_fields": {"country": "Pais__c", "hour_of_the_day": null, "waiting_time": null, "call_recording": "Grabacion__c"},
        }),
        5 => json!({
            "wording": {
                "base": "de", "subject": {"missed": "Verpasst: {record}[ ({user})]", "voicemail": "[[{number}]] {record}"},
                "note": "{agent} schrieb:", "unknown": "Ohne Nummer",
            },
            "admin": admin, "workflow": {"voicemail": "in_progress", "outbound_unanswered": "do_nothing"},
            "outside_business_hours": "do_nothing", "relate_to": "case",
        }),
        6 => json!({
            "wording": {
                "base": "en", "subject": {"inbound_answered": "{record} → {number}[ / {user}]"}, "recording_link": "Recording: {link}",
                "connected": "yes", "not_connected": "no", "unknown_company": "-",
            },
            "edition": "2025", "admin": admin, "record_order": ["PersonAccount", "Account", "Lead", "Contact"],
            "unknown_number": "create_lead", "status": {"completed": "Fertig", "in_progress": "Offen"},
            "workflow": {"inbound_answered": "in_progress", "voicemail": "in_progress"},
        }),
        _ => json!({
            "wording": "de", "admin": admin, "relate_to": "case", "workflow": {"missed": "completed", "voicemail": "in_progress"},
            "status": {"in_progress": "Offen"}, "unmatched_owner": salesforce_id("005", 78), "unknown_number": "create_contact",
        }),
    }
}
