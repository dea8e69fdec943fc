//! Which link to a recording or voicemail is written (PKG-5).
//!
//! Aircall's `asset` page, which does not expire, else the short URL; the presigned URL of the file expires within hours and runs to
//! 1,600 characters: it is the last resort. With the setting `recording_link: direct` it comes first, then the short URL, then
//! `asset`. Kind voicemail looks at the voicemail's links, every other kind at the recording's.
//!
//! Source: the order is this project's decision; the article says only that there is a link.

use std::borrow::Cow;

use crate::aircall::Call;
use crate::facts::Kind;
use crate::salesforce::text;
use crate::settings::RecordingLink;

/// A link to a recording or voicemail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link<'a> {
    /// The URL, never cut.
    pub url: Cow<'a, str>,
    /// It is the presigned URL, and was not asked for: it stops working within hours.
    pub is_last_resort: bool,
}

/// The link of a call, if it has one.
#[must_use]
pub fn link<'c>(call: &'c Call<'c>, kind: Kind, preference: RecordingLink) -> Option<Link<'c>> {
    let (short, direct) = match kind {
        Kind::Voicemail => (&call.voicemail_short_url, &call.voicemail),
        Kind::OutboundAnswered
        | Kind::OutboundUnanswered
        | Kind::InboundAnswered
        | Kind::Missed
        | Kind::OutboundConference
        | Kind::InboundConference => (&call.recording_short_url, &call.recording),
    };
    let order = match preference {
        RecordingLink::Asset => [&call.asset, short, direct],
        RecordingLink::Direct => [direct, short, &call.asset],
    };
    let mut links = order.into_iter().enumerate().filter_map(|(place, url)| {
        let url = text::line(url.as_deref()?);
        (!url.is_empty()).then_some((place, url))
    });
    let (place, url) = links.next()?;
    Some(Link { url, is_last_resort: preference == RecordingLink::Asset && place == order.len() - 1 })
}
