//! Tests `--explain`, which adds a plan in words.

use serde_json::{Value, json};

use super::{SETTINGS, bundled, call, file, maps, parsed, run};

/// Returns the field, the rules and the sentence of the lines about these fields.
fn lines(explanation: &Value, fields: &[&str]) -> Value {
    let lines = explanation.as_array().unwrap().iter();
    lines
        .filter(|line| line.get("field").is_none_or(|name| fields.contains(&name.as_str().unwrap())))
        .cloned()
        .collect()
}

/// Returns the explanation of a missed call: the decision and the owner.
fn missed() -> Value {
    json!([
        {
            "value": "create", "rules": ["KIND-1", "KIND-2", "LOG-1"],
            "because": "This is an inbound call that nobody answered, and it has no Task, so a Task is created."
        },
        {
            "field": "OwnerId", "value": null, "rules": ["OWN-7", "REC-1", "REC-6"],
            "because": "Nobody in Salesforce has the number +12125550123, and the settings create no record; \
                        without a record there is no owner, so the field is left out."
        }
    ])
}

#[test]
fn a_plan_is_explained_only_if_asked() {
    let settings = file("explain.settings.json", SETTINGS);
    let mut plan = maps(&["-", "--settings", &settings, "--explain"], call(1).to_string());
    let explanation = plan.as_object_mut().unwrap().remove("explanation").unwrap();
    assert_eq!(lines(&explanation, &["OwnerId"]), missed());
    assert_eq!(run(&["-", "--settings", &settings], call(1).to_string()).out, format!("{plan:#}\n"));

    // The key of `--wrote` follows.
    let plan =
        maps(&["-", "--wrote", "--explain"], r#"{"resource": "contact", "event": "contact.created", "data": {}}"#);
    let skipped = "The webhook is about neither a call nor a message, so nothing is written.";
    assert_eq!(plan["explanation"], json!([{"value": "skip", "rules": ["LOG-7"], "because": skipped}]));
    assert_eq!(plan.get("wrote"), None);
}

#[test]
fn lines_and_events_are_explained_only_if_asked() {
    let case = |webhook: Value| json!({"webhook": webhook, "settings": {"admin": "005000000000001AAA"}});
    let webhook = json!({"resource": "call", "event": "call.ended", "timestamp": 1_772_457_600, "data": call(1)});
    let summary: Value = serde_json::from_str(&bundled("webhooks/summary_created.json")).unwrap();
    let settings = file("explained.settings.json", SETTINGS);
    let events = ["--events", "--settings", &settings];
    for (arguments, input) in
        [(&["--ndjson"][..], case(webhook.clone()).to_string()), (&events[..], webhook.to_string())]
    {
        let plain = run(arguments, &input);
        let asked = run(&[arguments, &["--explain"]].concat(), &input);
        assert_eq!((plain.code, asked.code, asked.err.as_str()), (0, 0, ""));
        let mut line = parsed(&asked.out).remove(0);
        let explanation = line["plan"].as_object_mut().unwrap().remove("explanation").unwrap();
        assert_eq!(lines(&explanation, &["OwnerId"]), missed());
        assert_eq!(plain.out, format!("{line}\n"));
    }
    // A history that has no call yet.
    let asked = run(&[&events[..], &["--explain"]].concat(), summary.to_string());
    assert_eq!(parsed(&asked.out)[0]["plan"]["explanation"][0]["rules"], json!(["AI-1"]));
}
