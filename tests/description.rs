//! What people typed stays (DESC-7): generated edits, in every order, whatever the caller keeps of what was written.
//!
//! Single decisions stand in `tests/golden/desc/`. `PROPTEST_CASES=100000 cargo test --release --test description` tries more.

use std::borrow::Cow;

use aircall_salesforce::rules::description::{Known, Piece, parse};
use aircall_salesforce::salesforce::text::{Count, DESCRIPTION_LIMIT, area};
use aircall_salesforce::{Directory, Kind, Settings, Webhook, plan_webhook};
use proptest::prelude::*;
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
        let count = if self.settings["count"] == "characters" { Count::Characters } else { Count::Salesforce };
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

#[derive(Debug, Clone)]
enum Step {
    Add { author: usize, lines: usize, empty: bool },
    Rewrite { note: prop::sample::Index, lines: usize },
    ChangeLast { note: prop::sample::Index },
    Remove { note: prop::sample::Index },
    Link,
    NoLink,
    Type { at: prop::sample::Index, lines: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let note = any::<prop::sample::Index>;
    prop_oneof![
        3 => (0..AGENTS.len(), 1..4_usize, any::<bool>()).prop_map(|(author, lines, empty)| Step::Add { author, lines, empty }),
        2 => (note(), 1..4_usize).prop_map(|(note, lines)| Step::Rewrite { note, lines }),
        1 => note().prop_map(|note| Step::ChangeLast { note }),
        1 => note().prop_map(|note| Step::Remove { note }),
        1 => Just(Step::Link),
        1 => Just(Step::NoLink),
        4 => (note(), 1..3_usize).prop_map(|(at, lines)| Step::Type { at, lines }),
    ]
}

/// Where people type.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Where {
    /// Between any two characters.
    Anywhere,
    /// Lines of their own, anywhere.
    Lines,
    /// Lines of their own that read like a heading.
    Feigned,
    /// Lines of their own, but not between a heading and its note.
    LinesBelow,
}

/// What every line that somebody types ends with: in letters that no text of ours has, so that it can be told where one begins.
const TYPED: &str = "звонок";

fn places(text: &str, places: Where) -> Vec<usize> {
    if places == Where::Anywhere {
        let typed = text.match_indices("текст").map(|(at, _)| (at, at + text[at..].find(TYPED).unwrap() + TYPED.len()));
        let typed: Vec<_> = typed.collect();
        let is_inside = |at: &usize| typed.iter().any(|(start, end)| start < at && at < end);
        return (0..=text.len()).filter(|at| text.is_char_boundary(*at) && !is_inside(at)).collect();
    }
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let starts = [0].into_iter().chain(starts).filter(|_| !text.is_empty()).chain([text.len()]);
    let is_inside = |at: usize| {
        let above = text[..at].lines().next_back().unwrap_or_default();
        above.starts_with("текст") && text[at..].starts_with("текст")
    };
    let is_below_heading = |at: usize| text[..at].trim_end().ends_with(':');
    starts.filter(|&at| !is_inside(at) && (places != Where::LinesBelow || !is_below_heading(at))).collect()
}

impl Logged {
    fn lines(&mut self, lines: usize, empty: bool) -> Vec<String> {
        let mut texts = vec![];
        for _ in 0..lines {
            self.next += 1;
            texts.push(format!("note{}. Wants an offer;", self.next));
            if empty {
                texts.push(String::new());
            }
        }
        texts
    }

