//! Generated edits: what somebody typed is never missing.

use std::borrow::Cow;

use aircall_salesforce::rules::description::{Known, Piece, parse};
use aircall_salesforce::salesforce::text::area;
use aircall_salesforce::{Kind, Settings, Webhook};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{AGENTS, Kept, Logged, Note, english, settings};

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
