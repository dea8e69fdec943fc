//! Tests generated stories: a call that is transferred and tagged, with the snapshot of every
//! event.
//!
//! The generator knows what happened, so that the expected tags and agent follow from the story.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::history_of;

const START: i64 = 1_772_457_500;

#[derive(Debug, Clone)]
enum Step {
    /// An agent sets a tag, or Aircall does (`None`).
    Tag(Option<u64>),
    /// One of the tags is removed.
    Untag(prop::sample::Index),
    /// The call is transferred to this agent, who answers. The flag means that `call.transferred`
    /// already shows the agent as `user`.
    HandOver(u64, bool),
    /// The call is transferred to this agent, who does not answer.
    FailToHandOver(u64, bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        prop::option::weighted(0.8, 1..=3_u64).prop_map(Step::Tag),
        any::<prop::sample::Index>().prop_map(Step::Untag),
        (1..=3_u64, any::<bool>()).prop_map(|(to, shown)| Step::HandOver(to, shown)),
        (1..=3_u64, any::<bool>()).prop_map(|(to, shown)| Step::FailToHandOver(to, shown)),
    ]
}

#[derive(Clone)]
struct Tag {
    id: u64,
    by: Option<u64>,
    at: i64,
}

struct Story {
    now: i64,
    holder: u64,
    target: Option<u64>,
    handed_over: bool,
    tags: Vec<Tag>,
    events: Vec<Value>,
}

fn person(id: u64) -> Value {
    json!({"id": id, "name": format!("Agent {id}"), "email": format!("agent{id}@example.com")})
}

impl Story {
    fn of_steps(steps: &[Step]) -> Self {
        let mut story =
            Self { now: START + 5, holder: 1, target: None, handed_over: false, tags: Vec::new(), events: Vec::new() };
        story.event("answered", 1);
        for step in steps {
            story.step(step);
        }
        story
    }

    fn event(&mut self, event: &str, user: u64) {
        self.now += 1;
        let by = |by: Option<u64>| by.map_or_else(|| json!({}), person);
        let tags: Vec<_> = self.tags.iter().map(|tag| json!({"id": tag.id, "name": format!("Tag {}", tag.id), "tagged_by": by(tag.by), "tagged_at": tag.at})).collect();
        self.events.push(json!({"event": format!("call.{event}"), "timestamp": self.now, "data": {
            "id": 7, "direction": "inbound", "started_at": START, "answered_at": START + 5, "user": person(user),
            "transferred_to": self.target.map(person), "tags": tags}}));
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Tag(by) => {
                let id = self.events.len() as u64;
                self.tags.push(Tag { id, by: *by, at: self.now + 1 });
                self.event("tagged", self.holder);
            }
            Step::Untag(_) if self.tags.is_empty() => {}
            Step::Untag(index) => {
                self.tags.remove(index.index(self.tags.len()));
                self.event("untagged", self.holder);
            }
            Step::HandOver(to, _) | Step::FailToHandOver(to, _) if *to == self.holder => {}
            Step::HandOver(to, shown) => {
                self.target = Some(*to);
                self.event("transferred", if *shown { *to } else { self.holder });
                self.holder = *to;
                self.handed_over = true;
                self.event("unhold", self.holder);
            }
            Step::FailToHandOver(to, shown) => {
                self.target = Some(*to);
                self.event("transferred", if *shown { *to } else { self.holder });
                self.event("unsuccessful_transfer", self.holder);
            }
        }
    }

    /// Returns the tags to log by XFER-1 to XFER-3: after a transfer only the holder's tags and
    /// Aircall's, before it all tags.
    fn logged(&self) -> Vec<String> {
        let stays = |tag: &&Tag| !self.handed_over || tag.by.is_none() || tag.by == Some(self.holder);
        self.tags.iter().filter(stays).map(|tag| format!("Tag {}", tag.id)).collect()
    }
}

#[test]
fn tags_and_agent_are_as_the_story_ends() {
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let steps = prop::collection::vec(step(), 0..12);
    let shuffled = steps.prop_flat_map(|steps| {
        let events = Story::of_steps(&steps).events;
        (Just(steps), Just(events).prop_shuffle())
    });
    let ends_as_expected = |(steps, events): (Vec<Step>, Vec<Value>)| {
        let story = Story::of_steps(&steps);
        let history = history_of(&events);
        let call = history.call().unwrap();
        let tags: Vec<_> = call.tags.iter().map(|tag| tag.name.as_ref().unwrap().to_string()).collect();
        assert_eq!(tags, story.logged());
        assert_eq!(call.user.unwrap().name.unwrap(), format!("Agent {}", story.holder));
        assert_eq!(
            call.transferred_to.map(|user| user.name.unwrap().into_owned()),
            story.target.map(|id| format!("Agent {id}"))
        );
        Ok(())
    };
    runner.run(&shuffled, ends_as_expected).unwrap();
}
