//! Tests `--wrote`, which prints what to keep of a plan.

use serde_json::{Value, json};

use super::{call, file, maps, parsed, run};

/// Returns settings under which a Task has no fields of the package.
fn without_package() -> Value {
    let names = [
        "waiting_time",
        "answered_by",
        "phone_number",
        "country",
        "call_recording",
        "transferred_to",
        "time_zone",
        "hour_of_the_day",
        "connection_status",
        "has_connected",
    ];
    let names: Value = names.map(|name| (name.to_owned(), Value::Null)).into_iter().collect();
    json!({"admin": "005000000000001AAA", "package_fields": names})
}

/// Returns the fields that are written for `call`, with the call's tags.
fn written(tags: &str) -> Value {
    json!({
        "Subject": "Missed call from +1 212-555-0123 on Support", "Status": "Completed", "Description": null,
        "CallDisposition": format!("[{tags}'aircall', 'inbound', 'unanswered_call', '493023125000']"),
        "CallDurationInSeconds": 0
    })
}

/// Returns a directory with the Task of call 1, whose Subject a person has changed.
fn edited() -> Value {
    let mut fields = written("");
    fields["Subject"] = json!("Renewal");
    (fields["WhoId"], fields["WhatId"]) = (Value::Null, Value::Null);
    json!({"tasks": [{"id": "00T000000000001EAA", "call": 1, "fields": fields, "wrote": written("")}]})
}

fn tagged(id: u64) -> Value {
    let mut call = call(id);
    call["tags"] = json!([{"name": "VIP"}]);
    call
}

#[test]
fn a_plan_shows_what_to_keep_of_it_only_if_asked() {
    let settings = file("wrote.settings.json", without_package().to_string());
    let mut plan = maps(&["-", "--settings", &settings, "--wrote"], call(1).to_string());
    let wrote = plan.as_object_mut().unwrap().remove("wrote");
    assert_eq!(wrote, Some(written("")));
    let unasked = run(&["-", "--settings", &settings], call(1).to_string()).out;
    assert_eq!(unasked, format!("{plan:#}\n"));

    // The Subject stays a person's, so what we wrote there stays known.
    let directory = file("wrote.directory.json", edited().to_string());
    let options = ["-", "--settings", &settings, "--directory", &directory, "--wrote"];
    let plan = maps(&options, tagged(1).to_string());
    assert_eq!((&plan["action"], &plan["because"]["kept"]), (&json!("update"), &json!(["Subject"])));
    assert_eq!((plan["task"].get("Subject"), &plan["wrote"]), (None, &written("'VIP', ")));
    let plan = maps(&options, call(1).to_string());
    assert_eq!((&plan["action"], &plan["wrote"]), (&json!("unchanged"), &written("")));

    let plan = maps(&["-", "--wrote"], r#"{"resource": "contact", "event": "contact.created", "data": {"id": 1}}"#);
    assert_eq!(plan, json!({"action": "skip", "skip": "not_a_call", "because": {}, "notices": []}));
}

#[test]
fn lines_and_events_show_what_to_keep_only_if_asked() {
    let case = |call: Value| json!({"webhook": call, "directory": edited(), "settings": without_package()});
    let cases = format!("{}\n{}\n", case(tagged(1)), case(call(2)));
    let webhook = |call| json!({"resource": "call", "event": "call.ended", "timestamp": 1_772_457_600, "data": call});
    let webhooks = format!("{}\n{}\n", webhook(call(2)), webhook(tagged(1)));
    let settings = file("lines.settings.json", without_package().to_string());
    let directory = file("lines.directory.json", edited().to_string());
    let events = ["--events", "--settings", &settings, "--directory", &directory];
    for (arguments, input) in [(&["--ndjson"][..], cases), (&events[..], webhooks)] {
        let plain = run(arguments, &input);
        let asked = run(&[arguments, &["--wrote"]].concat(), &input);
        assert_eq!((plain.code, asked.code, asked.err.as_str()), (0, 0, ""));
        let Ok([mut one, mut two]) = <[Value; 2]>::try_from(parsed(&asked.out)) else { panic!("{}", asked.out) };
        let [first, second] = [&mut one, &mut two].map(|line| line["plan"].as_object_mut().unwrap().remove("wrote"));
        assert_eq!((first, second), (Some(written("'VIP', ")), Some(written(""))));
        assert_eq!(plain.out, format!("{one}\n{two}\n"), "{arguments:?}");
    }
}
