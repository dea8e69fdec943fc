//! CallDisposition, shown as "Call Result": a list that a program can read back.
//!
//! - DISP-1: a list in brackets, with quoted elements that a comma and a blank separate:
//!   1. the tags,
//!   2. `aircall`,
//!   3. the direction, `inbound` or `outbound`,
//!   4. the status, `answered_call` or `unanswered_call`,
//!   5. the company's number in E.164, without `+`,
//!   6. the missed reason.
//!
//!   The result matches Aircall's worked example letter by letter. The example is one line:
//!
//!   ```text
//!   ['General_Inquiries', 'aircall', 'inbound', 'answered_call', '18882406923',
//!   'no_available_agent']
//!   ```
//!
//! - DISP-2: the article's prose puts `aircall` before the tags, its example after them. The
//!   example is the article's only complete value, so it is the default. The setting
//!   `disposition_order` can choose the order of the prose.
//! - DISP-3: the missed reason is written unchanged whenever the call has one, even on an answered
//!   call, and even if the reason is new.
//! - DISP-4: tags in the payload's order, repeats kept, blank tags left out. A missing element is
//!   left out, never written empty. A voicemail is an `unanswered_call`.
//! - DISP-5: the example is a Python list, so a Python literal parser can read every list. An
//!   element is `'…'`, or `"…"` if the text has `'` but no `"`. Inside, `\` becomes `\\` and the
//!   enclosing quote gets a `\`. [`parse`] returns the elements that [`render`] wrote.
//! - DISP-6: over 255 characters, tags are dropped from the last one on until the list fits, then
//!   the reason. A notice counts what was dropped.
//!
//! Source: Aircall's help article on the fields of a logged call. DISP-2, DISP-5 and DISP-6 are
//! this project's decisions.

use std::borrow::Cow;

use super::transfer::logged_tags;
use crate::facts::Facts;
use crate::notice::Notice;
use crate::phone::E164;
use crate::salesforce::bytes;
use crate::salesforce::task::field;
use crate::salesforce::text::{self, LINE_LIMIT, LengthUnit};
use crate::settings::{DispositionOrder, Settings};

/// The element that marks a Task as Aircall's.
const MARKER: &str = "aircall";
/// The status of an answered call.
const ANSWERED: &str = "answered_call";
/// The status of every other call, voicemails too.
const UNANSWERED: &str = "unanswered_call";

/// Returns the `CallDisposition` of a call within its limit; `None` for a message (MSG-8).
#[must_use]
pub fn disposition(facts: &Facts<'_>, settings: &Settings, notices: &mut Vec<Notice<'_>>) -> Option<String> {
    let call = facts.call()?;
    let status = if facts.is_answered() { ANSWERED } else { UNANSWERED };
    let number = facts.company_number.as_ref().map(E164::digits);
    let reason = call.missed_call_reason.as_deref().and_then(Element::new);
    let fixed = [Some(MARKER), Some(facts.direction.as_str()), Some(status), number];

    // These elements are ASCII and need no escaping.
    let fixed_cost: usize = fixed.iter().flatten().map(|element| element.len() + LIST_COST).sum();
    let reason_cost = reason.as_ref().map_or(0, Element::cost);
    // Reports filter by the marker and the status, so they stay whatever else is dropped.
    let dropped_reason = fixed_cost + reason_cost > LINE_LIMIT;
    let mut spare = LINE_LIMIT.saturating_sub(fixed_cost + reason_cost);

    let [marker, rest @ ..] = fixed;
    let (before, after) = match settings.disposition_order {
        DispositionOrder::TagsFirst => (None, marker),
        DispositionOrder::MarkerFirst => (marker, None),
    };
    let mut dropped_tags = 0;
    let tags = logged_tags(facts).filter_map(Element::new).filter(|tag| {
        match spare.checked_sub(tag.cost()) {
            // A short tag after a dropped long tag does not fill the gap: the list shows which
            // tags came first.
            Some(left) if dropped_tags == 0 && !dropped_reason => spare = left,
            _ => dropped_tags += 1,
        }
        dropped_tags == 0
    });
    let after = after.into_iter().chain(rest.into_iter().flatten()).map(Element::plain);
    let elements = before.map(Element::plain).into_iter().chain(tags).chain(after);
    let text = list(elements.chain(reason.filter(|_| !dropped_reason)));
    notices.extend(notice(dropped_tags, dropped_reason));
    Some(text)
}

/// Returns the notice about dropped tags and a dropped reason (DISP-6).
fn notice(tags: usize, reason: bool) -> Option<Notice<'static>> {
    let gone = match (tags, reason) {
        (0, false) => return None,
        (0, true) => "the missed reason was".to_owned(),
        (1, false) => "1 tag was".to_owned(),
        (tags, false) => format!("{tags} tags were"),
        (1, true) => "1 tag and the missed reason were".to_owned(),
        (tags, true) => format!("{tags} tags and the missed reason were"),
    };
    let message = format!("{gone} left out to fit {LINE_LIMIT} characters");
    let dropped = Some(tags + usize::from(reason));
    Some(Notice { dropped, ..Notice::new("DISP-6", field::CALL_DISPOSITION, message) })
}

