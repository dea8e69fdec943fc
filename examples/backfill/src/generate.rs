//! Generates calls of invented people and matching exports from Salesforce, to try the program. A
//! seed always produces the same files.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use aircall_salesforce::Id;
use anyhow::{Context, Error, Result, bail};
use fastrand::Rng;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::parallel::in_order;

/// The options of `backfill generate`.
pub(crate) struct GenerateOptions {
    pub(crate) calls: u64,
    pub(crate) seed: u64,
    pub(crate) form: Form,
    pub(crate) out: PathBuf,
}

/// The format of the generated calls.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Form {
    /// REST pages, one a line, gzipped.
    #[default]
    Pages,
    /// Calls, one a line.
    Lines,
    /// Webhooks: several for each call, some twice, shuffled.
    Events,
}

impl FromStr for Form {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        Ok(match word {
            "pages" => Self::Pages,
            "lines" => Self::Lines,
            "events" => Self::Events,
            _ => bail!("--form is `pages`, `lines` or `events`"),
        })
    }
}

/// The number of calls on a page.
const PAGE: u64 = 50;
/// How many calls one core generates at a time.
const CHUNK: u64 = 20 * PAGE;
/// How many of 256 webhooks are sent twice.
const DUPLICATES: u8 = 40;
/// The size of the window in which webhooks are shuffled.
const SHUFFLE_WINDOW: usize = 1000;
const FIRST_CALL: u64 = 3_000_000_000;
/// The first call starts on 2023-01-01, and each call starts half a minute after the one before.
const FIRST_SECOND: u64 = 1_672_531_200;
const INTERVAL: u64 = 30;
const AGENTS: u64 = 40;
/// Numbers reserved for fiction: ten thousand in Paris, a thousand in Berlin and a hundred in New
/// York.
const PARTIES: u64 = 11_100;

const FIRST_NAMES: [&str; 8] = ["Ada", "Jonas", "Zoë", "Nadia", "Søren", "Chloé", "Yuki", "Omar"];
const LAST_NAMES: [&str; 8] = ["Weber", "O'Neill", "Šimić", "García", "Nakamura", "D'Angelo", "Lindqvist", "Haddad"];
const TAGS: [&str; 6] = ["VIP", "Callback Request", "Customer's complaint", "Billing, overdue", "Rückruf", "Sales"];
const NOTES: [&str; 5] = [
    "Please call back this customer!",
    "Möchte morgen zurückgerufen werden.",
    "He said \"next week\", not before.",
    "Asked about the invoice of March;\nsecond try tomorrow.",
    "Sehr zufrieden 👍",
];
const REASONS: [&str; 4] = ["agents_did_not_answer", "no_available_agent", "short_abandoned", "out_of_opening_hours"];
const COMPANY_NUMBERS: [(&str, &str, &str, &str); 3] = [
    ("Support Berlin", "+49 30 23125000", "DE", "Europe/Berlin"),
    ("Bureau Paris", "+33 1 99 00 00 00", "FR", "Europe/Paris"),
    ("Sales, New York", "+1 212-555-0100", "US", "America/New_York"),
];

pub(crate) fn generate(options: &GenerateOptions) -> Result<()> {
    let write = || -> Result<()> {
        fs::create_dir_all(options.out.join("directory"))?;
        write_calls(options)?;
        write_directory(&options.out.join("directory"))?;
        let settings = |name, settings: &Value| fs::write(options.out.join(name), format!("{settings:#}\n"));
        let admin = id("005", 0)?;
        settings(
            "settings.json",
            &json!({"admin": admin, "unknown_number": "create_contact", "call_id_field": "CallObject"}),
        )?;
        let others = json!({"admin": admin, "wording": "de", "workflow": {"missed": "in_progress", "voicemail": "do_nothing"},
            "unknown_number": "create_contact", "relate_to": "case", "call_id_field": "CallObject"});
        settings("other-settings.json", &others)?;
        Ok(())
    };
    write().with_context(|| options.out.display().to_string())
}

fn write_calls(options: &GenerateOptions) -> Result<()> {
    let calls = |numbers: Range<u64>| {
        numbers.map(|number| call(&mut Rng::with_seed(options.seed ^ number.rotate_left(32)), number))
    };
    let name = match options.form {
        Form::Pages => "calls.json.gz",
        Form::Lines => "calls.ndjson",
        Form::Events => "events.ndjson",
    };
    let mut file = BufWriter::new(File::create(options.out.join(name))?);
    match options.form {
        Form::Pages | Form::Lines => {
            let chunks = (0..options.calls.div_ceil(CHUNK)).map(|chunk| chunk * CHUNK);
            let make = |first: u64| {
                let last = options.calls.min(first + CHUNK);
                match options.form {
                    Form::Pages => pack(&pages(first, &calls(first..last).collect::<Vec<_>>(), options.calls)),
                    Form::Lines | Form::Events => Ok(lines(calls(first..last))),
                }
            };
            in_order(chunks, make, |text| Ok(file.write_all(&text?)?))?;
        }
        Form::Events => write_events(options.seed, calls(0..options.calls), &mut file)?,
    }
    Ok(file.flush()?)
}

