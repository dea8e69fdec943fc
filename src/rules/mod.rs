//! The rules, one family a file; each file opens with its rules and their source.
//!
//! Ids such as `DISP-5` name the same rule in these docs, in the golden cases and in the plan. This
//! table lists the subjects of Aircall's articles on logged calls, and where each is decided:
//!
//! | subject of the article | rules | function |
//! |---|---|---|
//! | when a call is logged | LOG-1, LOG-4, LOG-5, LOG-7, LOG-9 | [`logging::skip_creation`] |
//! | later tags and notes: the same Task is updated | LOG-2, UPD | [`update`] |
//! | the kind of a call | KIND | [`Kind::from_call`](crate::Kind::from_call) |
//! | the subject | SUBJ | [`subject::subject`] |
//! | the call result | DISP | [`disposition::disposition`] |
//! | the related Contact, Lead or Account | REC-1, REC-2, REC-6 to REC-10 | [`record::find`] |
//! | the related case or opportunity | REC-3 to REC-5 | [`record::links`] |
//! | the record that is created for an unknown number | NEW | [`new_record`] |
//! | the owner | OWN-1 to OWN-9, XFER-5 | [`owner::owner`] |
//! | the hand-over of a record | OWN-10 | [`owner::hand_over`] |
//! | the date | FIELD-2 | [`fields::activity_date`] |
//! | the duration | FIELD-3 | [`fields::call_duration`] |
//! | the status and the call type | FIELD-1, FIELD-4 | [`fields`] |
//! | the fields of the package | PKG, LIMIT-5 | [`package::package_fields`] |
//! | fields of your own | FIELD-5 | [`extra`] |
//! | the link to the recording or voicemail | PKG-5 | [`recording::link`] |
//! | the comments | DESC | [`description::description`] |
//! | tags after a transfer | XFER-1 to XFER-4 | [`transfer::logged_tags`] |
//! | text messages | MSG-3 to MSG-9 | the functions above |
//! | what Aircall's AI says | AI-2 | [`insight`] |
//!
//! The docs of these types and modules describe the other rules:
//!
//! | subject | rules | type or module |
//! |---|---|---|
//! | text messages that are read | MSG-1, MSG-10 | [`Message`](crate::aircall::Message) |
//! | what Aircall's AI says of a call | AI-1 | [`Insight`](crate::aircall::Insight) |
//! | the key of a Task | MSG-2 | [`TaskKey`](crate::lookup::TaskKey) |
//! | one call out of many webhooks | HIST | [`CallHistory`](crate::CallHistory) |
//! | constant fields, fields never written | LOG-3, LOG-6 | [`TaskCreate`](crate::TaskCreate) |
//! | what must be readable, what could not be used | LOG-8 | [`aircall`](crate::aircall) |
//! | templates and placeholders | SUBJ-10 | [`Template`](crate::wording::Template) |
//! | texts too long or empty | LIMIT-1, LIMIT-4 | [`text`] |
//! | ids | LIMIT-2 | [`Id`](crate::Id) |
//! | times | LIMIT-3 | [`Timestamp`](crate::aircall::Timestamp) |
//! | settings that contradict each other | LIMIT-6 | [`Settings`](crate::Settings) |
//!
//! # Notices
//!
//! A plan that creates or updates has a [`Notice`] of everything that a rule cut, dropped or did
//! not understand, one for each thing:
//!
//! | rule | field | when |
//! |---|---|---|
//! | LIMIT-1 | the field | a text was cut |
//! | DISP-6 | `CallDisposition` | tags or the missed reason were dropped |
//! | DESC-5 | `Description` | text or the link was dropped |
//! | DESC-7 | `Description` | not sent, because the present text is not known |
//! | DESC-9 | `Description` | not sent, because what people typed is too long by itself |
//! | PKG-5 | the link's field | the link is longer than the field, or expires within hours |
//! | PKG-8 | the hour's field | the time zone is not known |
//! | FIELD-3 | `CallDurationInSeconds` | the duration was out of range |
//! | REC-5 | `WhatId` | the settings ask for a case or opportunity, and the record is no Contact |
//! | REC-7 | `WhoId` | the number is withheld, or is no phone number |
//! | REC-8 | `WhoId` | the number is the company's own |
//! | REC-9 | `WhoId` | several records have the number; `count` says how many |
//! | UPD-6 | the field | a person's value was kept, and the call has a new value |
//! | LOG-8 | the path in Aircall's names | a value of the call could not be used |
//!
//! The notices of REC-5 to REC-9 come with a create only.

pub(crate) mod agent;
pub mod description;
pub mod disposition;
pub mod extra;
pub mod fields;
pub mod insight;
pub mod logging;
pub mod new_record;
pub mod owner;
pub mod package;
pub(crate) mod placeholder;
pub mod record;
pub mod recording;
pub mod subject;
pub mod transfer;
pub mod update;

use std::borrow::Cow;

use crate::notice::Notice;
use crate::salesforce::text::{self, LengthUnit};

/// Returns a one-line text within its field's limit (LIMIT-1, DESC-6); `None` if nothing is left
/// (LIMIT-4).
fn line<'n>(text: Cow<'n, str>, field: &'n str, limit: usize, notices: &mut Vec<Notice<'n>>) -> Option<Cow<'n, str>> {
    let (text, dropped) = text::clip(text::line(text), limit, LengthUnit::Salesforce);
    if dropped > 0 {
        notices.push(Notice::cut("LIMIT-1", field, limit, dropped));
    }
    (!text.is_empty()).then_some(text)
}

/// Returns each item once, at the place where it occurs first.
pub(crate) fn once<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut different = Vec::new();
    for item in items {
        if !different.contains(&item) {
            different.push(item);
        }
    }
    different
}
