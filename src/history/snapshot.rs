//! What one webhook tells: a history of its own, to be joined with the others.

use super::hands::Hands;
use super::join::{Newest, Told};
use super::notes::Notes;
use super::stamp::Stamp;
use super::tags::ToldTags;
use super::thing::{Known, Thing};
use super::{CallHistory, Version};
use crate::aircall::{Call, Direction, MissedCallReason, Webhook};

impl CallHistory {
    pub(super) fn of(webhook: &Webhook<'_>, snapshot: &Call<'_>) -> Self {
        let as_of = Stamp::new(webhook, snapshot);
        let Call {
            id,
            direction,
            started_at,
            answered_at,
            ended_at,
            duration,
            status,
            missed_call_reason,
            raw_digits,
            user,
            number: line,
            contact,
            teams,
            comments,
            tags,
            participants,
            transferred_by,
            transferred_to,
            asset,
            recording,
            recording_short_url,
            voicemail,
            voicemail_short_url,
        } = snapshot;
        let text = |text: Option<&str>| Newest::told(as_of, text.map(str::to_owned));
        let list = |things: Vec<Thing>| Newest::told(as_of, Some(things).filter(|things| !things.is_empty()));

        let is_answered = answered_at.is_some();
        let reason = text(missed_call_reason.as_ref().map(MissedCallReason::as_str));
        let (missed_call_reason, missed_call_reason_though_answered) =
            if is_answered { (Newest::default(), reason) } else { (reason, Newest::default()) };

        let user = user.as_ref().and_then(Thing::user);
        let by = transferred_by.as_ref().and_then(Thing::user);
        let to = transferred_to.as_ref().and_then(Thing::user);
        let authors = comments.iter().filter_map(|comment| comment.posted_by.as_ref());
        let taggers = tags.iter().filter_map(|tag| tag.tagged_by.as_ref());
        let writers: Vec<_> = authors.chain(taggers).filter_map(Thing::user).collect();
        let people = Known::new(as_of, [&user, &by, &to].into_iter().flatten().chain(&writers));
        let (agent, rings_at) = match direction {
            Direction::Inbound if !is_answered => (Newest::default(), Newest::told(as_of, Some(user))),
            Direction::Inbound | Direction::Outbound => (Newest::told(as_of, user), Newest::default()),
        };
        let line = line.as_ref().and_then(Thing::line);
        let contact = contact.as_ref().and_then(Thing::contact);

        Self {
            version: Version,
            call: *id,
            direction: Told { as_of, value: *direction },
            started_at: Told { as_of, value: *started_at },
            answered_at: Newest::told(as_of, *answered_at),
            ended_at: Newest::told(as_of, *ended_at),
            duration: Newest::told(as_of, *duration),
            status: text(status.as_deref()),
            missed_call_reason,
            missed_call_reason_though_answered,
            raw_digits: text(raw_digits.as_deref()),
            agent,
            rings_at,
            lines: Known::new(as_of, &line),
            line: Newest::told(as_of, line),
            contacts: Known::new(as_of, &contact),
            contact: Newest::told(as_of, contact),
            teams: list(teams.iter().map(Thing::team).collect()),
            participants: list(participants.iter().map(Thing::participant).collect()),
            notes: Notes::new(as_of, comments),
            tags: ToldTags::new(as_of, tags),
            transferred_by: Newest::told(as_of, by),
            transferred_to: Newest::told(as_of, to),
            hands: Hands::new(as_of, snapshot),
            asset: text(asset.as_deref()),
            recording: text(recording.as_deref()),
            recording_short_url: text(recording_short_url.as_deref()),
            voicemail: text(voicemail.as_deref()),
            voicemail_short_url: text(voicemail_short_url.as_deref()),
            people,
        }
    }
}
