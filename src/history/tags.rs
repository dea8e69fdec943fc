//! Tags: the newest list, and who set them (HIST-5).

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::join::{Join, Told, greater};
use super::stamp::Stamp;
use super::thing::{Known, Thing};
use crate::aircall::{Tag, Tags, Timestamp};

/// The tags on a call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToldTags {
    newest: Option<TagList>,
    /// Who set a tag, by its id and the second in which they did. A deleted seat's name goes from later snapshots.
    taggers: BTreeMap<String, BTreeMap<i64, Told<Thing>>>,
}

/// A snapshot's list of tags; the one that tells the present state is the greatest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TagList {
    as_of: Stamp,
    tags: Vec<Tagging>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tagging {
    tag: Thing,
    tagged_at: Option<Timestamp>,
    tagged_by: Option<Thing>,
}

impl TagList {
    /// Within a second, tags from before it only go and tags of that second only come; where `tagged_at` does not tell, the event does.
    fn rank(&self) -> impl Ord + '_ {
        let Self { as_of, tags } = self;
        let times = || tags.iter().filter_map(|tagging| tagging.tagged_at);
        let before = times().filter(|&tagged_at| tagged_at < as_of.at).count();
        let of_it = times().count() - before;
        let (fewer, more) = if as_of.is_of_untagging() { (tags.len(), 0) } else { (0, tags.len()) };
        (as_of.at, Reverse(before), of_it, *as_of, Reverse(fewer), more, tags)
    }
}

impl Ord for TagList {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for TagList {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl ToldTags {
    pub(super) fn new(as_of: Stamp, list: &Tags<'_>) -> Self {
        let tagging = |tag: &Tag<'_>| Tagging {
            tag: Thing::tag(tag),
            tagged_at: tag.tagged_at,
            tagged_by: tag.tagged_by.as_ref().and_then(Thing::user),
        };
        let tags: Vec<_> = list.iter().map(tagging).collect();
        let mut taggers = BTreeMap::new();
        for Tagging { tag, tagged_at, tagged_by } in &tags {
            if let (Some(tag), Some(tagged_at), Some(tagger)) = (tag.key(), tagged_at, tagged_by) {
                let told = BTreeMap::from([(tagged_at.seconds(), Told { as_of, value: tagger.clone() })]);
                taggers.join(BTreeMap::from([(tag.to_owned(), told)]));
            }
        }
        Self { newest: list.are_told().then_some(TagList { as_of, tags }), taggers }
    }

    /// The tags, each with who set it; `None` if no snapshot had a list.
    pub(super) fn to_tags<'h>(&'h self, people: &'h Known) -> Option<impl Iterator<Item = Tag<'h>>> {
        let tag = |tagging: &'h Tagging| Tag {
            id: tagging.tag.id(),
            name: tagging.tag.name(),
            tagged_by: self.tagger(tagging).map(|thing| people.to_user(thing)),
            tagged_at: tagging.tagged_at,
        };
        self.newest.as_ref().map(|newest| newest.tags.iter().map(tag))
    }

    fn tagger<'h>(&'h self, tagging: &'h Tagging) -> Option<&'h Thing> {
        let known = || Some(&self.taggers.get(tagging.tag.key()?)?.get(&tagging.tagged_at?.seconds())?.value);
        tagging.tagged_by.as_ref().or_else(known)
    }
}

impl Join for TagList {
    fn join(&mut self, other: Self) -> bool {
        greater(self, other)
    }
}

impl Join for ToldTags {
    fn join(&mut self, other: Self) -> bool {
        let Self { newest, taggers } = other;
        self.newest.join(newest) | self.taggers.join(taggers)
    }
}
