//! The call as all snapshots together tell it.

use super::CallHistory;
use super::thing::Thing;
use crate::aircall::{AircallId, Call, Tag, Tags};

impl CallHistory {
    /// The call as of the newest of its webhooks, with all that the others know besides.
    ///
    /// Its tags are those that are logged: after a transfer that was answered, those of earlier agents are not among them (HIST-8).
    #[must_use]
    pub fn call(&self) -> Call<'_> {
        let user = self.agent().map(|agent| self.people.to_user(agent));
        let reason = if self.answered_at.is_untold() {
            &self.missed_call_reason
        } else {
            &self.missed_call_reason_though_answered
        };
        Call {
            id: self.call,
            direction: self.direction.value,
            started_at: self.started_at.value,
            answered_at: self.answered_at.get().copied(),
            ended_at: self.ended_at.get().copied(),
            duration: self.duration.get().copied(),
            status: self.status.text(),
            missed_call_reason: reason.text().map(Into::into),
            raw_digits: self.raw_digits.text(),
            number: self.line.get().map(|line| self.lines.to_line(line)),
            contact: self.contact.get().map(|contact| self.contacts.to_contact(contact)),
            teams: self.teams.get().into_iter().flatten().map(Thing::to_team).collect(),
            comments: self.notes.to_comments(&self.people),
            tags: self.logged_tags(user.as_ref().and_then(|user| user.id.as_ref())),
            participants: self.participants.get().into_iter().flatten().map(Thing::to_participant).collect(),
            transferred_by: self.transferred_by.get().map(|user| self.people.to_user(user)),
            transferred_to: self.transferred_to.get().map(|user| self.people.to_user(user)),
            asset: self.asset.text(),
            recording: self.recording.text(),
            recording_short_url: self.recording_short_url.text(),
            voicemail: self.voicemail.text(),
            voicemail_short_url: self.voicemail_short_url.text(),
            user,
        }
    }

    /// Who took or made the call, or whom it rings at (HIST-7).
    fn agent(&self) -> Option<&Thing> {
        let rings_at = || if self.answered_at.is_untold() { self.rings_at.get()?.as_ref() } else { None };
        self.agent.get().or_else(rings_at)
    }

    /// Without those of agents who handed the call over (HIST-8).
    fn logged_tags(&self, agent: Option<&AircallId<'_>>) -> Tags<'_> {
        let Some(tags) = self.tags.to_tags(&self.people) else {
            return Tags::default();
        };
        let holder = agent.filter(|agent| self.hands.was_handed_to(agent));
        let stays = |tag: &Tag<'_>| {
            let tagger = tag.tagged_by.as_ref().and_then(|user| user.id.as_ref());
            holder.is_none() || tagger.is_none() || tagger == holder
        };
        tags.filter(stays).collect::<Vec<_>>().into()
    }
}
