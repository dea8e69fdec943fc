//! The people of a call, and the company's number.

use std::borrow::Cow;

use super::id::AircallId;
use super::object::wire_object;

wire_object! {
    /// An Aircall user.
    ///
    /// Each endpoint abridges users differently. The fields here are the ones that all endpoints
    /// send. An absent person is `null`, `{}` or a missing key.
    pub struct User<'a> {
        /// Aircall's id of the user.
        pub id: Option<AircallId<'a>> = "id",
        /// First and last name.
        pub name: Option<Cow<'a, str>> = "name",
        /// The email address, which identifies the Salesforce user.
        pub email: Option<Cow<'a, str>> = "email",
    }
}

wire_object! {
    /// A phone number of the company. Its `open` and `is_ivr` flags are often stale and are not
    /// read.
    pub struct CompanyNumber<'a> {
        /// Aircall's id of the number.
        pub id: Option<AircallId<'a>> = "id",
        /// The name that the company gave the number.
        pub name: Option<Cow<'a, str>> = "name",
        /// The number in the form that people read: `+33 1 76 36 06 95`.
        pub digits: Option<Cow<'a, str>> = "digits",
        /// The number in E.164. Only newer webhooks contain it.
        pub e164_digits: Option<Cow<'a, str>> = "e164_digits",
        /// The country as an ISO 3166-1 alpha-2 code.
        pub country: Option<Cow<'a, str>> = "country",
        /// The IANA name of the number's time zone. The text is not checked.
        pub time_zone: Option<Cow<'a, str>> = "time_zone",
    }
}

wire_object! {
    /// The Aircall contact to whom the other party's number belongs.
    ///
    /// REST sends the contact only on request (`fetch_contact`). A call without a contact can
    /// therefore still come from a known caller.
    pub struct Contact<'a> {
        /// Aircall's id of the contact.
        pub id: Option<AircallId<'a>> = "id",
        /// First name.
        pub first_name: Option<Cow<'a, str>> = "first_name",
        /// Last name.
        pub last_name: Option<Cow<'a, str>> = "last_name",
        /// The name of the contact's company.
        pub company_name: Option<Cow<'a, str>> = "company_name",
    }
}

wire_object! {
    /// A participant of a conference. Calls between two people can list participants too.
    pub struct Participant<'a> {
        /// The role of the participant: `user` or `contact` of Aircall, or `external` for anybody
        /// else.
        pub participant_type: Option<Cow<'a, str>> = "type",
    }
}

wire_object! {
    /// A team of agents to which an inbound call was directed.
    pub struct Team<'a> {
        /// The name that people read.
        pub name: Option<Cow<'a, str>> = "name",
    }
}
