//! People, lines, contacts, teams, participants and tags: an id and what is known by it (HIST-4).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::join::{Join, Told};
use super::stamp::Stamp;
use crate::aircall::{AircallId, CompanyNumber, Contact, Participant, ParticipantType, Tag, Team, User};

/// What is known of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Name,
    Email,
    Digits,
    E164Digits,
    Country,
    TimeZone,
    FirstName,
    LastName,
    CompanyName,
    Type,
    PhoneNumber,
}

/// A thing as one snapshot shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thing {
    id: Option<String>,
    parts: BTreeMap<Part, String>,
}

/// An id as text.
pub(super) fn key(id: &AircallId<'_>) -> String {
    id.to_string()
}

/// The id that the text is of.
pub(super) fn id(key: &str) -> AircallId<'_> {
    Cow::Borrowed(key).into()
}

impl Thing {
    fn new<const N: usize>(id: Option<&AircallId<'_>>, parts: [(Part, Option<&str>); N]) -> Self {
        let parts = parts.into_iter().filter_map(|(part, text)| Some((part, text?.to_owned())));
        Self { id: id.map(key), parts: parts.collect() }
    }

    /// The thing, unless it says nothing at all: as good as `{}`.
    fn unless_empty(self) -> Option<Self> {
        (self.id.is_some() || !self.parts.is_empty()).then_some(self)
    }

    pub(super) fn user(user: &User<'_>) -> Option<Self> {
        let User { id, name, email } = user;
        Self::new(id.as_ref(), [(Part::Name, name.as_deref()), (Part::Email, email.as_deref())]).unless_empty()
    }

    pub(super) fn line(line: &CompanyNumber<'_>) -> Option<Self> {
        let CompanyNumber { id, name, digits, e164_digits, country, time_zone } = line;
        let parts = [
            (Part::Name, name.as_deref()),
            (Part::Digits, digits.as_deref()),
            (Part::E164Digits, e164_digits.as_deref()),
            (Part::Country, country.as_deref()),
            (Part::TimeZone, time_zone.as_deref()),
        ];
        Self::new(id.as_ref(), parts).unless_empty()
    }

    pub(super) fn contact(contact: &Contact<'_>) -> Option<Self> {
        let Contact { id, first_name, last_name, company_name } = contact;
        let parts = [
            (Part::FirstName, first_name.as_deref()),
            (Part::LastName, last_name.as_deref()),
            (Part::CompanyName, company_name.as_deref()),
        ];
        Self::new(id.as_ref(), parts).unless_empty()
    }

    pub(super) fn team(team: &Team<'_>) -> Self {
        let Team { id, name } = team;
        Self::new(id.as_ref(), [(Part::Name, name.as_deref())])
    }

    pub(super) fn participant(participant: &Participant<'_>) -> Self {
        let Participant { participant_type, id, name, phone_number } = participant;
        let parts = [
            (Part::Type, participant_type.as_ref().map(ParticipantType::as_str)),
            (Part::Name, name.as_deref()),
            (Part::PhoneNumber, phone_number.as_deref()),
        ];
        Self::new(id.as_ref(), parts)
    }

    pub(super) fn tag(tag: &Tag<'_>) -> Self {
        Self::new(tag.id.as_ref(), [(Part::Name, tag.name.as_deref())])
    }

    pub(super) fn key(&self) -> Option<&str> {
        self.id.as_deref()
    }

    pub(super) fn id(&self) -> Option<AircallId<'_>> {
        self.key().map(id)
    }

    fn text(&self, part: Part) -> Option<Cow<'_, str>> {
        self.parts.get(&part).map(|text| Cow::Borrowed(text.as_str()))
    }

    pub(super) fn name(&self) -> Option<Cow<'_, str>> {
        self.text(Part::Name)
    }

    pub(super) fn to_team(&self) -> Team<'_> {
        Team { id: self.id(), name: self.name() }
    }

    pub(super) fn to_participant(&self) -> Participant<'_> {
        Participant {
            participant_type: self.text(Part::Type).map(Into::into),
            id: self.id(),
            name: self.name(),
            phone_number: self.text(Part::PhoneNumber),
        }
    }
}

/// Everything told of things of one sort, by id: so a thing that a snapshot abridges is shown whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Known(BTreeMap<String, BTreeMap<Part, Told<String>>>);

impl Known {
    /// What these things, of one snapshot, tell.
    pub(super) fn new<'t>(as_of: Stamp, things: impl IntoIterator<Item = &'t Thing>) -> Self {
        let mut known = Self::default();
        for Thing { id, parts } in things {
            let Some(id) = id else { continue };
            let parts = parts.iter().map(|(part, text)| (*part, Told { as_of, value: text.clone() })).collect();
            known.join(Self(BTreeMap::from([(id.clone(), parts)])));
        }
        known
    }

    /// As the thing itself shows it, else as it was last told.
    fn text<'h>(&'h self, thing: &'h Thing, part: Part) -> Option<Cow<'h, str>> {
        let last = || Some(Cow::Borrowed(self.0.get(thing.key()?)?.get(&part)?.value.as_str()));
        thing.text(part).or_else(last)
    }

    pub(super) fn to_user<'h>(&'h self, thing: &'h Thing) -> User<'h> {
        let text = |part| self.text(thing, part);
        User { id: thing.id(), name: text(Part::Name), email: text(Part::Email) }
    }

    pub(super) fn to_line<'h>(&'h self, thing: &'h Thing) -> CompanyNumber<'h> {
        let text = |part| self.text(thing, part);
        CompanyNumber {
            id: thing.id(),
            name: text(Part::Name),
            digits: text(Part::Digits),
            e164_digits: text(Part::E164Digits),
            country: text(Part::Country),
            time_zone: text(Part::TimeZone),
        }
    }

    pub(super) fn to_contact<'h>(&'h self, thing: &'h Thing) -> Contact<'h> {
        let text = |part| self.text(thing, part);
        Contact {
            id: thing.id(),
            first_name: text(Part::FirstName),
            last_name: text(Part::LastName),
            company_name: text(Part::CompanyName),
        }
    }
}

impl Join for Known {
    fn join(&mut self, other: Self) -> bool {
        self.0.join(other.0)
    }
}
