//! The floor: the least work of any mapper. It parses the text, reads the fields that the rules
//! read, and writes a Task of the same size.
//!
//! It uses derived structs that borrow everything and tolerate nothing, which is enough for a
//! payload that always matches the documentation.
#![allow(dead_code, unreachable_pub, reason = "reading the fields is the work that is measured")]

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

/// A text, borrowed if its JSON contains no escapes. Serde never borrows a `Cow` inside an
/// `Option`, hence this type.
pub struct Text<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// Declares structs whose optional fields are all parsed.
macro_rules! lean {
    ($($name:ident { $($field:ident: $type:ty,)* })*) => {$(
        #[derive(serde::Deserialize)]
        pub struct $name<'a> {
            $(#[serde(borrow, default)] $field: Option<$type>,)*
            #[serde(skip)]
            lifetime: std::marker::PhantomData<&'a ()>,
        }
    )*};
}

/// A number, in a type with the lifetime that `#[serde(borrow)]` requires.
#[derive(serde::Deserialize)]
#[serde(transparent)]
pub struct Number<'a>(i64, #[serde(skip)] std::marker::PhantomData<&'a ()>);

lean! {
    Webhook { event: Text<'a>, data: Call<'a>, }
    Call {
        id: Number<'a>, direction: Text<'a>, started_at: Number<'a>, answered_at: Number<'a>, ended_at: Number<'a>,
        missed_call_reason: Text<'a>, raw_digits: Text<'a>, user: User<'a>, number: CompanyNumber<'a>, contact: Contact<'a>,
        comments: Vec<Comment<'a>>, tags: Vec<Tag<'a>>, participants: Vec<Participant<'a>>, teams: Vec<Team<'a>>, transferred_to: User<'a>,
        asset: Text<'a>, recording: Text<'a>, recording_short_url: Text<'a>, voicemail: Text<'a>, voicemail_short_url: Text<'a>,
    }
    User { id: Number<'a>, name: Text<'a>, email: Text<'a>, }
    CompanyNumber { name: Text<'a>, digits: Text<'a>, e164_digits: Text<'a>, country: Text<'a>, time_zone: Text<'a>, }
    Contact { first_name: Text<'a>, last_name: Text<'a>, company_name: Text<'a>, }
    Comment { id: Number<'a>, content: Text<'a>, posted_at: Number<'a>, posted_by: User<'a>, }
    Tag { name: Text<'a>, tagged_by: User<'a>, }
    Participant { r#type: Text<'a>, }
    Team { name: Text<'a>, }
}

/// Parses a webhook that matches the documentation.
pub fn read(body: &[u8]) -> Option<Webhook<'_>> {
    let text = std::str::from_utf8(body).ok()?;
    serde_json::from_str(text).ok()
}
