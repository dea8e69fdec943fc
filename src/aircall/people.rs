//! The people and the line of a call.

use std::borrow::Cow;

use super::id::AircallId;
use super::lenient::wire_object;
use super::open_enum::open_enum;

wire_object! {
    /// An Aircall user, abridged differently in every place it stands; only these fields are in all of them.
    ///
    /// An absent person is `null`, `{}` or no key at all.
    pub struct User<'a> {
        /// Aircall's id of the user.
        pub id: Option<AircallId<'a>> = "id",
        /// First and last name.
        pub name: Option<Cow<'a, str>> = "name",
        /// By which the Salesforce user is found.
        pub email: Option<Cow<'a, str>> = "email",
    }
}

wire_object! {
    /// An Aircall number: the company's line. Its `open` and `is_ivr` flags are known to be stale and are not read.
    pub struct CompanyNumber<'a> {
        /// Aircall's id of the number.
        pub id: Option<AircallId<'a>> = "id",
        /// The name the company gave it.
        pub name: Option<Cow<'a, str>> = "name",
        /// The number as shown to people: `+33 1 76 36 06 95`.
        pub digits: Option<Cow<'a, str>> = "digits",
        /// The number in E.164; only in newer webhooks.
        pub e164_digits: Option<Cow<'a, str>> = "e164_digits",
        /// ISO 3166-1 alpha-2.
        pub country: Option<Cow<'a, str>> = "country",
        /// IANA name of the line's time zone; an unchecked text.
        pub time_zone: Option<Cow<'a, str>> = "time_zone",
    }
}

wire_object! {
    /// The Aircall contact that the other party's number belongs to.
    ///
    /// REST has it only with `fetch_contact`, so its absence does not mean an unknown caller.
    pub struct Contact<'a> {
        /// Aircall's id of the contact.
        pub id: Option<AircallId<'a>> = "id",
        /// First name.
        pub first_name: Option<Cow<'a, str>> = "first_name",
        /// Last name.
        pub last_name: Option<Cow<'a, str>> = "last_name",
        /// Company.
        pub company_name: Option<Cow<'a, str>> = "company_name",
    }
}

wire_object! {
    /// A team that an inbound call rang.
    pub struct Team<'a> {
        /// Aircall's id of the team.
        pub id: Option<AircallId<'a>> = "id",
        /// The name the company gave it.
        pub name: Option<Cow<'a, str>> = "name",
    }
}

open_enum! {
    /// What a participant of a conference is.
    pub enum ParticipantType {
        /// An Aircall user.
        User = "user",
        /// An Aircall contact.
        Contact = "contact",
        /// Anybody else.
        External = "external",
    }
}

wire_object! {
    /// Somebody on a conference call; plain calls can list participants too.
    pub struct Participant<'a> {
        /// What it is.
        pub participant_type: Option<ParticipantType<'a>> = "type",
        /// Aircall's id of the user or contact; text or number.
        pub id: Option<AircallId<'a>> = "id",
        /// Name of the user or contact.
        pub name: Option<Cow<'a, str>> = "name",
        /// Of contacts and external participants.
        pub phone_number: Option<Cow<'a, str>> = "phone_number",
    }
}
