//! The insights of Aircall's AI about the call (AI-1).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::join::{Dated, join_fields};
use super::stamp::Stamp;
use crate::aircall::{CallInsight, Insight, InsightKind, Timestamp};

/// The insights of all webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Insights {
    /// The newest texts of every kind but action items.
    newest: BTreeMap<InsightKind, Dated<Vec<String>>>,
    /// The action items by id. An item without an id is known by its text.
    action_items: BTreeMap<String, Dated<ActionItem>>,
}

/// An action item. Items are ordered only to choose one of two versions with the same stamp.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionItem {
    created_at: Timestamp,
    texts: Vec<String>,
}

join_fields! { Insights { newest, action_items } }

impl Insights {
    pub(super) fn new(as_of: Stamp, insight: &Insight<'_>) -> Self {
        let mut insights = Self::default();
        let value: Vec<_> = insight.texts.iter().map(ToString::to_string).collect();
        // A webhook without a text removes nothing (HIST-1).
        if value.is_empty() {
            return insights;
        }
        if insight.kind == InsightKind::ActionItems {
            let id = insight.id.as_ref().map_or_else(|| value.concat(), ToString::to_string);
            let value = ActionItem { created_at: insight.created_at.unwrap_or(as_of.at), texts: value };
            insights.action_items.insert(id, Dated { as_of, value });
        } else {
            insights.newest.insert(insight.kind, Dated { as_of, value });
        }
        insights
    }

    pub(super) fn is_empty(&self) -> bool {
        self.newest.is_empty() && self.action_items.is_empty()
    }

    /// Returns the newest texts of every kind. The oldest action items come first.
    pub(super) fn to_list(&self) -> Vec<CallInsight<'_>> {
        let newest = self.newest.iter().map(|(kind, Dated { value, .. })| of_kind(*kind, value));
        let mut items: Vec<_> = self.action_items.iter().map(|(id, Dated { value, .. })| (value, id)).collect();
        items.sort_by_key(|(item, id)| (item.created_at, *id));
        let items = items.iter().flat_map(|(item, _)| &item.texts);
        let items = (!self.action_items.is_empty()).then(|| of_kind(InsightKind::ActionItems, items));
        newest.chain(items).collect()
    }
}

fn of_kind<'h>(kind: InsightKind, texts: impl IntoIterator<Item = &'h String>) -> CallInsight<'h> {
    CallInsight { kind: Some(kind.as_str().into()), texts: texts.into_iter().map(Cow::from).collect() }
}
