//! Models a call, the Task that logs it, and what the caller keeps between two updates.

use aircall_salesforce::salesforce::text::LengthUnit;
use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
use serde_json::{Map, Value, json};

use crate::check::check;
use crate::lines;

pub(crate) const AGENTS: [&str; 3] = ["Jonas Ekdal", "Nora Helmer", "$& {agent} \"Q\""];

const DESCRIPTION: &str = "Description";

/// A note on a call. Its id is also its age.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Note {
    pub(crate) id: u64,
    pub(crate) author: usize,
    pub(crate) lines: Vec<String>,
}

/// What Aircall says of a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    pub(crate) notes: Vec<Note>,
    /// The number of the recording or voicemail.
    pub(crate) link: Option<u64>,
    /// Nobody answered, and the link leads to the voicemail. Such a call has always ended.
    pub(crate) is_unanswered: bool,
    pub(crate) has_ended: bool,
    pub(crate) agent: usize,
    pub(crate) tags: usize,
}

impl Call {
    /// Creates an answered call that has ended, without notes or a recording.
    pub(crate) fn ended() -> Self {
        Self { notes: vec![], link: None, is_unanswered: false, has_ended: true, agent: 0, tags: 0 }
    }

    /// Creates the same call with notes of Jonas Ekdal, oldest first.
    pub(crate) fn with_notes(notes: &[&str]) -> Self {
        let note = |(id, note): (u64, &&str)| Note { id, author: 0, lines: vec![(*note).to_owned()] };
        Self { notes: (1..).zip(notes).map(note).collect(), ..Self::ended() }
    }

    fn webhook(&self) -> String {
        let note = |note: &Note| {
            json!({"id": note.id, "content": note.lines.join("\n"), "posted_at": 1_750_075_000 + note.id,
                "posted_by": {"id": note.author, "name": AGENTS[note.author]}})
        };
        let tag = |tag: usize| json!({"id": tag, "name": format!("tag {tag}")});
        let link = |is_voicemail: bool| {
            let link = self.link.filter(|_| self.is_unanswered == is_voicemail);
            link.map(|link| format!("https://assets.aircall.io/calls/{link}/recording"))
        };
        json!({"event": "call.ended", "data": {
            "id": 7, "direction": "inbound", "raw_digits": "+33 1 99 00 12 34", "started_at": 1_750_075_200,
            "answered_at": (!self.is_unanswered).then_some(1_750_075_212),
            "ended_at": self.has_ended.then_some(1_750_075_392),
            "asset": link(false), "voicemail_short_url": link(true),
            "user": {"id": self.agent, "name": AGENTS[self.agent]},
            "tags": (0..self.tags).map(tag).collect::<Value>(),
            "comments": self.notes.iter().map(note).collect::<Value>(),
        }})
        .to_string()
    }

    /// Returns the body of a request that creates the Task: all that the call says.
    pub(crate) fn says(&self, settings: &Value) -> Map<String, Value> {
        Planned::new(self, settings, None, None).body
    }

    /// Returns the Description that results from the call alone.
    pub(crate) fn text(&self, settings: &Value) -> String {
        description(&self.says(settings)).to_owned()
    }
}

/// A plan, and what a caller keeps of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Planned {
    pub(crate) action: String,
    pub(crate) body: Map<String, Value>,
    pub(crate) notices: Vec<Value>,
    pub(crate) wrote: Map<String, Value>,
}

impl Planned {
    /// Plans a call. Every call of the library in this test is here.
    fn new(call: &Call, settings: &Value, task: Option<Value>, before: Option<&Map<String, Value>>) -> Self {
        let settings = Settings::from_json(&settings.to_string()).unwrap();
        let directory = task.map_or_else(|| json!({}), |task| json!({"tasks": [task]}));
        let directory = Directory::from_json(&directory.to_string()).unwrap();
        let webhook = call.webhook();
        let webhook = Webhook::from_json(&webhook).unwrap();
        let plan = plan_webhook(&webhook, &directory, &settings);
        let wrote = plan.wrote(before).expect("only a skip keeps nothing");
        let mut plan = serde_json::to_value(plan).unwrap();
        Self {
            action: plan["action"].as_str().unwrap().to_owned(),
            body: plan["task"].as_object_mut().map(std::mem::take).unwrap_or_default(),
            notices: plan["notices"].as_array_mut().map(std::mem::take).unwrap_or_default(),
            wrote,
        }
    }

