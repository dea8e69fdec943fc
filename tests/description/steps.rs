//! Generates the steps of a story: the call changes, somebody edits the Task, an update happens.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::check::FIELDS;
use crate::story::{AGENTS, Note, Response, Story};
use crate::{settings, wordings};

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Call(CallStep),
    Edit(Edit),
    Field(Index, FieldEdit),
    Update(Response),
}

/// Something that happens to the call in Aircall.
#[derive(Debug, Clone)]
pub(crate) enum CallStep {
    AddNote {
        author: usize,
        lines: usize,
        empty: bool,
    },
    /// Somebody writes the same note again, as agents do who get no answer.
    RepeatNote(Index),
    RewriteNote(Index),
    ChangeLine(Index, Index),
    RemoveNote(Index),
    NewLink,
    NoLink,
    Tag,
    Agent(usize),
    End,
    Wording(Index),
}

/// Something that a person does to the Description.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    Append(Typed),
    Prepend(Typed),
    Insert(Index, Typed),
    /// Types at the end of a line.
    Extend(Index),
    /// Replaces a line.
    Replace(Index, Typed),
    DeleteLine(Index),
    DeleteBlock(Index),
    DeleteAll,
    /// Pastes a block once more.
    Repeat(Index, Index),
    Swap(Index, Index),
    Bullets,
    Translate,
    /// An editor that ends lines with `\r\n`.
    CarriageReturns,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Typed {
    Line,
    /// A line with empty lines around it.
    Paragraph,
    /// A line that reads like a heading of ours.
    Heading,
    /// A heading of ours to the letter, and a line below it.
    Note,
    /// A line that reads like a link line of ours.
    Link,
    Blank,
}

/// Something that a person does to another field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FieldEdit {
    Change,
    Empty,
    /// Types what the call says.
    Agree,
}

pub(crate) fn call_step() -> impl Strategy<Value = CallStep> {
    let index = any::<Index>;
    prop_oneof![
        4 => (0..AGENTS.len(), 1..4_usize, any::<bool>())
            .prop_map(|(author, lines, empty)| CallStep::AddNote { author, lines, empty }),
        1 => index().prop_map(CallStep::RepeatNote),
        1 => index().prop_map(CallStep::RewriteNote),
        2 => (index(), index()).prop_map(|(note, line)| CallStep::ChangeLine(note, line)),
        1 => index().prop_map(CallStep::RemoveNote),
        2 => Just(CallStep::NewLink),
        1 => Just(CallStep::NoLink),
        1 => Just(CallStep::Tag),
        1 => (0..AGENTS.len()).prop_map(CallStep::Agent),
        1 => Just(CallStep::End),
        1 => index().prop_map(CallStep::Wording),
    ]
}

fn typed() -> impl Strategy<Value = Typed> {
    use Typed::{Blank, Heading, Line, Link, Note, Paragraph};
    prop::sample::select(vec![Line, Line, Paragraph, Heading, Note, Link, Blank])
}

/// Lines that somebody adds or takes away; none is moved.
pub(crate) fn plain_edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    prop_oneof![
        2 => typed().prop_map(Edit::Append),
        1 => typed().prop_map(Edit::Prepend),
        3 => (index(), typed()).prop_map(|(place, typed)| Edit::Insert(place, typed)),
        1 => index().prop_map(Edit::Extend),
        1 => (index(), typed()).prop_map(|(line, typed)| Edit::Replace(line, typed)),
        1 => index().prop_map(Edit::DeleteLine),
        1 => index().prop_map(Edit::DeleteBlock),
    ]
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    prop_oneof![
        9 => plain_edit(),
        1 => Just(Edit::DeleteAll),
        1 => (index(), index()).prop_map(|(block, place)| Edit::Repeat(block, place)),
        1 => (index(), index()).prop_map(|(one, other)| Edit::Swap(one, other)),
        1 => Just(Edit::Bullets),
        1 => Just(Edit::Translate),
        1 => Just(Edit::CarriageReturns),
    ]
}

/// Generates responses, a quarter of which are lost.
pub(crate) fn response() -> impl Strategy<Value = Response> {
    prop_oneof![
        6 => Just(Response::Received),
        1 => Just(Response::LostAfterWriting),
        1 => Just(Response::LostBeforeWriting),
    ]
}

pub(crate) fn field_edit() -> impl Strategy<Value = Step> {
    use FieldEdit::{Agree, Change, Empty};
    let edits = prop::sample::select(vec![Change, Empty, Agree]);
    (any::<Index>(), edits).prop_map(|(field, edit)| Step::Field(field, edit))
}

pub(crate) fn steps(edits: impl Strategy<Value = Edit>) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => call_step().prop_map(Step::Call),
        4 => edits.prop_map(Step::Edit),
        1 => field_edit(),
        4 => response().prop_map(Step::Update),
    ];
    prop::collection::vec(step, 1..16)
}

/// Returns one of `count` indexes; `None` if `count` is 0.
fn pick(index: Index, count: usize) -> Option<usize> {
    (count > 0).then(|| index.index(count))
}

