//! The rules, each a function that can be called by itself.
//!
//! One family, one file; each opens with its rules and their source. Ids such as `DISP-5` name the same rule in the docs, in the
//! golden cases and in the plan.

pub mod description;
pub mod disposition;
pub mod fields;
pub mod logging;
pub mod new_record;
pub mod owner;
pub mod package;
pub mod record;
pub mod recording;
pub mod subject;
pub mod transfer;
pub mod update;

use std::borrow::Cow;

use crate::notice::{Notice, Rule};
use crate::salesforce::text::{self, LengthUnit};

/// A one-line text within its field's limit (LIMIT-1, DESC-6); `None` if nothing is left of it (LIMIT-4).
pub(crate) fn line<'a>(
    text: Cow<'a, str>,
    field: &'a str,
    limit: usize,
    notices: &mut Vec<Notice<'a>>,
) -> Option<Cow<'a, str>> {
    let clean = text::cleaned(text, text::line);
    let clipped = text::clip(clean, limit, LengthUnit::Salesforce);
    if clipped.dropped > 0 {
        notices.push(Notice::cut(Rule::Limit1, field, limit, clipped.dropped));
    }
    (!clipped.text.is_empty()).then_some(clipped.text)
}