fn lines(values: impl Iterator<Item = Value>) -> Vec<u8> {
    values.flat_map(|value| format!("{value}\n").into_bytes()).collect()
}

fn pages(first: u64, calls: &[Value], total: u64) -> Vec<u8> {
    let pages = (first / PAGE + 1..).zip(calls.chunks(usize::try_from(PAGE).unwrap_or(usize::MAX)));
    lines(pages.map(|(number, calls)| {
        json!({"meta": {"count": calls.len(), "total": total, "current_page": number, "per_page": PAGE}, "calls": calls})
    }))
}

/// Compresses a text with gzip. Gzip files that follow one another are one valid gzip file.
fn pack(text: &[u8]) -> Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text)?;
    Ok(packed.finish()?)
}

fn write_events(seed: u64, calls: impl Iterator<Item = Value>, file: &mut impl Write) -> Result<()> {
    let mut rng = Rng::with_seed(seed);
    let mut waiting: Vec<String> = Vec::new();
    for call in calls {
        for event in events(&mut rng, &call) {
            waiting.push(event.to_string());
            if rng.u8(..) < DUPLICATES {
                waiting.push(event.to_string());
            }
        }
        while waiting.len() > SHUFFLE_WINDOW {
            writeln!(file, "{}", waiting.swap_remove(rng.usize(..waiting.len())))?;
        }
    }
    rng.shuffle(&mut waiting);
    waiting.iter().try_for_each(|event| writeln!(file, "{event}"))?;
    Ok(())
}

/// Returns the webhooks that Aircall would have sent during the call, each with the call's state at
/// that time.
fn events(rng: &mut Rng, call: &Value) -> Vec<Value> {
    let webhook = |event: &str, at: &Value, data: Value| {
        let timestamp = at.as_u64().unwrap_or(FIRST_SECOND) + 1;
        json!({"resource": "call", "event": event, "timestamp": timestamp, "token": "0123456789abcdef", "data": data})
    };
    let without = |keys: &[&str]| {
        let mut early = call.clone();
        for key in keys {
            early[*key] = if matches!(*key, "tags" | "comments") { json!([]) } else { Value::Null };
        }
        early
    };
    let late = ["tags", "comments", "asset", "ended_at"];
    let mut events = vec![
        webhook(
            "call.created",
            &call["started_at"],
            without(&[&late[..], &["answered_at", "missed_call_reason"]].concat()),
        ),
        webhook("call.ended", &call["ended_at"], without(&late[..2])),
    ];
    if !call["answered_at"].is_null() {
        events.push(webhook("call.answered", &call["answered_at"], without(&late)));
    }
    let is_noted = call["tags"] != json!([]) || call["comments"] != json!([]);
    if is_noted || rng.bool() {
        let after = json!(call["ended_at"].as_u64().unwrap_or(FIRST_SECOND) + 60);
        events.push(webhook("call.tagged", &after, call.clone()));
    }
    events
}

/// Returns a call in the form of the REST API.
fn call(rng: &mut Rng, number: u64) -> Value {
    let id = FIRST_CALL + number * 3;
    let (is_inbound, is_answered) = (rng.u8(..) < 150, rng.u8(..) < 170);
    let started = FIRST_SECOND + number * INTERVAL;
    let answered = is_answered.then(|| started + rng.u64(2..40));
    let ended = answered.unwrap_or(started) + rng.u64(if is_answered { 10..1800 } else { 5..50 });
    let (line, digits, country, zone) = COMPANY_NUMBERS[rng.usize(..COMPANY_NUMBERS.len())];
    let agent = rng.u64(..AGENTS);
    let user = user(agent);
    let shown = if rng.u8(..) < 10 { "anonymous".to_owned() } else { shown(rng.u64(..PARTIES)) };
    let media = match (is_answered, is_inbound) {
        (true, _) => rng.bool().then_some("recording"),
        (false, true) => (rng.u8(..) < 100).then_some("voicemail"),
        (false, false) => None,
    };
    let short_url = |name| (media == Some(name)).then(|| format!("https://short-urls.example.com/v1/{id:x}"));
    let notes = [0, 0, 0, 0, 1, 2][rng.usize(..6)];
    let comments: Vec<_> = (0..notes)
        .map(|note| json!({"id": note, "content": NOTES[rng.usize(..NOTES.len())], "posted_at": ended + note, "posted_by": user}))
        .collect();
    let tags: Vec<_> = (0..[0, 0, 1, 2][rng.usize(..4)])
        .map(|_| rng.usize(..TAGS.len()))
        .map(|tag| json!({"id": tag, "name": TAGS[tag], "tagged_by": user, "created_at": ended}))
        .collect();
    json!({
        "id": id, "sid": format!("CA{:032x}", rng.u128(..)), "direct_link": format!("https://api.aircall.io/v1/calls/{id}"),
        "direction": if is_inbound { "inbound" } else { "outbound" }, "status": "done",
        "missed_call_reason": (is_inbound && !is_answered).then(|| REASONS[rng.usize(..REASONS.len())]),
        "started_at": started, "answered_at": answered, "ended_at": ended, "duration": ended - answered.unwrap_or(started),
        "raw_digits": shown, "cost": "0.0", "archived": false, "teams": [], "contact": null,
        "voicemail": null, "recording": null, "voicemail_short_url": short_url("voicemail"), "recording_short_url": short_url("recording"),
        "asset": media.map(|media| format!("https://assets.example.com/calls/{id}/{media}")),
        "user": (is_answered || !is_inbound).then_some(&user), "assigned_to": null, "transferred_by": null, "transferred_to": null,
        "comments": comments, "tags": tags,
        "number": {
            "id": 397_375, "direct_link": "https://api.aircall.io/v1/numbers/397375", "name": line, "digits": digits, "country": country,
            "time_zone": zone, "open": true, "availability_status": "custom", "is_ivr": false, "live_recording_activated": true,
            "created_at": "2020-01-02T11:41:01.000Z",
            "messages": {"welcome": format!("https://media-web.example.com/tracks/{:032x}.mp3", rng.u128(..))},
        },
    })
}

