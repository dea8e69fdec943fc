//! Tests the example program as a user runs it: files, stdin, lines, and every kind of wrong input.

#[path = "log_call/explain.rs"]
mod explain;
#[path = "log_call/messages.rs"]
mod messages;
#[path = "support/program.rs"]
mod program;
#[path = "log_call/wrote.rs"]
mod wrote;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
use program::program;
use serde_json::{Value, json};

const SETTINGS: &str = r#"{"admin": "005000000000001AAA"}"#;

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Writes the input from another thread, because the program may end before it has read
/// everything.
fn finish(mut child: Child, input: impl AsRef<[u8]>) -> Ran {
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.as_ref().to_owned());
    // A program may close its stdin early, so a failed write is ignored.
    let feeder = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    let ran = Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

fn run(arguments: &[&str], input: impl AsRef<[u8]>) -> Ran {
    finish(start(arguments), input)
}

/// Parses the lines of an output.
fn parsed(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Checks a failure: status 1, nothing on stdout, and one line on stderr that contains these parts.
#[track_caller]
fn fails(arguments: &[&str], input: impl AsRef<[u8]>, parts: &[&str]) {
    let Ran { code, out, err } = run(arguments, input);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert_eq!((err.lines().count(), err.ends_with('\n')), (1, true), "{err}");
    assert!(err.starts_with("log_call: ") && err.len() < 1_000, "{err}");
    for part in parts {
        assert!(err.contains(part), "{part:?} is not in {err}");
    }
}

/// Checks a success: an indented plan with a final line break on stdout, and a summary on stderr.
#[track_caller]
fn maps(arguments: &[&str], input: impl AsRef<[u8]>) -> Value {
    let Ran { code, out, err } = run(arguments, input);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("{\n  \"action\": ") && out.ends_with("\n}\n"), "{out}");
    assert!((2..=20).contains(&err.lines().count()), "{err}");
    serde_json::from_str(&out).unwrap()
}

/// Writes a file for one test; the name includes the test.
fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn bundled(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data").join(name)).unwrap()
}

fn call(id: u64) -> Value {
    json!({
        "id": id, "direction": "inbound", "started_at": 1_772_457_500, "ended_at": 1_772_457_540,
        "raw_digits": "+1 212-555-0123", "number": {"name": "Support", "digits": "+49 30 23125000", "country": "DE"}
    })
}

fn library(webhook: &str, directory: &str, settings: &str) -> Value {
    let (directory, settings) = (Directory::from_json(directory).unwrap(), Settings::from_json(settings).unwrap());
    serde_json::to_value(plan_webhook(&Webhook::from_json(webhook).unwrap(), &directory, &settings)).unwrap()
}

// Mapping one call

#[test]
fn without_arguments_the_bundled_call_is_mapped() {
    let [webhook, directory, settings] = ["webhook.json", "directory.json", "settings.json"].map(bundled);
    let plan = maps(&[], "");
    assert_eq!(plan, library(&webhook, &directory, &settings));
    assert_eq!(plan["action"], "create");
    // A voicemail from a known caller who has an open case.
    let because = json!({"kind": "voicemail", "record": "first_match", "relation": "case", "owner": "OWN-4"});
    assert_eq!(plan["because"], because);
}

