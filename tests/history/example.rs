//! Tests the program `log_call --events`.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::program::program;
use crate::shuffles;
use crate::streams::streams;

fn log_call(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(program());
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses its arguments reads nothing.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    child.wait_with_output().unwrap()
}

/// Returns the webhooks of all streams, each stream as a call of its own.
fn lines() -> Vec<String> {
    let streams = streams().into_values().enumerate();
    streams
        .flat_map(|(number, stream)| {
            stream.events.into_iter().map(move |mut event| {
                let call = if event.get("data").is_some() { "data" } else { "call" };
                let id = if event["resource"] == "conversation_intelligence" { "call_id" } else { "id" };
                event[call][id] = json!(3_000_000_000_u64 - u64::try_from(number).unwrap());
                event.to_string()
            })
        })
        .collect()
}

/// Returns webhooks about messages, some of them about the same message.
fn messages() -> impl Iterator<Item = String> {
    (0..8_u64).map(|number| {
        json!({"resource": "message", "event": "message.sent", "timestamp": 1_772_457_600 + number % 2, "data": {
            "id": number % 3, "body": number.to_string(), "external_number": "+33 1 99 00 12 34"
        }})
        .to_string()
    })
}

#[test]
fn the_same_bytes_for_every_order() {
    let settings = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/messages.json");
    let mapped = |lines: &str| log_call(&["--events", "--settings", settings], lines);
    let lines: Vec<_> = lines().into_iter().chain(messages()).collect();
    let wanted = mapped(&lines.join("\n"));
    assert!(wanted.status.success() && wanted.stderr.is_empty(), "{}", String::from_utf8_lossy(&wanted.stderr));
    for order in shuffles(lines.len(), 10) {
        let shuffled: Vec<&str> = order.iter().map(|&line| lines[line].as_str()).collect();
        assert!(mapped(&shuffled.join("\n\n")) == wanted, "{order:?}");
    }
}

#[test]
fn a_plan_per_call_ordered_by_id() {
    let output = log_call(&["--events"], &lines().join("\n"));
    let mapped: Vec<Value> = output
        .stdout
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let calls: Vec<u64> = mapped.iter().map(|line| line["call"].as_u64().unwrap()).collect();
    assert!(calls.is_sorted());
    assert_eq!(calls.len(), streams().len());
    assert!(mapped.iter().all(|line| line["plan"]["action"].is_string()));
}

#[test]
fn what_is_no_call_is_passed_over_and_what_cannot_be_read_is_named() {
    let call = lines().remove(0);
    let good = log_call(&["--events"], &call);
    let other = r#"{"resource": "user", "event": "user.created", "timestamp": 1772457500, "data": {"id": 7}}"#;
    let passed_over = log_call(&["--events"], &format!("{other}\n\n{call}\n"));
    assert!(passed_over == good);
    let broken = log_call(&["--events"], &format!("{call}\n\n{{\"event\":\n"));
    assert_eq!(broken.stdout, good.stdout);
    assert_eq!(broken.status.code(), Some(1));
    let error = String::from_utf8(broken.stderr).unwrap();
    assert!(error.starts_with("log_call: -: not JSON: ") && error.contains(" at line 3 column "), "{error}");
    assert_eq!(error.lines().count(), 1);
}

#[test]
fn the_webhooks_come_from_stdin_alone() {
    for arguments in [&["--events", "CALL.json"][..], &["--events", "--ndjson"]] {
        let output = log_call(arguments, "");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(output.stderr.split(|&byte| byte == b'\n').count(), 2, "{arguments:?}");
    }
    let nothing = log_call(&["--events"], "");
    assert!(nothing.status.success() && nothing.stdout.is_empty() && nothing.stderr.is_empty());
}