    /// The text that was typed, if any was.
    fn step(&mut self, step: &Step, at: Where) -> Option<String> {
        let count = self.notes.len();
        match step {
            Step::Add { author, lines, empty } => {
                let lines = self.lines(*lines, *empty);
                self.next += 1;
                self.notes.push(Note { id: self.next, author: *author, lines });
            }
            Step::Rewrite { note, lines } if count > 0 => {
                let lines = self.lines(*lines, false);
                self.notes[note.index(count)].lines = lines;
            }
            Step::ChangeLast { note } if count > 0 => {
                let line = self.lines(1, false);
                let lines = &mut self.notes[note.index(count)].lines;
                lines.pop();
                lines.extend(line);
            }
            Step::Remove { note } if count > 0 => drop(self.notes.remove(note.index(count))),
            Step::Link => {
                self.next += 1;
                self.link = Some(self.next);
            }
            Step::NoLink => self.link = None,
            Step::Type { at: index, lines } => {
                self.next += 1;
                let line = format!("текст{}, {TYPED}", self.next);
                let text = match at {
                    Where::Feigned => line + " added a new comment:",
                    _ => vec![line; *lines].join("\n"),
                };
                let places = places(&self.present, at);
                let place = places[index.index(places.len())];
                let is_end = place == self.present.len();
                match at {
                    Where::Anywhere => self.types(place, &text),
                    _ if is_end => self.types(place, &format!("\n{text}")),
                    _ => self.types(place, &format!("{text}\n")),
                }
                return Some(text);
            }
            _ => {}
        }
        None
    }
}

