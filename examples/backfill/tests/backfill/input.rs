//! Tests the forms of the input: each call becomes one row, and unreadable input is reported.

use std::io::Write;
use std::process::Stdio;

use crate::world::{SETTINGS, World, call, gzip};
use serde_json::{Value, json};

/// Returns the call ids of the written Tasks.
fn calls(world: &World, out: &str) -> Vec<String> {
    world.rows(&format!("{out}/tasks-0001.csv")).iter().map(|row| row["CallObject"].clone()).collect()
}

#[track_caller]
fn all_read(content: impl AsRef<[u8]>, ids: &[u64]) {
    let world = World::new(SETTINGS);
    world.write("calls", content);
    world.backfill("out", 0, &["calls"]);
    let expected: Vec<_> = ids.iter().map(|id| format!("aircall:{id}")).collect();
    assert_eq!(calls(&world, "out"), expected);
    assert_eq!(world.skipped("out"), [""; 0]);
    assert_eq!(world.report("out")["calls"]["created"], ids.len());
    assert!(!world.path("out/work").exists());
}

fn page(ids: &[u64]) -> Value {
    json!({"meta": {"total": 9, "next_page_link": null}, "calls": ids.iter().map(|id| call(*id)).collect::<Vec<_>>()})
}

#[test]
fn calls_one_a_line() {
    all_read(format!("{}\n{}\n", call(1), call(2)), &[1, 2]);
    all_read(format!("\u{feff}\n{}\r\n\r\n{}", call(1), call(2)), &[1, 2]);
}

#[test]
fn calls_one_after_another() {
    all_read(format!("{}{}", call(1), call(2)), &[1, 2]);
    all_read(format!("{:#}\n{:#}", call(1), call(2)), &[1, 2]);
    all_read(format!("[{},{}]", call(1), call(2)), &[1, 2]);
    all_read(format!("[\n{},\n{}\n]\n", call(1), call(2)), &[1, 2]);
}

#[test]
fn rest_responses() {
    all_read(json!({"call": call(1)}).to_string(), &[1]);
    all_read(page(&[1, 2]).to_string(), &[1, 2]);
    all_read(format!("{:#}", page(&[1, 2])), &[1, 2]);
    all_read(format!("{}\n{}\n", page(&[1, 2]), page(&[3])), &[1, 2, 3]);
    all_read(format!("{}{}{}", page(&[1, 2]), page(&[]), page(&[3])), &[1, 2, 3]);
    all_read(format!("{{\"calls\": [\n{},\n{}\n], \"meta\": {{}}}}\n", call(1), call(2)), &[1, 2]);
}

#[test]
fn packed_with_gzip() {
    all_read(gzip(page(&[1, 2]).to_string().as_bytes()), &[1, 2]);
    // Two gzip files in sequence are one valid gzip file.
    let both = [gzip(format!("{}\n", call(1)).as_bytes()), gzip(call(2).to_string().as_bytes())].concat();
    all_read(both, &[1, 2]);
}

#[test]
fn a_folder_is_read_by_name_and_rows_are_sorted_by_call() {
    let world = World::new(SETTINGS);
    world.write("in/2.json", page(&[1, 4]).to_string());
    world.write("in/1.json.gz", gzip(page(&[5, 3]).to_string().as_bytes()));
    world.write("in/more/2.ndjson", call(2).to_string());
    world.backfill("out", 0, &["in"]);
    assert_eq!(calls(&world, "out"), ["aircall:1", "aircall:2", "aircall:3", "aircall:4", "aircall:5"]);
}

#[test]
fn standard_input() {
    let world = World::new(SETTINGS);
    let mut command = world.command(&["--settings", "settings.json", "--out", "out", "-"]);
    let mut program = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    program.stdin.take().unwrap().write_all(page(&[1, 2]).to_string().as_bytes()).unwrap();
    assert!(program.wait().unwrap().success());
    assert_eq!(calls(&world, "out"), ["aircall:1", "aircall:2"]);
}