/// Returns a list of texts in the form that [`parse`] and a Python literal parser read back.
#[must_use]
pub fn render<'e>(elements: impl IntoIterator<Item = &'e str>) -> String {
    list(elements.into_iter().map(|element| Element::of(Cow::Borrowed(element))))
}

/// The reason why a text is not a list as [`render`] writes it.
///
/// The message names the place, counted in characters from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} at character {place}")]
pub struct ParseError {
    what: &'static str,
    place: usize,
}

/// Returns the elements of a list, as [`render`] wrote them.
///
/// ```
/// use aircall_salesforce::rules::disposition::parse;
///
/// assert_eq!(parse(r#"['VIP', "it's"]"#)?, ["VIP", "it's"]);
/// # Ok::<(), aircall_salesforce::rules::disposition::ParseError>(())
/// ```
///
/// # Errors
///
/// Fails on a text that is not `[…]` with elements in `'…'` or `"…"`, separated by commas.
pub fn parse(text: &str) -> Result<Vec<String>, ParseError> {
    let text = text.trim();
    let error = |what, rest: &str| ParseError { what, place: text.chars().count() - rest.chars().count() + 1 };
    let inner = text.strip_prefix('[').ok_or_else(|| error("`[` expected", text))?;
    let mut rest = inner.trim_start();
    let mut elements = Vec::new();
    while !rest.starts_with(']') {
        let quote = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"'));
        let quote = quote.ok_or_else(|| error("`'`, `\"` or `]` expected", rest))?;
        let (element, after) = unquote(rest, quote).ok_or_else(|| error("an element that is not closed", rest))?;
        elements.push(element);
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None if rest.starts_with(']') => {}
            None => return Err(error("`,` or `]` expected", rest)),
        }
    }
    match rest.strip_prefix(']') {
        Some("") => Ok(elements),
        Some(after) => Err(error("the end expected", after)),
        None => Err(error("`]` expected", rest)),
    }
}

/// Returns the element that a text begins with, and what follows it.
fn unquote(text: &str, quote: char) -> Option<(String, &str)> {
    let mut element = String::new();
    let mut characters = text.chars();
    characters.next();
    loop {
        match characters.next()? {
            '\\' => element.push(characters.next()?),
            end if end == quote => return Some((element, characters.as_str())),
            other => element.push(other),
        }
    }
}

/// An element, and how it is written (DISP-5).
struct Element<'e> {
    text: Cow<'e, str>,
    quote: char,
    /// How many of its characters get a `\`.
    escapes: usize,
    /// Its length in [`LengthUnit::Salesforce`].
    length: usize,
}

impl<'e> Element<'e> {
    /// Returns a cleaned element; `None` if the text is blank.
    fn new(text: &'e str) -> Option<Self> {
        if text::is_blank(text) {
            None
        } else if bytes::any(text.as_bytes(), is_special) {
            Some(Self::of(text::inline(text)))
        } else {
            Some(Self::plain(text))
        }
    }

    /// Returns an element of plain ASCII characters, as most are.
    const fn plain(text: &'e str) -> Self {
        Self { text: Cow::Borrowed(text), quote: '\'', escapes: 0, length: text.len() }
    }

    fn of(text: Cow<'e, str>) -> Self {
        let count = |sign| text.bytes().filter(|byte| *byte == sign).count();
        let (singles, doubles, backslashes) = (count(b'\''), count(b'"'), count(b'\\'));
        let (quote, escapes) =
            if singles > 0 && doubles == 0 { ('"', backslashes) } else { ('\'', backslashes + singles) };
        Self { quote, escapes, length: LengthUnit::Salesforce.measure(&text), text }
    }

    /// Returns how much the element adds to the list's length.
    const fn cost(&self) -> usize {
        self.length + self.escapes + LIST_COST
    }
}

/// Returns whether an element with this byte is not plain: the byte is a control character, a
/// quote, a `\`, or part of a character beyond ASCII.
fn is_special(byte: u8) -> bool {
    bytes::is_in(byte, [(0, 0x1f), (b'\'', b'\''), (b'"', b'"'), (b'\\', b'\\'), (0x7f, 0xff)])
}

/// How much an element adds to the list's length besides its text: two quotes, and the comma and
/// blank before it. The first element has no comma, but the list has two brackets.
const LIST_COST: usize = 4;

/// Writes a list.
fn list<'e>(elements: impl IntoIterator<Item = Element<'e>>) -> String {
    /// Most lists need no more bytes.
    const CAPACITY: usize = 128;

    let mut list = String::with_capacity(CAPACITY);
    list.push('[');
    // `for_each` passes the chain of `disposition` once; `for` asks each time which link is next.
    elements.into_iter().for_each(|Element { text, quote, escapes, .. }| {
        if list.len() > 1 {
            list.push_str(", ");
        }
        list.push(quote);
        if escapes == 0 {
            list.push_str(&text);
        } else {
            for character in text.chars() {
                if character == '\\' || character == quote {
                    list.push('\\');
                }
                list.push(character);
            }
        }
        list.push(quote);
    });
    list.push(']');
    list
}