    pub(crate) fn has_notice(&self, rule: &str, field: &str) -> bool {
        self.notices.iter().any(|notice| notice["rule"] == rule && notice["field"] == field)
    }
}

/// Whether an update and its response arrive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Response {
    Received,
    /// Salesforce wrote the update, and its response was lost.
    LostAfterWriting,
    /// The update itself was lost.
    LostBeforeWriting,
}

/// A call, its Task in Salesforce, and what the caller keeps.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) call: Call,
    pub(crate) settings: Value,
    pub(crate) fields: Map<String, Value>,
    pub(crate) wrote: Option<Map<String, Value>>,
    pub(crate) sent: Option<Map<String, Value>>,
    /// Makes every line that somebody writes another one.
    pub(crate) number: u64,
}

pub(crate) fn description(fields: &Map<String, Value>) -> &str {
    fields.get(DESCRIPTION).and_then(Value::as_str).unwrap_or_default()
}

/// Shortens a long text to its beginning and end.
fn abridged(text: &str) -> String {
    let characters: Vec<_> = text.chars().collect();
    match characters.len() {
        0..=1_000 => text.to_owned(),
        length => {
            let part = |part: &[char]| part.iter().collect::<String>();
            format!("{} [{length}] {}", part(&characters[..200]), part(&characters[length - 200..]))
        }
    }
}

impl Story {
    /// Creates the Task of a call.
    pub(crate) fn new(call: Call, settings: Value) -> Self {
        let Planned { body, wrote, .. } = Planned::new(&call, &settings, None, None);
        let mut story = Self { call, settings, fields: Map::new(), wrote: Some(wrote), sent: None, number: 100 };
        // Salesforce returns empty fields as null.
        story.fields = ["WhoId", "WhatId"].map(|name| (name.to_owned(), Value::Null)).into_iter().collect();
        story.fields.extend(body);
        story
    }

    /// Creates a Task with a Description, logged by a caller that keeps nothing.
    pub(crate) fn without_wrote(call: Call, settings: Value, text: &str) -> Self {
        let mut story = Self { wrote: None, ..Self::new(call, settings) };
        story.write(text);
        story
    }

    pub(crate) fn text(&self) -> &str {
        description(&self.fields)
    }

    /// Puts a text into the Description, trimmed as Salesforce trims it.
    pub(crate) fn write(&mut self, text: &str) {
        let text = text.trim();
        let value = if text.is_empty() { Value::Null } else { json!(text) };
        self.fields.insert(DESCRIPTION.to_owned(), value);
    }

    /// Returns the unit in which the settings measure texts.
    pub(crate) fn unit(&self) -> LengthUnit {
        if self.settings["count"] == "characters" { LengthUnit::Characters } else { LengthUnit::Salesforce }
    }

    /// Returns the Description that results from the call alone.
    pub(crate) fn ours(&self) -> String {
        self.call.text(&self.settings)
    }

    pub(crate) fn planned(&self) -> Planned {
        let mut task = json!({"id": "00T000000000001EAA", "call": 7, "fields": self.fields});
        for (key, kept) in [("wrote", &self.wrote), ("sent", &self.sent)] {
            if let Some(kept) = kept {
                task[key] = json!(kept);
            }
        }
        Planned::new(&self.call, &self.settings, Some(task), self.wrote.as_ref())
    }

    /// Plans an update of a Task whose present fields the caller did not fetch.
    pub(crate) fn planned_blindly(&self) -> Planned {
        let task = json!({"id": "00T000000000001EAA", "call": 7});
        Planned::new(&self.call, &self.settings, Some(task), self.wrote.as_ref())
    }

