//! The Description of a Task, shown as "Comments".
//!
//! - DESC-1: the kind `voicemail` with a link: the wording's line for a voicemail.
//! - DESC-2: any other kind with a link: the wording's line for a recording. [`recording`] chooses
//!   the link.
//! - DESC-3: each note: its heading, a line break, its text. All notes of all agents are written,
//!   even after a transfer; blank notes are left out. A note without an author, as Aircall's API
//!   creates them, gets the author `Aircall`.
//! - DESC-4: the link first, then the notes from oldest to newest, ties by id, notes without a time
//!   first. One empty line separates these blocks.
//! - DESC-5: at most 32,000 characters. The setting `count` chooses their unit, see [`LengthUnit`].
//!   The longest prefix at a grapheme boundary stays, trimmed and without a mark, so the link
//!   survives. A link whose line alone is longer is left out. A notice counts what was dropped.
//! - DESC-6: [`text_area`](crate::salesforce::text::text_area) describes how texts are cleaned. The
//!   text of each note is trimmed by itself; names keep their outer blanks.
//! - DESC-7: an update keeps what people wrote. `merge.rs` merges three texts by lines:
//!   - *base* is the call's text when the Description was last written
//!     ([`LoggedTask::wrote`](crate::lookup::LoggedTask)),
//!   - *ours* is the call's text now,
//!   - *theirs* is the text in Salesforce, cleaned.
//!
//!   Lines that people typed stay, and lines that they removed stay away. A block that the call
//!   adds stays together. A call that has not ended removes no line. The same update again changes
//!   nothing. Known and accepted: if the call and a person altered the same line, both forms are
//!   kept. A note that a person deleted returns if the wording changed, or if somebody typed in its
//!   place and the call changed there too.
//! - DESC-8: without a base, `recognition.rs` recognises only text that is unchanged in Salesforce.
//! - DESC-9: the limit applies to the merged text. The merge uses the longest prefix of ours with
//!   which the result fits, with DESC-5's notice. So what Aircall's AI says is left out first, each
//!   block as a whole ([`insight`]), then the newest notes, then the link. The oldest note without
//!   room is cut. Without a base it is left out as a whole, because the same update would add a
//!   little more of it each time. Typed text is never cut: if it alone is too long, nothing is
//!   sent, and there is a notice.
//! - MSG-7: the Description of a message is one block: its body, and below it a line `[file name]`
//!   for each file that has a name. The links of the files expire and are never written. A message
//!   without a body and without such a file has no Description.
//!
//! Source: Aircall's help article; order, unit, notes without an author and DESC-7 to DESC-9 are
//! this project's decisions.

mod merge;
mod recognition;

use std::borrow::Cow;

use super::{insight, recording};
use crate::aircall::{Call, Message};
use crate::facts::{Facts, Source};
use crate::lookup::LoggedTask;
use crate::notice::Notice;
use crate::rules::update::{text_of, written_description};
use crate::salesforce::task::field;
use crate::salesforce::text::{self, DESCRIPTION_LIMIT, LengthUnit, is_removed_at_ends, non_blank};
use crate::settings::Settings;

/// The name that is written as the author of a note without an author.
const NO_AUTHOR: &str = "Aircall";

const BETWEEN_BLOCKS: &str = "\n\n";

/// Returns the Description of a call or message that has no Task yet; `None` if it would be empty.
#[must_use]
pub fn description(facts: &Facts<'_>, settings: &Settings, notices: &mut Vec<Notice<'_>>) -> Option<String> {
    let mut blocks = Blocks::new(facts, settings);
    notices.extend(blocks.notice(0));
    if blocks.texts.len() > 1 { Some(blocks.text()) } else { blocks.texts.pop() }
}

/// What an update does to the Description.
pub(crate) struct Update {
    /// The text to send; an empty text empties the field. `None` if nothing is sent.
    pub(crate) change: Option<String>,
    /// The call's own text, as far as it fits. `None` if the next update must not use it as base.
    pub(crate) said: Option<String>,
}