impl Story {
    #[track_caller]
    pub(crate) fn step(&mut self, step: &Step) {
        match step {
            Step::Call(step) => self.call_step(step),
            Step::Edit(edit) => self.edit(edit),
            Step::Field(field, edit) => self.edit_field(FIELDS[field.index(FIELDS.len())], *edit),
            Step::Update(response) => drop(self.update(*response)),
        }
    }

    fn next(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    fn note_lines(&mut self, count: usize, empty: bool) -> Vec<String> {
        let mut lines = vec![];
        for _ in 0..count {
            lines.push(format!("Wants offer {}.", self.next()));
            if empty {
                lines.push(String::new());
            }
        }
        lines
    }

    pub(crate) fn call_step(&mut self, step: &CallStep) {
        let notes = self.call.notes.len();
        match step {
            CallStep::AddNote { author, lines, empty } => {
                let (author, lines, id) = (*author, self.note_lines(*lines, *empty), self.next());
                self.call.notes.push(Note { id, author, lines });
            }
            CallStep::RepeatNote(note) => {
                let Some(note) = pick(*note, notes) else { return };
                let repeated = Note { id: self.next(), ..self.call.notes[note].clone() };
                self.call.notes.push(repeated);
            }
            CallStep::RewriteNote(note) => {
                let Some(note) = pick(*note, notes) else { return };
                self.call.notes[note].lines = self.note_lines(2, false);
            }
            CallStep::ChangeLine(note, line) => {
                let Some(note) = pick(*note, notes) else { return };
                let changed = self.note_lines(1, false).remove(0);
                let lines = &mut self.call.notes[note].lines;
                let line = line.index(lines.len());
                lines[line] = changed;
            }
            CallStep::RemoveNote(note) => {
                let Some(note) = pick(*note, notes) else { return };
                self.call.notes.remove(note);
            }
            CallStep::NewLink => self.call.link = Some(self.next()),
            CallStep::NoLink => self.call.link = None,
            CallStep::Tag => self.call.tags += 1,
            CallStep::Agent(agent) => self.call.agent = *agent,
            CallStep::End => self.call.has_ended = true,
            CallStep::Wording(wording) => {
                let (wordings, count) = (wordings(), self.settings["count"].as_str().unwrap().to_owned());
                self.settings = settings(wording.get(&wordings), &count);
            }
        }
    }

    fn typed(&mut self, typed: Typed) -> String {
        let number = self.next();
        match typed {
            Typed::Line => format!("typed {number}"),
            Typed::Paragraph => format!("\ntyped {number}\n"),
            Typed::Heading => format!("typed {number} added a new comment:"),
            Typed::Note => format!("{} added a new comment:\ntyped {number}", AGENTS[0]),
            Typed::Link => format!("Find the recording here: https://example.com/typed/{number}"),
            Typed::Blank => String::new(),
        }
    }

    pub(crate) fn edit(&mut self, edit: &Edit) {
        let text = self.text().replace("\r\n", "\n");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut blocks: Vec<String> = text.split("\n\n").map(str::to_owned).collect();
        let text = match edit {
            Edit::Append(typed) => format!("{text}\n{}", self.typed(*typed)),
            Edit::Prepend(typed) => format!("{}\n{text}", self.typed(*typed)),
            Edit::Insert(place, typed) => {
                lines.insert(place.index(lines.len() + 1), self.typed(*typed));
                lines.join("\n")
            }
            Edit::Extend(line) => {
                let Some(line) = pick(*line, lines.len()) else { return };
                let typed = self.typed(Typed::Line);
                lines[line] = format!("{} ({typed})", lines[line]);
                lines.join("\n")
            }
            Edit::Replace(line, typed) => {
                let Some(line) = pick(*line, lines.len()) else { return };
                lines[line] = self.typed(*typed);
                lines.join("\n")
            }
            Edit::DeleteLine(line) => {
                let Some(line) = pick(*line, lines.len()) else { return };
                lines.remove(line);
                lines.join("\n")
            }
            Edit::DeleteBlock(block) => {
                blocks.remove(block.index(blocks.len()));
                blocks.join("\n\n")
            }
            Edit::DeleteAll => String::new(),
            Edit::Repeat(block, place) => {
                let block = blocks[block.index(blocks.len())].clone();
                blocks.insert(place.index(blocks.len() + 1), block);
                blocks.join("\n\n")
            }
            Edit::Swap(one, other) => {
                let (one, other) = (one.index(blocks.len()), other.index(blocks.len()));
                blocks.swap(one, other);
                blocks.join("\n\n")
            }
            Edit::Bullets => lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n"),
            Edit::Translate => text.replace("added a new comment:", "hat einen neuen Kommentar hinzugefügt:"),
            Edit::CarriageReturns => text.replace('\n', "\r\n"),
        };
        self.write(&text);
    }

    pub(crate) fn edit_field(&mut self, name: &str, edit: FieldEdit) {
        let number = self.next();
        let value = match edit {
            FieldEdit::Change if name == "CallDurationInSeconds" => json!(number),
            FieldEdit::Change => json!(format!("typed {number}")),
            FieldEdit::Empty => Value::Null,
            FieldEdit::Agree => self.call.says(&self.settings).get(name).cloned().unwrap_or_default(),
        };
        self.fields.insert(name.to_owned(), value);
    }
}