fn user(agent: u64) -> Value {
    json!({
        "id": 456 + agent, "direct_link": format!("https://api.aircall.io/v1/users/{}", 456 + agent), "name": name(agent),
        "email": email(agent), "available": true, "availability_status": "available", "time_zone": "Europe/Berlin", "language": "en-US",
        "created_at": "2020-01-02T11:41:01.000Z",
    })
}

fn email(agent: u64) -> String {
    format!("agent.{agent}@example.com")
}

fn name(number: u64) -> String {
    let pick = |names: &[&'static str], number: u64| names[usize::try_from(number).unwrap_or_default() % names.len()];
    format!("{} {}", pick(&FIRST_NAMES, number), pick(&LAST_NAMES, number / 8 + number))
}

/// Returns a party's number as people write it.
fn shown(party: u64) -> String {
    match party {
        0..10_000 => format!("+33 1 99 00 {:02} {:02}", party / 100, party % 100),
        10_000..11_000 => format!("+49 30 23125{:03}", party % 1000),
        _ => format!("+1 212-555-01{:02}", party % 100),
    }
}

/// Returns the id of a record.
fn id(prefix: &str, number: u64) -> Result<Id> {
    Ok(format!("{prefix}{number:012}").parse()?)
}

/// Writes the exports. Of ten parties, six are contacts, one is a lead, one is an account and two
/// are unknown.
fn write_directory(folder: &Path) -> Result<()> {
    let create = |name: &str, columns: &[&str]| -> Result<_> {
        let mut file = csv::Writer::from_path(folder.join(name))?;
        file.write_record(columns)?;
        Ok(file)
    };
    let mut users = create("users.csv", &["Id", "Name", "Email", "CreatedDate", "IsActive"])?;
    for agent in 0..AGENTS {
        let is_active = (agent % 9 != 8).to_string();
        let id = id("005", agent + 1)?.to_string();
        users.write_record([&*id, &name(agent), &email(agent), "2020-01-02T11:41:01.000+0000", &is_active])?;
    }
    users.flush()?;
    let people = ["Id", "FirstName", "LastName", "OwnerId", "Phone", "MobilePhone"];
    let mut contacts = create("contacts.csv", &people)?;
    let mut leads = create("leads.csv", &people)?;
    let mut accounts = create("accounts.csv", &["Id", "Name", "OwnerId", "Phone", "IsPersonAccount"])?;
    let mut cases = create("cases.csv", &["Id", "ContactId", "IsClosed"])?;
    for party in 0..PARTIES {
        let owner = id("005", party % (AGENTS + 1))?.to_string();
        let (name, shown) = (name(party), shown(party));
        let (first, last) = name.split_once(' ').unwrap_or_default();
        match party % 10 {
            0..6 => {
                let contact = id("003", party)?.to_string();
                let phones = if party % 2 == 0 { [&*shown, ""] } else { ["", &*shown] };
                contacts.write_record([&*contact, first, last, &owner, phones[0], phones[1]])?;
                if party % 4 == 0 {
                    cases.write_record([&*id("500", party)?.to_string(), &contact, &(party % 8 == 0).to_string()])?;
                }
            }
            6 => leads.write_record([&*id("00Q", party)?.to_string(), first, last, &owner, &shown, ""])?,
            7 => accounts.write_record([
                &*id("001", party)?.to_string(),
                &format!("{last} & Co"),
                &owner,
                &shown,
                "false",
            ])?,
            _ => {}
        }
    }
    for mut file in [contacts, leads, accounts, cases] {
        file.flush()?;
    }
    Ok(())
}