/// Brings the Description of a logged Task up to date (DESC-7 to DESC-9).
pub(crate) fn update(
    facts: &Facts<'_>,
    logged: &LoggedTask,
    settings: &Settings,
    notices: &mut Vec<Notice<'_>>,
) -> Update {
    let Settings { wording, count, .. } = settings;
    let blocks = Blocks::new(facts, settings);
    let Some(fields) = &logged.fields else {
        if !blocks.texts.is_empty() {
            let message = "the present text is not known, so the field was not sent";
            notices.push(Notice::new("DESC-7", field::DESCRIPTION, message));
        }
        return Update { change: None, said: None };
    };
    let theirs = text_of(fields, field::DESCRIPTION).unwrap_or_default();
    let base = written_description(logged, &theirs).or_else(|| theirs.is_empty().then(String::new));
    let merge = |ours: &Blocks| match &base {
        Some(base) => merge::merge(base, ours, &theirs, facts.has_ended()),
        None => recognition::add_missing(ours, &theirs, [&wording.voicemail_link, &wording.recording_link]),
    };
    let whole = merge(&blocks);
    // Most texts fit. Otherwise bisection finds the longest prefix of ours with which the merge
    // fits.
    let is_whole = count.fits(&whole.text, DESCRIPTION_LIMIT) || whole.text == theirs;
    let (mut low, mut high) = (0, if is_whole { 0 } else { blocks.measure(*count) });
    let (mut length, mut best) = (high, is_whole.then_some((whole, 0)));
    while low < high {
        length = length.clamp(low, high - 1);
        // Without a base the next update cannot distinguish a cut note from typed text (DESC-9).
        let prefix = blocks.prefix(length, base.is_some(), *count);
        let merged = merge(&prefix);
        match count.measure(&merged.text).saturating_sub(DESCRIPTION_LIMIT) {
            0 => {
                best = Some((merged, blocks.text().chars().count() - prefix.text().chars().count()));
                low = length + 1;
                length = usize::midpoint(low, high);
            }
            // If only the end of ours is new, exactly `over` units less will fit.
            over => (high, length) = (length, length.saturating_sub(over)),
        }
    }
    // Even without any text of ours the merge is too long, so people typed all of it.
    let Some((merged, dropped)) = best else {
        let message = "what people typed is over the limit by itself, so nothing was sent";
        notices.push(Notice::new("DESC-9", field::DESCRIPTION, message));
        return Update { change: None, said: None };
    };
    notices.extend(blocks.notice(dropped));
    // If the next update had a base, it would add a cut form of a note that had no room now
    // (DESC-9).
    let is_base = base.is_some() || dropped == 0;
    Update { change: (merged.text != theirs).then_some(merged.text), said: is_base.then_some(merged.ours) }
}

/// A Description, and the call's own text in it.
struct Merged {
    text: String,
    ours: String,
}

/// The call's own text: the link's line, then each note with its heading, then what Aircall's AI
/// says. The own text of a message is one block.
struct Blocks {
    texts: Vec<String>,
    has_link: bool,
    /// How many blocks precede those of Aircall's AI.
    cuttable: usize,
    /// How many characters DESC-5 cut off.
    dropped: usize,
}

impl Blocks {
    fn new(facts: &Facts<'_>, settings: &Settings) -> Self {
        let mut blocks = Self { texts: Vec::new(), has_link: false, cuttable: 0, dropped: 0 };
        match facts.source {
            Source::Call(call) => blocks.push_call(call, facts, settings),
            Source::Message(message) => blocks.push_message(message),
        }
        blocks.within_limit(settings.count)
    }

    fn push_call(&mut self, call: &Call<'_>, facts: &Facts<'_>, settings: &Settings) {
        let wording = &settings.wording;
        self.texts.reserve_exact(call.comments.len() + settings.insights.len() + 1);
        if let Some(link) = recording::link(facts, settings) {
            let template = if link.is_voicemail { &wording.voicemail_link } else { &wording.recording_link };
            self.push(link.url.len(), |text| {
                template.render(text, &wording.unknown, |_| Some(Cow::Borrowed(&link.url)));
            });
            self.has_link = true;
        }
        let mut comments: Vec<_> = call.comments.iter().collect();
        comments.sort_by_key(|comment| (comment.posted_at, comment.id.as_ref()));
        for comment in comments {
            let content = comment.content.as_deref().unwrap_or_default().trim_matches(is_removed_at_ends);
            let author = comment.posted_by.as_ref().and_then(|author| non_blank(author.name.as_deref()?));
            if !content.is_empty() {
                self.push(content.len(), |text| {
                    wording.note.render(text, &wording.unknown, |_| Some(author.unwrap_or(NO_AUTHOR).into()));
                    text.extend(["\n", content]);
                });
            }
        }
        self.cuttable = self.texts.len();
        for (heading, content) in insight::blocks(call, settings) {
            let content = content.trim_matches(is_removed_at_ends);
            self.push(content.len(), |text| text.extend([heading, "\n", content]));
        }
    }