    /// Returns the fields of the Task after Salesforce has carried out a plan.
    pub(crate) fn fields_after(&self, planned: &Planned) -> Map<String, Value> {
        let mut fields = self.fields.clone();
        fields.extend(planned.body.clone());
        fields
    }

    /// Describes a failure: the texts of the merge, the other fields, and the plan.
    pub(crate) fn report(&self, planned: &Planned) -> String {
        let kept = |kept: &Option<Map<String, Value>>| kept.as_ref().map(|kept| abridged(description(kept)));
        let result = self.fields_after(planned);
        let texts = [
            ("base", kept(&self.wrote)),
            ("sent", kept(&self.sent)),
            ("ours", Some(abridged(&self.ours()))),
            ("theirs", Some(abridged(self.text()))),
            ("result", Some(abridged(description(&result)))),
            ("said", Some(abridged(description(&planned.wrote)))),
        ];
        let texts = texts.map(|(name, text)| format!("{name}: {text:?}\n")).concat();
        let others = |fields: &Map<String, Value>| {
            let mut fields = fields.clone();
            fields.remove(DESCRIPTION);
            json!(fields).to_string()
        };
        let fields = [Some(&self.fields), self.wrote.as_ref(), self.sent.as_ref(), Some(&planned.wrote)];
        let fields = fields.map(|fields| fields.map(others).unwrap_or_default() + "\n").concat();
        let Planned { action, notices, .. } = planned;
        format!("{texts}ended: {}, {action}, {notices:?}\n{fields}", self.call.has_ended)
    }

    /// Updates the Task and checks every rule. A plan that changes nothing is never sent, so its
    /// response is never lost.
    #[track_caller]
    pub(crate) fn update(&mut self, response: Response) -> Planned {
        let planned = self.planned();
        check(self, &planned);
        let before = self.clone();
        let is_lost = response != Response::Received && planned.action != "unchanged";
        if !is_lost || response == Response::LostAfterWriting {
            self.fields = self.fields_after(&planned);
        }
        if is_lost {
            self.sent = Some(planned.wrote.clone());
        } else {
            (self.wrote, self.sent) = (Some(planned.wrote.clone()), None);
        }
        if !is_lost
            || (response == Response::LostAfterWriting
                && shows(before.wrote.as_ref(), &planned, before.text(), self.text()))
        {
            // DESC-7, UPD-3: the same update again changes nothing, also if its response was lost.
            let again = self.planned();
            assert_eq!(again.action, "unchanged", "{}\nafter {}", self.report(&again), before.report(&planned));
            assert_eq!(again.wrote, planned.wrote, "{}", self.report(&again));
        }
        planned
    }

    /// Updates the Task without a loss, and returns the new Description.
    #[track_caller]
    pub(crate) fn updated(mut self) -> String {
        self.update(Response::Received);
        self.text().to_owned()
    }
}

/// Returns whether the Task shows that a lost update has arrived. It does not if people edited a
/// line of which the update wrote one more or one less, or kept a line that the update removed.
fn shows(wrote: Option<&Map<String, Value>>, planned: &Planned, theirs: &str, after: &str) -> bool {
    let wrote = lines(wrote.map_or("", description));
    let (said, theirs) = (lines(description(&planned.wrote)), lines(theirs));
    let count = |all: &[&str], line: &str| all.iter().filter(|other| **other == line).count();
    let is_changed = |line: &&&str| count(&wrote, line) != count(&said, line);
    let is_new = |line: &&str| count(&wrote, line) == 0;
    let mut gone = wrote.iter().filter(|line| count(&said, line) == 0).peekable();
    said.iter().any(is_new)
        || (gone.peek().is_some() && gone.all(|line| count(&lines(after), line) == 0))
        || wrote.iter().chain(&said).filter(is_changed).all(|line| count(&theirs, line) == count(&wrote, line))
}
