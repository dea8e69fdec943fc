//! The newest list of tags, and who set each tag (HIST-5).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::CallHistory;
use super::entity::{Attribute, Entity};
use super::field::Field;
use super::join::{Dated, Join, join_fields};
use super::stamp::Stamp;
use crate::aircall::{Tag, Tags, Timestamp};

/// The tags on a call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TagHistory {
    newest: Option<TagList>,
    /// The people who set the tags, by tag id and second. Snapshots that are taken after the
    /// deletion of the tagger's seat lack the name.
    taggers: BTreeMap<String, BTreeMap<i64, Dated<Entity>>>,
}

/// The list of tags of one snapshot. The list with the greatest rank shows the present state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TagList {
    as_of: Stamp,
    tags: Vec<Tagging>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tagging {
    tag: Entity,
    tagged_at: Option<Timestamp>,
    tagged_by: Option<Entity>,
}

join_fields! { TagHistory { newest, taggers } }

impl Join for TagList {
    fn join(&mut self, other: Self) -> bool {
        let is_new = other.rank() > self.rank();
        if is_new {
            *self = other;
        }
        is_new
    }
}

impl TagList {
    /// Returns the key by which two lists are compared.
    ///
    /// Within the second of a snapshot, tags that were set earlier can only be removed, and tags
    /// that were set in this second can only be added. If the times of the tags do not decide, the
    /// event does.
    fn rank(&self) -> impl Ord + '_ {
        let Self { as_of, tags } = self;
        let times = || tags.iter().filter_map(|tagging| tagging.tagged_at);
        let earlier = times().filter(|&tagged_at| tagged_at < as_of.at).count();
        let of_this_second = times().count() - earlier;
        let (fewer, more) = if as_of.is_of_untagging() { (tags.len(), 0) } else { (0, tags.len()) };
        // `tags` comes last, so that no two different lists are equal.
        (as_of.at, Reverse(earlier), of_this_second, *as_of, Reverse(fewer), more, tags)
    }
}

impl TagHistory {
    pub(super) fn new(as_of: Stamp, list: &Tags<'_>) -> Self {
        let tagging = |tag: &Tag<'_>| Tagging {
            tag: Entity::tag(tag),
            tagged_at: tag.tagged_at,
            tagged_by: tag.tagged_by.store(),
        };
        let tags: Vec<_> = list.iter().map(tagging).collect();
        let mut taggers = BTreeMap::new();
        for Tagging { tag, tagged_at, tagged_by } in &tags {
            if let (Some(tag), Some(tagged_at), Some(tagger)) = (tag.key(), tagged_at, tagged_by) {
                let dated = BTreeMap::from([(tagged_at.seconds(), Dated { as_of, value: tagger.clone() })]);
                // Joined instead of inserted: a list can contain the same tag twice.
                taggers.join(BTreeMap::from([(tag.to_owned(), dated)]));
            }
        }
        Self { newest: list.is_present().then_some(TagList { as_of, tags }), taggers }
    }

    /// Returns the tags, each with its tagger, or `None` if no snapshot contained a list.
    pub(super) fn to_tags<'h>(&'h self, history: &'h CallHistory) -> Option<impl Iterator<Item = Tag<'h>>> {
        let tag = |tagging: &'h Tagging| Tag {
            id: tagging.tag.id(),
            name: tagging.tag.text(Attribute::Name),
            tagged_by: Field::load(self.tagger(tagging), history),
            tagged_at: tagging.tagged_at,
        };
        self.newest.as_ref().map(|newest| newest.tags.iter().map(tag))
    }

    /// Returns the tagger that the newest list contains, else the tagger in another snapshot.
    fn tagger<'h>(&'h self, tagging: &'h Tagging) -> Option<&'h Entity> {
        let of_others = || Some(&self.taggers.get(tagging.tag.key()?)?.get(&tagging.tagged_at?.seconds())?.value);
        tagging.tagged_by.as_ref().or_else(of_others)
    }
}