    fn push_message(&mut self, message: &Message<'_>) {
        let body = message.body.as_deref().unwrap_or_default().trim_matches(is_removed_at_ends);
        let names = message.media.iter().filter_map(|media| non_blank(media.file_name.as_deref()?));
        let names = names.map(|name| format!("[{}]", text::inline(name)));
        let lines: Vec<_> = non_blank(body).map(str::to_owned).into_iter().chain(names).collect();
        if !lines.is_empty() {
            self.push(body.len(), |text| text.push_str(&lines.join("\n")));
            self.cuttable = 1;
        }
    }

    /// Drops what is over the limit (DESC-5).
    fn within_limit(mut self, count: LengthUnit) -> Self {
        // A byte is at most two units, so most calls need no count of their units.
        let bytes: usize = self.texts.iter().map(|text| text.len() + BETWEEN_BLOCKS.len()).sum();
        if bytes <= DESCRIPTION_LIMIT / 2 || self.measure(count) <= DESCRIPTION_LIMIT {
            return self;
        }
        let chars = self.text().chars().count();
        if self.has_link && self.texts.first().is_some_and(|link| !count.fits(link, DESCRIPTION_LIMIT)) {
            self.texts.remove(0);
            self.has_link = false;
            self.cuttable -= 1;
        }
        let kept = self.prefix(DESCRIPTION_LIMIT, true, count);
        Self { dropped: chars - kept.text().chars().count(), ..kept }
    }

    /// Adds a block, cleaned. Its content has about `content_length` bytes.
    fn push(&mut self, content_length: usize, write: impl FnOnce(&mut String)) {
        // The words beside the content need few bytes.
        let mut text = String::with_capacity(content_length + 64);
        write(&mut text);
        // Only the whole Description is trimmed: a name in a later heading keeps its blanks
        // (DESC-6).
        let is_first = self.texts.is_empty();
        let text = if is_first { text::text_area(text) } else { text::clean(text.into(), false) };
        self.texts.push(text.into_owned());
    }

    fn text(&self) -> String {
        self.texts.join(BETWEEN_BLOCKS)
    }

    fn measure(&self, count: LengthUnit) -> usize {
        let gaps = self.texts.len().saturating_sub(1) * count.measure(BETWEEN_BLOCKS);
        self.texts.iter().map(|text| count.measure(text)).sum::<usize>() + gaps
    }

    /// Returns the longest prefix within a length (DESC-5). The link is whole or absent, and so is
    /// each block of Aircall's AI (AI-2). A note is whole or absent unless `may_cut` is true.
    fn prefix(&self, length: usize, may_cut: bool, count: LengthUnit) -> Self {
        let mut prefix = Self { texts: Vec::with_capacity(self.texts.len()), ..*self };
        let mut left = length;
        for (place, text) in self.texts.iter().enumerate() {
            let is_first = prefix.texts.is_empty();
            let text = if is_first { text.trim_start() } else { text };
            let room = left.saturating_sub(if is_first { 0 } else { count.measure(BETWEEN_BLOCKS) });
            let is_cuttable = may_cut && place < self.cuttable && !(is_first && self.has_link);
            let kept = if is_cuttable || count.fits(text, room) { count.clip(text, room) } else { "" };
            if !kept.is_empty() {
                prefix.texts.push(kept.to_owned());
            }
            if kept.len() < text.len() {
                break;
            }
            left = room - count.measure(kept);
        }
        prefix
    }

    /// Returns the notice about the call's text that is not in the Description (DESC-5).
    fn notice(&self, dropped: usize) -> Option<Notice<'static>> {
        let dropped = self.dropped + dropped;
        (dropped > 0).then(|| Notice::cut("DESC-5", field::DESCRIPTION, DESCRIPTION_LIMIT, dropped))
    }
}
