//! The notes of all snapshots (HIST-6).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::CallHistory;
use super::entity::{Entity, id, key};
use super::field::Field;
use super::join::{Dated, Join, Newest, join_fields};
use super::stamp::Stamp;
use crate::aircall::{Comment, Timestamp};

/// The notes on a call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notes {
    by_id: BTreeMap<String, Note>,
    /// Without an id an edited note looks like another note, so both are kept.
    without_id: BTreeSet<NoteWithoutId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    content: Newest<String>,
    posted_at: Newest<Timestamp>,
    posted_by: Newest<Entity>,
}

/// The order of the fields is the order in which notes of the same second are written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteWithoutId {
    posted_at: Option<Timestamp>,
    content: String,
    posted_by: Option<Entity>,
}

join_fields! { Notes { by_id, without_id } }
join_fields! { Note { content, posted_at, posted_by } }

impl Notes {
    pub(super) fn new(as_of: Stamp, comments: &[Comment<'_>]) -> Self {
        let mut notes = Self::default();
        for Comment { id, content, posted_at, posted_by } in comments {
            let (content, posted_by) = (content.store(), posted_by.store());
            match (id, content) {
                (Some(id), content) => {
                    let note = Note {
                        content: Dated::newest(as_of, content),
                        posted_at: Dated::newest(as_of, *posted_at),
                        posted_by: Dated::newest(as_of, posted_by),
                    };
                    // Joined instead of inserted: a snapshot can contain an id twice.
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

    /// Returns the notes, the oldest first. Notes of the same second are ordered by id.
    pub(super) fn to_comments<'h>(&'h self, history: &'h CallHistory) -> Vec<Comment<'h>> {
        let by_id = self.by_id.iter().map(|(key, note)| Comment {
            id: Some(id(key)),
            content: Field::load(note.content.as_ref().map(Dated::value), history),
            posted_at: Field::load(note.posted_at.as_ref().map(Dated::value), history),
            posted_by: Field::load(note.posted_by.as_ref().map(Dated::value), history),
        });
        let without_id = self.without_id.iter().map(|note| Comment {
            id: None,
            content: Field::load(Some(&note.content), history),
            posted_at: note.posted_at,
            posted_by: Field::load(note.posted_by.as_ref(), history),
        });
        let mut comments: Vec<_> = by_id.chain(without_id).collect();
        // Stable: notes without an id keep the order of their set.
        comments.sort_by(|a, b| (a.posted_at, &a.id).cmp(&(b.posted_at, &b.id)));
        comments
    }
}
