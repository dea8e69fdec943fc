//! What people typed into a Description stays (DESC-7): single edits with the Description that each must become, and generated ones,
//! in every order, whatever the caller keeps of what was written. `tests/golden/desc/` has whole plans.
//!
//! `PROPTEST_CASES=100000 cargo test --release --test description` tries more.

mod edits;
mod properties;

use aircall_salesforce::salesforce::text::{DESCRIPTION_LIMIT, LengthUnit};
use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
use serde_json::{Map, Value, json};

const AGENTS: [&str; 3] = ["Jonas Ekdal", "Nora Helmer", "$& {agent} \"Q\""];

#[derive(Debug, Clone, PartialEq)]
struct Note {
    id: u64,
    author: usize,
    lines: Vec<String>,
}

impl Note {
    fn content(&self) -> String {
        self.lines.join("\n")
    }
}

/// What the caller hands in as `tasks[].wrote`.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kept {
    /// Nothing.
    Nothing,
    /// The Description as it was last sent.
    Sent,
    /// What the call alone would have given then.
    Own,
}

/// A call, and the Task that logs it.
#[derive(Debug, Clone)]
struct Logged {
    notes: Vec<Note>,
    link: Option<u64>,
    present: String,
    wrote: String,
    settings: Value,
    kept: Kept,
    next: u64,
}

fn settings(wording: &Value, count: &str) -> Value {
    json!({"admin": "005000000000001AAA", "wording": wording, "count": count})
}

impl Logged {
    fn new(kept: Kept, settings: Value) -> Self {
        Self { notes: vec![], link: None, present: String::new(), wrote: String::new(), settings, kept, next: 1 }
    }

    fn webhook(&self) -> String {
        let comments: Vec<_> = self
            .notes
            .iter()
            .map(|note| {
                json!({"id": note.id, "content": note.content(), "posted_at": 1_750_075_000 + note.id,
                   "posted_by": {"id": note.author, "name": AGENTS[note.author]}})
            })
            .collect();
        let asset = self.link.map(|link| format!("https://assets.aircall.io/calls/{link}/recording"));
        json!({"event": "call.ended", "data": {"id": 7, "direction": "inbound", "started_at": 1_750_075_200,
            "answered_at": 1_750_075_212, "ended_at": 1_750_075_392, "asset": asset, "comments": comments}})
        .to_string()
    }

    fn plan(&self, directory: &Value) -> Value {
        let settings = Settings::from_json(&self.settings.to_string()).unwrap();
        let directory = Directory::from_json(&directory.to_string()).unwrap();
        let body = self.webhook();
        let webhook = Webhook::from_json(&body).unwrap();
        serde_json::to_value(plan_webhook(&webhook, &directory, &settings)).unwrap()
    }

    /// What the call alone gives.
    fn own(&self) -> String {
        self.plan(&json!({}))["task"]["Description"].as_str().unwrap_or_default().to_owned()
    }

    /// The Description that an update sends; `None` where it stays.
    fn update(&self) -> Option<String> {
        let mut task = json!({"id": "00T000000000001EAA", "call": 7, "fields": {"Description": self.present}});
        if self.kept != Kept::Nothing {
            task["wrote"] = json!({"Description": self.wrote});
        }
        let plan = self.plan(&json!({"tasks": [task]}));
        let fields: &Map<String, Value> = plan["task"].as_object()?;
        fields.get("Description").map(|text| text.as_str().unwrap_or_default().to_owned())
    }

    /// Updates the Task, and checks that another update would change nothing.
    #[track_caller]
    fn apply(&mut self) {
        let Some(text) = self.update() else { return };
        assert_eq!(text.trim(), text);
        let count =
            if self.settings["count"] == "characters" { LengthUnit::Characters } else { LengthUnit::Salesforce };
        assert!(count.fits(&text, DESCRIPTION_LIMIT));
        self.present.clone_from(&text);
        self.wrote = if self.kept == Kept::Own { self.own() } else { text.clone() };
        assert_eq!(self.update(), None, "{self:#?}");
        // Whoever kept nothing may begin to, and whoever did may lose it.
        for kept in [Kept::Nothing, Kept::Sent] {
            let other = Self { kept, wrote: text.clone(), ..self.clone() };
            assert_eq!(other.update(), None, "{other:#?}");
        }
    }

    fn types(&mut self, at: usize, text: &str) {
        self.present.insert_str(at, text);
    }
}

fn english() -> Value {
    settings(&json!("en"), "salesforce")
}