fn occurrences(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// Runs steps, with an update after each that `updates` says; what was typed must never be missing.
fn run(mut logged: Logged, steps: &[(Step, bool)], at: Where) -> Logged {
    let mut typed: Vec<String> = vec![];
    for (step, is_updated) in steps {
        typed.extend(logged.step(step, at));
        if *is_updated {
            logged.apply();
            for text in &typed {
                assert_eq!(
                    occurrences(&logged.present, text.lines().next().unwrap()),
                    text.lines().count(),
                    "{text} {logged:#?}"
                );
                if at != Where::Anywhere {
                    assert!(logged.present.contains(text.as_str()), "{text} {logged:#?}");
                }
            }
        }
    }
    logged.apply();
    logged
}

/// Every line of every note stands there once.
#[track_caller]
fn says_every_note(logged: &Logged) {
    for line in logged.notes.iter().flat_map(|note| &note.lines).filter(|line| !line.is_empty()) {
        assert_eq!(occurrences(&logged.present, line), 1, "{line} {logged:#?}");
    }
    let links = occurrences(&logged.present, "https://");
    assert_eq!(links, usize::from(logged.link.is_some()), "{logged:#?}");
}

/// Nothing of a note stands there that the call no longer says.
#[track_caller]
fn says_no_old_note(logged: &Logged) {
    let notes: usize = logged.notes.iter().flat_map(|note| &note.lines).filter(|line| !line.is_empty()).count();
    assert_eq!(occurrences(&logged.present, "Wants an offer;"), notes, "{logged:#?}");
    let headings = logged.notes.len();
    assert_eq!(occurrences(&logged.present, "added a new comment:"), headings, "{logged:#?}");
}

fn steps() -> impl Strategy<Value = Vec<(Step, bool)>> {
    prop::collection::vec((step(), prop::bool::weighted(0.6)), 1..14)
}

fn kept() -> impl Strategy<Value = Kept> {
    prop_oneof![Just(Kept::Sent), Just(Kept::Own)]
}

/// The library's wordings, and some that are hard to read back.
fn wordings() -> Vec<Value> {
    let own = ["en", "de", "fr", "es"].map(|language| json!(language));
    let hard = [
        json!({"note": "{agent}:", "recording_link": "{link}"}),
        json!({"note": "Note", "recording_link": "<{link}>"}),
        json!({"note": "{agent} / {agent}\nsaid [[{{x}}]]:", "recording_link": "{link} {link}\n--"}),
        json!({"note": "[*{agent}* ]$&", "recording_link": "Here: [{link}]"}),
        json!({"note": "{agent} said:\n\n"}),
    ];
    own.into_iter().chain(hard).collect()
}

/// What a note may say, hard to tell from what stands around it.
fn content() -> impl Strategy<Value = String> {
    let hard = [
        "$& \\1 {agent} {link} [[x]] \"'",
        "Jonas Ekdal added a new comment:",
        "Jonas Ekdal:\nNora Helmer:",
        "Find the recording here: https://assets.aircall.io/calls/7/recording",
        "See\nFind the recording here: https://assets.aircall.io/calls/7/recording\nplease",
        "https://assets.aircall.io/calls/7/recording",
        "one\n\ntwo",
        "one\n\n\ntwo",
        "one\n\nJonas Ekdal added a new comment:\ntwo",
        "one\n\nJonas Ekdal:\n\n\n\nNote\ntwo",
        " \t blanks \r\n and\u{7} controls ",
    ];
    prop_oneof![prop::sample::select(hard.to_vec()).prop_map(str::to_owned), "[a-c:\n ]{0,12}", "\\PC{0,12}"]
}

fn english() -> Value {
    settings(&json!("en"), "salesforce")
}

/// A call with notes of Jonas Ekdal's, and a Description that somebody may have edited.
fn edited(notes: &[&str], wrote: Option<&str>, present: &str) -> Logged {
    let kept = if wrote.is_some() { Kept::Sent } else { Kept::Nothing };
    let mut logged = Logged::new(kept, english());
    logged.notes = (1..).zip(notes).map(|(id, note)| Note { id, author: 0, lines: vec![(*note).to_owned()] }).collect();
    (logged.wrote, logged.present) = (wrote.unwrap_or_default().to_owned(), present.to_owned());
    logged
}

/// As [`edited`], of a call without notes and with a link, in a wording of one's own.
fn linked(link_line: &str, present: &str) -> Logged {
    let settings = settings(&json!({"recording_link": link_line}), "salesforce");
    Logged { link: Some(7), settings, ..edited(&[], None, present) }
}

#[track_caller]
fn becomes(logged: &Logged, text: &str) {
    assert_eq!(logged.update().as_deref(), Some(text));
}

#[test]
fn short_link_line_is_ours_where_it_leads_to_the_host_of_todays() {
    let present = "<https://example.com/calls/6>\n\ncalled back\n\n<https://assets.aircall.io/calls/6>";
    let today = "<https://example.com/calls/6>\n\ncalled back\n\n<https://assets.aircall.io/calls/7/recording>";
    becomes(&linked("<{link}>", present), today);
}

#[test]
fn link_line_without_a_link_is_theirs() {
    for typed in ["Listen to the call: <>", "Listen to the call: < >", "Listen to the call: <with Nora>"] {
        let today = format!("Listen to the call: <https://assets.aircall.io/calls/7/recording>\n\n{typed}");
        becomes(&linked("Listen to the call: <{link}>", typed), &today);
    }
}

#[test]
fn words_put_into_a_note_of_two_lines_leave_it_alone() {
    let note = "Wants an offer. By mail.\nBefore Friday. At noon.";
    let wrote = format!("Jonas Ekdal added a new comment:\n{note}");
    for typed in ["By mail.\nBefore Friday. Called back. At noon.", "Called back. By mail.\nBefore Friday. At noon."] {
        let present = format!("Jonas Ekdal added a new comment:\nWants an offer. {typed}");
        for wrote in [None, Some(wrote.as_str())] {
            assert_eq!(edited(&[note], wrote, &present).update(), None, "{present}");
        }
    }
}

#[test]
fn text_right_above_and_behind_the_link_leaves_what_is_ours_alone() {
    let note = "Jonas Ekdal added a new comment:\nRang.";
    let link = "Find the recording here: https://assets.aircall.io/calls/7/recording";
    for text in [format!("{note}\n\n{link}"), format!("{link}\n\n{note}\n\n\nCalled back.")] {
        for wrote in [None, Some(text.as_str())] {
            for present in [format!("Asks for Nora.\n{text}"), text.replace(link, &format!("{link} – listened to it"))]
            {
                let logged = edited(&["Rang."], wrote, &present);
                assert_eq!(Logged { link: Some(7), ..logged }.update(), None, "{present}");
            }
        }
    }
}

#[test]
fn words_put_in_are_those_between_two_words() {
    for (typed, words) in
        [("Wants an old offer.", "old"), ("Wants an offer now.", "now"), ("Wants and an offer.", "and")]
    {
        let wrote = "Jonas Ekdal added a new comment:\nWants an offer.";
        let present = format!("Jonas Ekdal added a new comment:\n{typed}");
        let today = format!("Jonas Ekdal added a new comment:\nWants two.\n\n\n{words}");
        becomes(&edited(&["Wants two."], Some(wrote), &present), &today);
    }
}

#[test]
fn typed_line_stays_whole_below_the_line_that_it_is_like() {
    let wrote = "Jonas Ekdal added a new comment:\nWants an offer.\nBefore Friday.";
    let present = "Jonas Ekdal added a new comment:\nWants an offer.\nWants an old offer.\nBefore Friday.";
    let today = "Jonas Ekdal added a new comment:\nWants an offer.\nBefore Monday.\n\n\nWants an old offer.";
    becomes(&edited(&["Wants an offer.\nBefore Monday."], Some(wrote), present), today);
}

#[test]
fn line_is_ours_down_to_its_first_half() {
    let note = |line: &str| format!("Jonas Ekdal added a new comment:\nRang.\n{line}\nBefore Friday.");
    let today = note("0123456789");
    for wrote in [None, Some(today.as_str())] {
        let logged = |line: &str| edited(&["Rang.\n0123456789\nBefore Friday."], wrote, &note(line));
        becomes(&logged("012345678"), &today);
        becomes(&logged("01234"), &today);
        becomes(&logged("0123"), &format!("{today}\n\n\n0123"));
    }
}

#[test]
fn what_somebody_deleted_of_a_note_comes_back() {
    let wrote = "Jonas Ekdal added a new comment:\nWants an offer.\nBy mail.\nBefore Friday.";
    let today = format!("Called back.\n\n{wrote}");
    let left = [
        "Wants an offer.\nBy mail.",
        "Wants an offer.\nBefore Friday.",
        "By mail.\nBefore Friday.",
        "Wants an offer.\nBy ma",
    ];
    for left in left {
        let present = format!("Called back.\n\nJonas Ekdal added a new comment:\n{left}");
        for wrote in [None, Some(wrote)] {
            becomes(&edited(&["Wants an offer.\nBy mail.\nBefore Friday."], wrote, &present), &today);
        }
    }
}

#[test]
fn typed_line_like_a_short_heading_with_words_in_it_is_marked() {
    let settings = settings(&json!({"note": "{agent}:"}), "salesforce");
    let present = "Jonas Ekdal:\nRang.\n\nJonas (sales) Ekdal:\nsend it";
    let logged = Logged { settings, ..edited(&["Rang."], Some("Jonas Ekdal:\nRang."), present) };
    becomes(&logged, "Jonas Ekdal:\nRang.\n\n\n\u{2060}Jonas (sales) Ekdal:\nsend it");
}

#[test]
fn note_above_an_older_one_is_no_old_form_of_a_newer() {
    let heading = "Jonas Ekdal added a new comment:";
    let present = format!("Called back.\n\n{heading}\nRang.\n\n{heading}\nBusy.");
    let today = format!("Called back.\n\n{heading}\nBusy.\n\n{heading}\nOffer sent.");
    becomes(&edited(&["Busy.", "Offer sent."], None, &present), &today);
}

#[test]
fn of_two_equal_notes_the_older_stands_there() {
    let heading = "Jonas Ekdal added a new comment:";
    let present = format!("{heading}\nRang.\n\n\nCalled back.");
    becomes(&edited(&["Rang.", "Rang."], None, &present), &format!("{present}\n\n{heading}\nRang."));
}

#[test]
fn short_heading_of_a_note_without_an_author_is_ours() {
    let settings = settings(&json!({"note": "{agent}:"}), "salesforce");
    let logged = Logged { settings, ..edited(&["Offer sent."], None, "Aircall:\nRang.\n\n\nCalled back.") };
    becomes(&logged, "Called back.\n\nJonas Ekdal:\nOffer sent.");
}

#[test]
fn note_below_the_empty_lines_of_its_heading_is_ours() {
    let settings = settings(&json!({"note": "{agent} said:\n\n"}), "salesforce");
    let present = "Jonas Ekdal said:\n\n\nRang.\n\n\nCalled back.";
    let logged = Logged { settings, ..edited(&["Offer sent."], None, present) };
    becomes(&logged, "Jonas Ekdal said:\n\n\nOffer sent.\n\n\nCalled back.");
}

#[test]
fn note_that_somebody_moved_and_its_author_mended_stays_where_it_was_moved() {
    let link = "Find the recording here: https://assets.aircall.io/calls/7/recording";
    let note = |first: &str| format!("Jonas Ekdal added a new comment:\n{first}\nsecond line");
    let wrote = format!("{link}\n\n{}", note("old line"));
    let present = format!("{}\n\n\nMine.\n\n{link}", note("old line"));
    for wrote in [None, Some(wrote.as_str())] {
        let mut logged = Logged { link: Some(7), ..edited(&["new line\nsecond line"], wrote, &present) };
        logged.apply();
        assert_eq!(logged.present, format!("{}\n\n\nMine.\n\n{link}", note("new line")));
    }
}

#[test]
fn note_of_somebody_else_is_no_old_form() {
    let present = "Nora Helmer added a new comment:\nBusy.\n\n\nCalled back.";
    let today = "Called back.\n\nJonas Ekdal added a new comment:\nOffer sent.";
    becomes(&edited(&["Offer sent."], None, present), today);
}

#[track_caller]
fn reads(logged: &Logged, text: &str, pieces: &[Piece<'_>]) {
    let body = logged.webhook();
    let webhook = Webhook::from_json(&body).unwrap();
    let settings = Settings::from_json(&logged.settings.to_string()).unwrap();
    let known = Known::new(webhook.call.as_ref().unwrap(), Kind::InboundAnswered, &settings);
    assert_eq!(parse(text, &known), pieces);
}

#[test]
fn line_of_a_note_that_reads_like_a_heading_is_the_notes() {
    let content = "See\nNora Helmer added a new comment:\nBusy.";
    let text = format!("Jonas Ekdal added a new comment:\n{content}");
    let note = Piece::Note { author: Cow::Borrowed("Jonas Ekdal"), content: Cow::Borrowed(content) };
    reads(&edited(&["Offer sent."], None, ""), &text, &[note]);
}

#[test]
fn line_right_below_a_link_is_theirs() {
    let url = "https://assets.aircall.io/calls/7/recording";
    let text = format!("Find the recording here: {url}\nCalled back.");
    let pieces = [Piece::Link { url: Cow::Borrowed(url) }, Piece::Other("Called back.")];
    for link in [Some(7), None] {
        reads(&Logged { link, ..edited(&[], None, "") }, &text, &pieces);
    }
}

#[test]
fn link_that_was_written_gives_way_to_todays() {
    let link = |call: u64| format!("Find the recording here: https://assets.aircall.io/calls/{call}/recording");
    let present = format!("{}\n\nCalled back.", link(6));
    let logged = Logged { link: Some(7), ..edited(&[], Some(&link(6)), &present) };
    becomes(&logged, &format!("{}\n\nCalled back.", link(7)));
}

#[test]
fn heading_without_a_name_is_ours() {
    let settings = settings(&json!({"note": "Note"}), "salesforce");
    let logged = Logged { settings, ..edited(&["Offer sent."], None, "Note\nRang.\n\n\nCalled back.") };
    becomes(&logged, "Called back.\n\nNote\nOffer sent.");
}

#[test]
fn heading_with_a_name_twice_is_ours() {
    let settings = settings(&json!({"note": "{agent} / {agent}:"}), "salesforce");
    let note = |content: &str| format!("Jonas Ekdal / Jonas Ekdal:\n{content}\n\n\nCalled back.");
    let logged = Logged { settings, ..edited(&["Offer sent."], None, &note("Rang.")) };
    becomes(&logged, &note("Offer sent."));
}

#[test]
fn note_cut_at_its_end_is_ours_however_little_of_its_last_line_is_left() {
    let note = |content: &str| format!("Jonas Ekdal added a new comment:\n{content}\n\n\nCalled back.");
    let logged = edited(&["Rang.\nWants an offer."], None, &note("Rang.\nWa"));
    becomes(&logged, &note("Rang.\nWants an offer."));
}

#[test]
fn lines_typed_between_those_of_a_note_stay_without_them() {
    let heading = "Jonas Ekdal added a new comment:";
    let wrote = format!("{heading}\nRang.\nBusy.\nOffer sent.");
    let present = format!("{heading}\nRang.\nasks for Nora\nBusy.\ncalled back\nOffer sent.");
    let today = format!("{heading}\nOffer accepted.\n\n\nasks for Nora\n\ncalled back");
    becomes(&edited(&["Offer accepted."], Some(&wrote), &present), &today);
}

#[test]
fn longest_note_that_stands_there_is_found() {
    let heading = "Jonas Ekdal added a new comment:";
    let present = format!("{heading}\nRang.\nBusy.\n\n\nCalled back.\n\n{heading}\nRang.");
    assert_eq!(edited(&["Rang.", "Rang.\nBusy."], None, &present).update(), None);
}

#[test]
fn note_that_stands_whole_further_down_was_not_cut_above() {
    let wording = json!({"base": "en", "note": "Note\n\n{agent}:"});
    let text = "Note\n\nJonas Ekdal\n\n\nNote\n\nJonas Ekdal:\nWants two.";
    for wrote in [None, Some(text)] {
        let mut logged = Logged { settings: settings(&wording, "salesforce"), ..edited(&["Wants two."], wrote, text) };
        logged.apply();
        // What is typed reads as if it were the beginning of the note, so it gets its mark.
        assert_eq!(logged.present, "\u{2060}Note\n\nJonas Ekdal\n\nNote\n\nJonas Ekdal:\nWants two.");
    }
}

#[test]
fn two_notes_fit_up_to_the_limit() {
    // 20 000 typed, twice 4 for an empty line and 34 for a heading, 5 000 of the first note and 6 924 of the second: exactly 32 000.
    let (typed, first, second) = ("t".repeat(20_000), "a".repeat(5_000), "b".repeat(6_924));
    let heading = "Jonas Ekdal added a new comment:";
    let today = format!("{typed}\n\n{heading}\n{first}\n\n{heading}\n{second}");
    becomes(&edited(&[&first, &second], None, &typed), &today);
    let today = format!("{typed}\n\n{heading}\n{second}b");
    becomes(&edited(&[&first, &(second + "b")], None, &typed), &today);
}

#[test]
fn note_for_which_there_is_no_room_above_comes_below() {
    // Above: 34 for the heading, 6 for two empty lines, and 31 960 typed. Below, one empty line less leaves room for two letters.
    let (typed, heading) = ("t".repeat(31_960), "Jonas Ekdal added a new comment:");
    let mut logged = edited(&["Wants two offers."], None, &format!("{heading}\nWants an offer.\n\n\n{typed}"));
    logged.apply();
    assert_eq!(logged.present, format!("{typed}\n\n{heading}\nWa"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_typed_anywhere_stay_and_no_old_note_does(kept in kept(), steps in steps()) {
        let logged = run(Logged::new(kept, english()), &steps, Where::Lines);
        says_every_note(&logged);
        says_no_old_note(&logged);
    }

    #[test]
    fn what_reads_like_ours_stays(kept in kept(), steps in steps()) {
        let logged = run(Logged::new(kept, english()), &steps, Where::Feigned);
        says_every_note(&logged);
    }

    #[test]
    fn text_typed_into_ours_stays(kept in kept(), steps in steps()) {
        run(Logged::new(kept, english()), &steps, Where::Anywhere);
    }

    #[test]
    fn text_typed_into_ours_stays_where_the_text_alone_tells(typed in steps(), notes in 0..3_usize) {
        let mut logged = Logged::new(Kept::Nothing, english());
        for (step, _) in typed.iter().filter(|(step, _)| !matches!(step, Step::Type { .. })) {
            logged.step(step, Where::Anywhere);
        }
        logged.apply();
        let only = |step: &&(Step, bool)| matches!(step.0, Step::Type { lines: 1, .. });
        for (step, _) in typed.iter().filter(only).take(1) {
            logged.step(step, Where::Anywhere);
        }
        for _ in 0..notes {
            logged.step(&Step::Add { author: 0, lines: 2, empty: true }, Where::Anywhere);
        }
        logged.apply();
        prop_assert_eq!(occurrences(&logged.present, TYPED), typed.iter().filter(only).take(1).count());
    }

    #[test]
    fn descriptions_are_read_back(
        wording in prop::sample::select(wordings()),
        contents in prop::collection::vec((content(), 0..AGENTS.len()), 0..5),
        link in prop_oneof![Just(None), Just(Some(7))],
    ) {
        let mut logged = Logged::new(Kept::Nothing, settings(&wording, "salesforce"));
        logged.link = link;
        for (id, (content, author)) in contents.iter().enumerate() {
            logged.notes.push(Note { id: id as u64, author: *author, lines: vec![format!("{content} #{id}")] });
        }
        let body = logged.webhook();
        let webhook = Webhook::from_json(&body).unwrap();
        let call = webhook.call.as_ref().unwrap();
        let settings = Settings::from_json(&logged.settings.to_string()).unwrap();
        let known = Known::new(call, Kind::InboundAnswered, &settings);
        let text = logged.own();
        let link = call.asset.iter().map(|url| Piece::Link { url: Cow::Borrowed(url) });
        let notes = logged.notes.iter().map(|note| Piece::Note {
            author: Cow::Borrowed(AGENTS[note.author]),
            content: Cow::Owned(area(&note.content()).into_owned()),
        });
        let pieces: Vec<_> = link.chain(notes).collect();
        prop_assert_eq!(&parse(&text, &known), &pieces);

        // Notes that the call does not have any more, as long as none of them looks like several.
        let mut bare = serde_json::from_str::<Value>(&body).unwrap();
        bare["data"]["comments"] = json!([]);
        bare["data"]["user"] = json!({"id": 0, "name": AGENTS[0]});
        bare["data"]["transferred_by"] = json!({"id": 1, "name": AGENTS[1]});
        bare["data"]["transferred_to"] = json!({"id": 2, "name": AGENTS[2]});
        let bare = bare.to_string();
        let webhook = Webhook::from_json(&bare).unwrap();
        let known = Known::new(webhook.call.as_ref().unwrap(), Kind::InboundAnswered, &settings);
        let tells_author = wording["note"].as_str().is_none_or(|note| note.contains("{agent}"));
        if tells_author && !logged.notes.iter().any(|note| area(&note.content()).contains("\n\n")) {
            prop_assert_eq!(parse(&text, &known), pieces);
        }
    }

    #[test]
    fn lines_stay_where_the_text_alone_tells(steps in steps()) {
        let logged = run(Logged::new(Kept::Nothing, english()), &steps, Where::LinesBelow);
        says_every_note(&logged);
    }
}

proptest! {
    // Long texts take long.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: ProptestConfig::default().cases / 8,
        ..ProptestConfig::default()
    })]

    #[test]
    fn limit_holds_and_the_typed_text_does(
        kept in prop_oneof![Just(Kept::Nothing), kept()],
        count in prop_oneof![Just("salesforce"), Just("characters")],
        typed in 0..31_000_usize,
        sizes in prop::collection::vec(0..20_000_usize, 1..6),
        link in any::<bool>(),
    ) {
        let mut logged = Logged::new(kept, settings(&json!("en"), count));
        logged.link = link.then_some(1);
        logged.apply();
        let text = "т".repeat(typed) + TYPED;
        logged.types(logged.present.len(), &format!("\n\n{text}"));
        logged.present = logged.present.trim().to_owned();
        for (id, size) in sizes.into_iter().enumerate() {
            let lines = vec![format!("{id} "), "x\n".repeat(size % 50), "y".repeat(size), "😀 ".repeat(size % 70)];
            logged.notes.push(Note { id: id as u64, author: id % AGENTS.len(), lines });
            logged.apply();
            prop_assert!(logged.present.contains(&text));
            prop_assert_eq!(occurrences(&logged.present, "https://"), usize::from(link));
        }
    }
}
