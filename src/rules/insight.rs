//! What Aircall's AI says of a call, as blocks of the Description.
//!
//! - AI-2: the setting `insights` lists what is written, in its order, after the notes; by default
//!   nothing. A block is the wording's heading, a line break, and a text:
//!
//!   | kind | text |
//!   |---|---|
//!   | `summary` | the summary |
//!   | `topics` | the topics, joined by `, ` |
//!   | `action_items` | each action item on a line that begins with `- ` |
//!   | `sentiment` | the words for the external participants, each once, joined by `, ` |
//!
//!   A blank text has no block. The text is trimmed as the text of a note is, and its parts keep
//!   their blanks (DESC-6). If the Description is too long, the blocks are dropped before any note,
//!   the last block first (DESC-9).
//!
//! [`aircall::Insight`](crate::aircall::Insight) describes which webhooks are read (AI-1).
//!
//! Source: this project's decision; no edition of Aircall's integration writes these texts to the
//! Task.

use super::once;
use crate::aircall::{Call, InsightKind};
use crate::salesforce::text::{self, non_blank};
use crate::settings::Settings;

/// Returns the blocks of a call, each a heading and a text.
pub(crate) fn blocks<'c>(call: &'c Call<'_>, settings: &'c Settings) -> impl Iterator<Item = (&'c str, String)> {
    settings.insights.iter().filter_map(move |&kind| {
        let found = call.insights.iter().find(|insight| insight.kind.as_deref() == Some(kind.as_str()))?;
        let texts = found.texts.iter().filter_map(|text| non_blank(text));
        let text = match kind {
            InsightKind::Summary => texts.collect::<Vec<_>>().join("\n"),
            InsightKind::Topics => texts.map(text::inline).collect::<Vec<_>>().join(", "),
            InsightKind::ActionItems => {
                texts.map(|text| format!("- {}", text::inline(text))).collect::<Vec<_>>().join("\n")
            }
            InsightKind::Sentiment => once(texts.map(text::inline)).join(", "),
        };
        (!text.is_empty()).then(|| (settings.wording.insight(kind).as_ref(), text))
    })
}
