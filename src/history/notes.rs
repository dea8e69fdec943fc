//! Notes: all that were ever told (HIST-6).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::join::{Join, Newest};
use super::stamp::Stamp;
use super::thing::{Known, Thing, id, key};
use crate::aircall::{Comment, Timestamp};

/// The notes on a call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notes {
    by_id: BTreeMap<String, Note>,
    /// Without an id an edited note cannot be told from another one.
    without_id: BTreeSet<NoteWithoutId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    content: Newest<String>,
    posted_at: Newest<Timestamp>,
    posted_by: Newest<Thing>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteWithoutId {
    posted_at: Option<Timestamp>,
    content: String,
    posted_by: Option<Thing>,
}

impl Notes {
    pub(super) fn new(as_of: Stamp, comments: &[Comment<'_>]) -> Self {
        let mut notes = Self::default();
        for Comment { id, content, posted_at, posted_by } in comments {
            let content = content.as_deref().map(str::to_owned);
            let posted_by = posted_by.as_ref().and_then(Thing::user);
            match (id, content) {
                (Some(id), content) => {
                    let note = Note {
                        content: Newest::told(as_of, content),
                        posted_at: Newest::told(as_of, *posted_at),
                        posted_by: Newest::told(as_of, posted_by),
                    };
                    notes.by_id.join(BTreeMap::from([(key(id), note)]));
                }
                (None, Some(content)) => {
                    notes.without_id.insert(NoteWithoutId { posted_at: *posted_at, content, posted_by });
                }
                (None, None) => {}
            }
        }
        notes
    }

    /// Oldest first, ties by id.
    pub(super) fn to_comments<'h>(&'h self, people: &'h Known) -> Vec<Comment<'h>> {
        let by_id = self.by_id.iter().map(|(key, note)| Comment {
            id: Some(id(key)),
            content: note.content.text(),
            posted_at: note.posted_at.get().copied(),
            posted_by: note.posted_by.get().map(|author| people.to_user(author)),
        });
        let without_id = self.without_id.iter().map(|note| Comment {
            id: None,
            content: Some(note.content.as_str().into()),
            posted_at: note.posted_at,
            posted_by: note.posted_by.as_ref().map(|thing| people.to_user(thing)),
        });
        let mut comments: Vec<_> = by_id.chain(without_id).collect();
        comments.sort_by(|a, b| (a.posted_at, &a.id).cmp(&(b.posted_at, &b.id)));
        comments
    }
}

impl Join for Notes {
    fn join(&mut self, other: Self) -> bool {
        let Self { by_id, without_id } = other;
        self.by_id.join(by_id) | self.without_id.join(without_id)
    }
}

impl Join for Note {
    fn join(&mut self, other: Self) -> bool {
        let Self { content, posted_at, posted_by } = other;
        self.content.join(content) | self.posted_at.join(posted_at) | self.posted_by.join(posted_by)
    }
}
