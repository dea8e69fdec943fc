//! The choice of the link to a recording or voicemail (PKG-5).
//!
//! - PKG-5: Aircall's `asset` page does not expire and is preferred, then the short URL. The
//!   presigned URL of the file expires within hours and can have 1,600 characters, so it is the
//!   last resort, with a notice. With the setting `recording_link: direct` the file is preferred,
//!   then the short URL, then `asset`. The kind `voicemail` uses the links of the voicemail, and
//!   every other kind uses the links of the recording.
//!
//! Source: the order is this project's decision; the article says only that there is a link.

use std::borrow::Cow;

use crate::facts::{Facts, Kind};
use crate::salesforce::text;
use crate::settings::{RecordingLink, Settings};

/// A link to a recording or voicemail.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link<'a> {
    /// The URL, never cut.
    pub url: Cow<'a, str>,
    /// Whether it leads to a voicemail.
    pub is_voicemail: bool,
    /// Whether this is the presigned URL although the settings prefer the page. The URL stops
    /// working within hours.
    pub is_last_resort: bool,
}

/// Returns the link of a call, if it has one. A message has none.
#[must_use]
pub fn link<'c>(facts: &Facts<'c>, settings: &Settings) -> Option<Link<'c>> {
    let call = facts.call()?;
    let is_voicemail = facts.kind == Kind::Voicemail;
    let (short, direct) = if is_voicemail {
        (&call.voicemail_short_url, &call.voicemail)
    } else {
        (&call.recording_short_url, &call.recording)
    };
    let order = match settings.recording_link {
        RecordingLink::Asset => [&call.asset, short, direct],
        RecordingLink::Direct => [direct, short, &call.asset],
    };
    let mut links = order.into_iter().enumerate().filter_map(|(place, url)| {
        let url = text::line(url.as_deref()?);
        (!url.is_empty()).then_some((place, url))
    });
    let (place, url) = links.next()?;
    // If the settings ask for the file, the company knows that its URL expires.
    let is_last_resort = place == order.len() - 1 && settings.recording_link == RecordingLink::Asset;
    Some(Link { url, is_voicemail, is_last_resort })
}