#[test]
fn all_data_about_a_call_becomes_one_row() {
    let world = World::new(SETTINGS);
    let webhook = |event: &str, timestamp: u64, data: Value| {
        json!({"resource": "call", "event": event, "timestamp": timestamp, "data": data}).to_string()
    };
    let mut tagged = call(1);
    tagged["tags"] = json!([{"id": 5, "name": "VIP"}]);
    let mut early = call(1);
    (early["answered_at"], early["ended_at"]) = (Value::Null, Value::Null);
    let tagged = webhook("call.tagged", 1_772_457_600, tagged);
    let events = [tagged.clone(), webhook("call.created", 1_772_457_501, early), call(2).to_string(), tagged];
    world.write("events", events.join("\n"));
    world.write("again.json", page(&[2, 2]).to_string());
    world.backfill("out", 0, &["events", "again.json"]);
    assert_eq!(calls(&world, "out"), ["aircall:1", "aircall:2"]);
    assert_eq!(
        world.rows("out/tasks-0001.csv")[0]["CallDisposition"],
        "['VIP', 'aircall', 'inbound', 'answered_call']"
    );
    assert_eq!(world.report("out")["input"]["read"], 6);
}

#[test]
fn a_list_entry_that_is_not_a_call_costs_only_itself() {
    let world = World::new(SETTINGS);
    let mut entries = page(&[1, 2, 3]);
    (entries["calls"][0], entries["calls"][1]) = (json!(null), json!({}));
    world.write("calls", format!("{entries}\n{}\n[-1.5e3, {}]", page(&[4]), call(5)));
    world.backfill("out", 2, &["calls"]);
    assert_eq!(calls(&world, "out"), ["aircall:3", "aircall:4", "aircall:5"]);
    assert_eq!(world.skipped("out"), ["unreadable  calls 1", "unreadable  calls 1", "unreadable  calls 3"]);
}

#[test]
fn a_broken_line_costs_only_that_line() {
    let world = World::new(SETTINGS);
    let cut = &call(2).to_string()[..60];
    let lines = [
        call(1).to_string(),
        cut.to_owned(),
        "no JSON at all".to_owned(),
        call(3).to_string(),
        r#"{"id": 4, "tags": ["#.to_owned(),
        call(5).to_string(),
        r#"{"id": 6}}"#.to_owned(),
        r#"{"event": "user.created", "resource": "user", "data": {}}"#.to_owned(),
        "[1, null".to_owned(),
        call(7).to_string(),
    ];
    world.write("calls", lines.join("\n"));
    let said = world.backfill("out", 2, &["calls"]);
    assert!(!said.contains("+33"), "{said}");
    assert_eq!(calls(&world, "out"), ["aircall:1", "aircall:3", "aircall:5", "aircall:7"]);
    assert_eq!(
        world.skipped("out"),
        [
            "unreadable  calls 2",
            "unreadable  calls 5",
            "unreadable  calls 7",
            "unreadable  calls 7",
            "not_a_call  calls 8",
            "unreadable  calls 9",
            "unreadable  calls 9",
            "unreadable  calls 10",
        ]
    );
}

#[test]
fn files_without_calls_are_reported() {
    let world = World::new(SETTINGS);
    let packed = gzip(page(&[1]).to_string().as_bytes());
    world.write("in/1-cut.gz", &packed[..packed.len() / 2]);
    world.write("in/2-photo.png", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[7; 5000]].concat());
    world.write("in/3-error.html", "<html>\n<body>502 Bad Gateway</body>\n</html>\n");
    world.write("in/4-empty.json", "");
    world.write("in/5-forbidden.json", r#"{"message": "Forbidden"}"#);
    world.write("in/6-cut.json", r#"{"calls": [{"id": 1,"#);
    world.write("in/7.json", page(&[2]).to_string());
    world.write("in/8-page-cut.json", &page(&[3, 4]).to_string()[..300]);
    world.backfill("out", 2, &["in", "missing.json"]);
    assert_eq!(calls(&world, "out"), ["aircall:2", "aircall:3"]);
    let skipped = world.rows("out/skipped.csv");
    let details: Vec<_> =
        skipped.iter().map(|row| (row["file"].trim_start_matches("in/"), row["detail"].as_str())).collect();
    assert_eq!(
        details[1..],
        [
            ("2-photo.png", "not JSON: the file is not text"),
            ("3-error.html", "not JSON: expected a call, a webhook or a page of calls"),
            ("4-empty.json", "the file is empty"),
            (
                "5-forbidden.json",
                "an error answer of Aircall (`error`, `message`, `troubleshoot`) where a call was expected"
            ),
            ("6-cut.json", "not JSON: the value is incomplete"),
            ("8-page-cut.json", "not JSON: the value is incomplete"),
            ("missing.json", "reading failed: No such file or directory (os error 2)"),
        ]
    );
    assert_eq!(details[0].0, "1-cut.gz");
    assert!(details[0].1.starts_with("reading failed: "), "{}", details[0].1);
}