#[test]
fn the_summary_explains_the_plan() {
    let Ran { err, .. } = run(&[], "");
    for word in ["voicemail", "first_match", "OWN-4", "003000000000001AAA", "005000000000002AAA"] {
        assert!(err.contains(word), "{word} is not in {err}");
    }
    let settings = file("why.settings.json", SETTINGS);
    let mut anonymous = call(1);
    anonymous["raw_digits"] = json!("anonymous");
    let Ran { err, .. } = run(&["-", "--settings", &settings], anonymous.to_string());
    for word in ["missed", "no_number", "OWN-7", "REC-7"] {
        assert!(err.contains(word), "{word} is not in {err}");
    }
    let Ran { err, .. } = run(&["-"], r#"{"resource": "user", "event": "user.created", "data": {}}"#);
    assert!(err.contains("not_a_call"), "{err}");
}

#[test]
fn a_file_is_mapped_with_the_bundled_settings_and_an_empty_directory() {
    let path = file("call.json", call(1).to_string());
    assert_eq!(maps(&[&path], ""), library(&call(1).to_string(), "{}", &bundled("settings.json")));
}

#[test]
fn a_file_is_mapped_with_a_directory_and_settings() {
    let found =
        r#"{"records": [{"type": "Lead", "id": "00Q000000000001EAA", "name": "Ada", "phones": ["+12125550123"]}]}"#;
    let paths = [
        ("both.json", call(1).to_string()),
        ("both.directory.json", found.to_owned()),
        ("both.settings.json", SETTINGS.to_owned()),
    ];
    let [call_file, directory, settings] = paths.map(|(name, text)| file(name, text));
    let plan = maps(&[&call_file, "--directory", &directory, "--settings", &settings], "");
    assert_eq!(plan, library(&call(1).to_string(), found, SETTINGS));
    assert_eq!(plan["task"]["WhoId"], "00Q000000000001EAA");
    // Options may follow the file, and `=` may join them to their values.
    let (directory, settings) = (format!("--directory={directory}"), format!("--settings={settings}"));
    assert_eq!(maps(&[&settings, &directory, &call_file], ""), plan);
}

#[test]
fn a_minus_selects_stdin() {
    let plan = maps(&["-"], call(1).to_string());
    assert_eq!(plan, library(&call(1).to_string(), "{}", &bundled("settings.json")));
}

#[test]
fn every_shape_of_a_call_is_mapped() {
    let plan = maps(&["-"], call(1).to_string());
    for shape in [json!({"call": call(1)}), json!({"event": "call.ended", "data": call(1)})] {
        assert_eq!(maps(&["-"], shape.to_string()), plan);
    }
    // Blanks and line breaks around the JSON are allowed.
    assert_eq!(maps(&["-"], format!("\r\n {:#}\r\n\r\n", call(1))), plan);
}

#[test]
fn a_webhook_without_a_call_has_a_plan() {
    let plan = maps(&["-"], r#"{"resource": "contact", "event": "contact.created", "data": {"id": 1}}"#);
    assert_eq!(plan, json!({"action": "skip", "skip": "not_a_call", "because": {}, "notices": []}));
}

#[test]
fn help_is_on_stdout() {
    for option in ["--help", "-h"] {
        let Ran { code, out, err } = run(&[option], "");
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.contains("--ndjson") && out.contains("--directory") && out.contains("--settings"), "{out}");
    }
}

// Wrong input

#[test]
fn wrong_arguments_are_named() {
    fails(&["--settigns", "x"], "", &["--settigns", "usage: "]);
    fails(&["-x"], "", &["-x", "usage: "]);
    fails(&["--directory"], "", &["--directory"]);
    fails(&["a.json", "b.json"], "", &["b.json"]);
    fails(&["--ndjson", "a.json"], "", &["--ndjson"]);
    fails(&["--ndjson", "--settings", "a.json"], "", &["--ndjson"]);
    fails(&["--ndjson=yes"], "", &["--ndjson"]);
    fails(&["--settings", "a.json", "--settings", "b.json"], "", &["--settings"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let settings = file("missing.settings.json", SETTINGS);
    fails(&["no-such-file.json"], "", &["no-such-file.json"]);
    fails(&["-", "--settings", "no-such-file.json"], call(1).to_string(), &["no-such-file.json"]);
    fails(
        &["-", "--settings", &settings, "--directory", "no-such-file.json"],
        call(1).to_string(),
        &["no-such-file.json"],
    );
    fails(&["."], "", &[".: "]);
}

#[test]
fn a_file_without_a_call_is_named_with_line_and_column() {
    for (name, content, wrong, place) in [
        ("empty.json", &b""[..], "not JSON", "line 1 column 0"),
        ("truncated.json", &b"{\"data\":\n  {\"id\": 1"[..], "not JSON", "line 2 column 10"),
        ("image.png", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "not UTF-8", "line 1 column 1"),
        ("page.html", &b"<!doctype html>\n<title>502 Bad Gateway</title>\n"[..], "not JSON", "line 1 column 1"),
    ] {
        let path = file(name, content);
        fails(&[&path], "", &[&path, wrong, place]);
        fails(&["-"], content, &["-: ", wrong, place]);
    }
    fails(&["-"], r#"{"error": "Not found"}"#, &["-: an error answer of Aircall", "line 1 column"]);
    fails(&["-"], r#"{"contacts": []}"#, &["-: no call here"]);
    fails(&["-"], r#"{"calls": [], "meta": {}}"#, &["a page of calls"]);
}

#[test]
fn a_wrong_field_is_named_with_line_and_column() {
    let path =
        file("wrong-field.json", "{\n  \"id\": 1,\n  \"direction\": \"sideways\",\n  \"started_at\": 1772457500\n}\n");
    fails(&[&path], "", &[&path, "`direction`", "line 3 column"]);
}

#[test]
fn a_wrong_template_is_named_with_line_and_column() {
    let text = "{\n  \"admin\": \"005000000000001AAA\",\n  \"wording\": {\n    \"subject\": {\n      \"missed\": \"To {recrod}\", \"voicemail\": \"V\"\n    }\n  }\n}\n";
    let path = file("template.settings.json", text);
    fails(
        &["-", "--settings", &path],
        call(1).to_string(),
        &[
            &path,
            "`wording.subject.missed`: unknown placeholder at character 4, expected `{record}`",
            "line 5 column 29",
        ],
    );
}

#[test]
fn wrong_settings_and_directories_are_named_with_line_and_column() {
    for (name, text, parts) in [
        ("key.json", "{\n  \"wordnig\": \"de\"\n}", ["`wordnig`", "line 2 column 11"]),
        ("id.json", "{\n  \"admin\": \"005\"\n}", ["15 or 18 characters", "line 2 column 16"]),
        ("none.json", "", ["not JSON", "line 1 column 0"]),
        ("binary.json", "{\n\"\u{fffd}", ["not JSON", "line 2 column 4"]),
    ] {
        let path = file(&format!("settings.{name}"), text);
        fails(&["-", "--settings", &path], call(1).to_string(), &[&path, parts[0], parts[1]]);
    }
    for (name, text, parts) in [
        ("key.json", "{\n  \"recrods\": []\n}", ["`recrods`", "line 2 column 11"]),
        (
            "type.json",
            "{\"cases\": [\n {\"id\": \"006000000000001AAA\", \"contact\": \"\"}]}",
            ["an id of another object where Case", "line 2 column 28"],
        ),
    ] {
        let path = file(&format!("directory.{name}"), text);
        fails(&["-", "--directory", &path], call(1).to_string(), &[&path, parts[0], parts[1]]);
    }
}

// Lines

fn line(id: u64) -> Value {
    json!({"webhook": call(id), "settings": {"admin": "005000000000001AAA"}})
}

/// Maps lines, checks the exit status, and returns the lines of the output.
#[track_caller]
fn map_lines(input: impl AsRef<[u8]>, code: i32) -> Vec<Value> {
    let ran = run(&["--ndjson"], input);
    assert_eq!((ran.code, ran.err.as_str()), (code, ""));
    assert!(ran.out.is_empty() || ran.out.ends_with('\n'));
    parsed(&ran.out)
}

#[test]
fn every_line_has_an_output_line_in_order() {
    let ids: Vec<_> = (0..2_000).map(|n| n * 7_919 % 2_000 + 3_049_915_377).collect();
    let input: String = ids.iter().map(|id| line(*id).to_string() + "\n").collect();
    let mapped = map_lines(input, 0);
    assert_eq!(mapped.iter().map(|line| line["call"].as_u64().unwrap()).collect::<Vec<_>>(), ids);
    let expected = library(&call(1).to_string(), "{}", SETTINGS);
    assert!(mapped.iter().all(|line| line["plan"] == expected));
}

#[test]
fn a_line_has_a_directory_and_any_shape_of_a_call() {
    let mut case = line(1);
    case["webhook"] = json!({"resource": "call", "event": "call.ended", "data": call(1)});
    case["directory"] = json!({"records": [{"type": "Contact", "id": "003000000000001AAA", "name": "Ada", "phones": ["+12125550123"]}]});
    let mut rest = line(2);
    rest["webhook"] = json!({"call": call(2)});
    let mut other = line(3);
    other["webhook"] = json!({"resource": "number", "event": "number.closed", "data": {}});
    let mapped = map_lines(format!("{case}\n{rest}\n{other}\n"), 0);
    assert_eq!(mapped[0]["plan"]["task"]["WhoId"], "003000000000001AAA");
    assert_eq!(mapped[1]["call"], 2);
    assert_eq!(mapped[2], json!({"plan": {"action": "skip", "skip": "not_a_call", "because": {}, "notices": []}}));
}

#[test]
fn an_unreadable_line_is_reported_and_the_next_is_mapped() {
    let mut input = format!("{}\n\n   \r\n{{\"webhook\": \n{}\r\n", line(1), line(2)).into_bytes();
    input.extend(b"{\"webhook\": \"\xff\"}\n");
    input.extend(format!("{{\"webhook\": {}}}\n", call(3)).bytes());
    input.extend(format!("{{\"webhok\": 1, {}\n", &line(4).to_string()[1..]).bytes());
    input.extend(b"[]\nnull\n\t\n");
    // The last line needs no line break.
    input.extend(line(5).to_string().bytes());
    let mapped = map_lines(input, 1);
    let calls: Vec<_> = mapped.iter().map(|line| line["call"].as_u64()).collect();
    assert_eq!(calls, [Some(1), None, Some(2), None, None, None, None, None, Some(5)]);
    let errors: Vec<_> = mapped.iter().filter_map(|line| line["error"].as_str()).collect();
    for (error, (wrong, place)) in errors.iter().zip([
        ("not JSON", "at line 4 column "),
        ("not UTF-8", "at line 6 column 14"),
        ("settings", "at line 7 column "),
        ("`webhok`", "at line 8 column 9"),
        ("", "at line 9 column "),
        ("null", "at line 10 column 4"),
    ]) {
        assert!(error.contains(wrong) && error.contains(place), "{wrong}, {place}: {error}");
    }
}

#[test]
fn a_list_is_not_a_case() {
    let list = json!([call(1), {}, {"admin": "005000000000001AAA"}]);
    assert!(map_lines(format!("{list}\n"), 1)[0]["error"].is_string());
}

#[test]
fn an_error_names_the_line_and_the_column_within_it() {
    let mut wrong = line(1);
    wrong["webhook"]["started_at"] = json!("yesterday");
    let error = map_lines(format!("\n{wrong}\n"), 1)[0]["error"].as_str().unwrap().to_owned();
    assert!(error.contains("`started_at` is a text where UNIX seconds"), "{error}");
    let (_, place) = error.rsplit_once(" at line 2 column ").unwrap();
    assert!((1..=wrong.to_string().len()).contains(&place.parse().unwrap()), "{error}");
    assert!(!error.contains("yesterday"), "{error}");
}

#[test]
fn blank_lines_have_no_output_line() {
    for input in ["", "\n", "\n\n  \n", "\r\n"] {
        assert_eq!(map_lines(input, 0), Vec::<Value>::new());
    }
}

#[test]
fn random_bytes_are_reported_as_errors() {
    let noise: Vec<u8> = (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mapped = map_lines(noise, 1);
    assert!(mapped.iter().all(|line| line["error"].is_string()));
}

// Closed pipes

#[test]
fn a_closed_stdout_is_not_an_error() {
    let mut child = start(&["-"]);
    drop(child.stdout.take());
    let Ran { code, err, .. } = finish(child, call(1).to_string());
    assert_eq!(code, 0, "{err}");

    let mut child = start(&["--ndjson"]);
    drop(child.stdout.take());
    let input: String = (0..2_000).map(|id| line(id).to_string() + "\n").collect();
    let Ran { code, err, .. } = finish(child, input);
    assert_eq!((code, err.as_str()), (0, ""));
}

#[test]
fn a_closed_stderr_is_not_an_error() {
    let mut child = start(&["-"]);
    drop(child.stderr.take());
    let Ran { code, out, .. } = finish(child, call(1).to_string());
    assert_eq!(code, 0);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["action"], "create");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    for arguments in [&[][..], &["--ndjson"], &["--help"]] {
        let mut command = Command::new(program());
        command.args(arguments).stdin(Stdio::piped()).stderr(Stdio::piped());
        command.stdout(File::options().write(true).open("/dev/full").unwrap());
        let Ran { code, err, .. } = finish(command.spawn().unwrap(), line(1).to_string());
        assert_eq!(code, 1, "{arguments:?}: {err}");
        assert!(err.lines().last().unwrap().starts_with("log_call: "), "{err}");
    }
}
