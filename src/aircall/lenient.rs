//! Reads whatever Aircall sends, in any shape.
//!
//! Aircall's payloads differ by endpoint and year:
//!
//! - An absent person is `null`, `{}` or a missing key.
//! - An id is a number in one endpoint and text in another.
//! - A list can be `null`.
//! - An object or list can be a text that contains its JSON, as warehouses export it.
//!
//! Every value is therefore read through [`Wire`], which accepts all shapes. A field treats a shape
//! that it cannot use as absent and reports it (LOG-8). Only the fields that a Task needs reject a
//! wrong shape: see [`strict`](super::strict).

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::strict::StrictValue;
use super::unusable::{Report, Shape};
use crate::json::{self, ReadError};

/// A JSON value, without the content of a list or an object.
pub(super) enum Json<'de> {
    Null,
    Boolean,
    /// A number with a fraction or an exponent.
    Fraction(f64),
    Whole(u64),
    Negative(i64),
    Text(Cow<'de, str>),
    /// A list has content if one of its entries has content.
    List {
        has_content: bool,
    },
    /// An object has content if it has a key.
    Object {
        has_content: bool,
    },
}

impl Json<'_> {
    /// Returns the shape of the value.
    pub(super) const fn shape(&self) -> Shape {
        match self {
            Self::Null => Shape::Null,
            Self::Boolean => Shape::Boolean,
            Self::Fraction(_) | Self::Whole(_) | Self::Negative(_) => Shape::Number,
            Self::Text(_) => Shape::Text,
            Self::List { .. } => Shape::List,
            Self::Object { .. } => Shape::Object,
        }
    }

    /// Returns whether the value has content. A value without content counts as absent (LOG-8).
    pub(super) fn has_content(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Boolean | Self::Fraction(_) | Self::Whole(_) | Self::Negative(_) => true,
            Self::Text(text) => !is_blank(text),
            Self::List { has_content } | Self::Object { has_content } => *has_content,
        }
    }
}

/// A variable that accepts any JSON value without failing.
///
/// A value is written into the variable instead of being returned: a call takes some 900 bytes
/// while it is read, and each return would copy them.
///
/// A value that has content and cannot be used is added to the report.
pub(super) trait Wire<'de> {
    fn take_value(&mut self, value: Json<'de>, report: &mut Report);

    // Most values are texts. A type that keeps the text overrides this method, so that the text is
    // not wrapped in the enum and unwrapped again.
    fn take_text(&mut self, text: Cow<'de, str>, report: &mut Report) {
        self.take_value(Json::Text(text), report);
    }

    // These two stay out of the code that reads every value, because almost no value needs them.
    #[cold]
    fn take_object<A: MapAccess<'de>>(&mut self, mut map: A, report: &mut Report) -> Result<(), A::Error> {
        let mut has_content = false;
        // serde fails if the entries of an object are left unread.
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            has_content = true;
        }
        self.take_value(Json::Object { has_content }, report);
        Ok(())
    }

    #[cold]
    fn take_list<A: SeqAccess<'de>>(&mut self, mut list: A, report: &mut Report) -> Result<(), A::Error> {
        let mut entries = Entries { have_content: false };
        while list.next_element_seed(ReadInto(&mut entries, report))?.is_some() {}
        self.take_value(Json::List { has_content: entries.have_content }, report);
        Ok(())
    }
}

/// The entries of a list that cannot be used.
struct Entries {
    have_content: bool,
}

impl<'de> Wire<'de> for Entries {
    fn take_value(&mut self, value: Json<'de>, _: &mut Report) {
        self.have_content |= value.has_content();
    }

    // An entry's own entries are not judged: lists of any depth are skipped without recursion.
    fn take_list<A: SeqAccess<'de>>(&mut self, mut list: A, _: &mut Report) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {
            self.have_content = true;
        }
        Ok(())
    }
}

/// Reads a value into a variable, and reports what cannot be used.
pub(super) struct ReadInto<'p, T>(pub(super) &'p mut T, pub(super) &'p mut Report);

impl<'de, T: Wire<'de>> DeserializeSeed<'de> for ReadInto<'_, T> {
    type Value = ();

    // Payloads and the JSON in their texts have deserializers of their own. The compiler would call
    // what both share, and a call of each small step costs more than the step.
    #[expect(clippy::inline_always, reason = "hot, and shared by two kinds of deserializers")]
    #[inline(always)]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Wire<'de>> Visitor<'de> for ReadInto<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.0.take_text(Cow::Borrowed(text), self.1);
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        // In JSON text this is a text with escapes. serde's buffer holds it, so it must be copied.
        self.0.take_text(Cow::Owned(text.to_owned()), self.1);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.take_value(Json::Whole(number), self.1);
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        // Some deserializers deliver every integer as `i64`, positive numbers too.
        self.0.take_value(u64::try_from(number).map_or(Json::Negative(number), Json::Whole), self.1);
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.0.take_value(Json::Fraction(number), self.1);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.0.take_value(Json::Boolean, self.1);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.take_value(Json::Null, self.1);
        Ok(())
    }

    // `null` arrives as a unit from JSON text, and as `None` from other deserializers.
    fn visit_none<E>(self) -> Result<(), E> {
        self.0.take_value(Json::Null, self.1);
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.take_object(map, self.1)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        self.0.take_list(list, self.1)
    }
}

/// Reads a text that is one JSON value.
pub(super) fn read_text<'de, T: Wire<'de>>(text: &'de str, value: &mut T) -> Result<(), ReadError> {
    let mut json = serde_json::Deserializer::from_str(text);
    // `end` rejects a second value after the first, such as two webhooks in one body.
    let read = ReadInto(value, &mut Report::default()).deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|error| json::read_error(&error, text, ""))
}

/// The fields of an object, chosen by key.
pub(super) trait Field {
    /// Returns the field that a key belongs to.
    fn of(key: &str) -> Self;
}

/// Reads a key as a field, without keeping the key's text.
pub(super) struct Key<F>(pub(super) F);

impl<'de, F: Field> Deserialize<'de> for Key<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor<F>(PhantomData<F>);
        impl<'de, F: Field> Visitor<'de> for KeyVisitor<F> {
            type Value = Key<F>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            #[expect(clippy::inline_always, reason = "hot, and shared by two kinds of deserializers")]
            #[inline(always)]
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<F>, E> {
                Ok(Key(F::of(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<F>, E> {
                Ok(Key(F::of(key)))
            }
        }
        // The visitor borrows the key, so that no key is copied, whether known or unknown.
        deserializer.deserialize_str(KeyVisitor(PhantomData))
    }
}

/// Reads a text. A blank text is absent: Rails sends `""` for a field that nobody filled in.
impl<'de> Wire<'de> for Option<Cow<'de, str>> {
    #[inline]
    fn take_value(&mut self, value: Json<'de>, report: &mut Report) {
        *self = report.unusable(&value);
    }

    fn take_text(&mut self, text: Cow<'de, str>, _: &mut Report) {
        *self = (!is_blank(&text)).then_some(text);
    }
}

/// Returns whether a text is empty or only white space.
pub(super) fn is_blank(text: &str) -> bool {
    // Almost every text begins with a visible ASCII character: this test is cheaper than `trim`.
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty()
}

/// Reads a text that is one JSON value, without borrowing from the text.
pub(super) fn read_copied<'de, T: Wire<'de>>(text: &str, value: &mut T, report: &mut Report) -> serde_json::Result<()> {
    // A reader copies every text that it delivers, because the value outlives this text.
    let mut json = serde_json::Deserializer::from_reader(text.as_bytes());
    ReadInto(value, report).deserialize(&mut json).and_then(|()| json.end())
}

/// Reads a text that is itself the JSON of an object or a list, which begins with `opening`.
/// Returns whether the text is such JSON. If it is not, the value may be half read, and the caller
/// overwrites it.
///
/// A text whose JSON is another text is not read. So each unpacked text is an object or list inside
/// another one, and the nesting of the fields limits how often a part of the payload is unpacked.
pub(super) fn read_json<'de, T: Wire<'de>>(value: &mut T, text: &str, opening: char, report: &mut Report) -> bool {
    if !text.trim_start().starts_with(opening) {
        return false;
    }
    let before = report.len();
    let is_read = read_copied(text, value, report).is_ok();
    if !is_read {
        report.truncate(before);
    }
    is_read
}

/// Reads a text in place of an object or a list.
pub(super) fn take_json<'de, T: Wire<'de>>(value: &mut T, text: Cow<'de, str>, opening: char, report: &mut Report) {
    if !read_json(value, &text, opening, report) {
        value.take_value(if is_nothing(&text) { Json::Null } else { Json::Text(text) }, report);
    }
}

/// Returns whether a text in place of an object or a list has no content: it is blank, or the JSON
/// of an empty value.
pub(super) fn is_nothing(text: &str) -> bool {
    let visible = text.chars().filter(|character| !character.is_whitespace());
    // Five characters distinguish these words from every longer text, and texts can be long.
    matches!(visible.take(5).collect::<String>().as_str(), "" | "null" | "{}" | "[]")
}

/// Reads a list. Elements that are absent (`null`, `{}` or of a wrong shape) are left out.
impl<'de, T> Wire<'de> for Vec<T>
where
    Option<T>: Wire<'de>,
{
    #[inline]
    fn take_value(&mut self, value: Json<'de>, report: &mut Report) {
        *self = report.unusable(&value).unwrap_or_default();
    }

    fn take_text(&mut self, text: Cow<'de, str>, report: &mut Report) {
        take_json(self, text, '[', report);
    }

    fn take_list<A: SeqAccess<'de>>(&mut self, mut list: A, report: &mut Report) -> Result<(), A::Error> {
        // If a key is repeated, the last list counts.
        self.clear();
        let mut element = None;
        while list.next_element_seed(ReadInto(&mut element, report))?.is_some() {
            self.extend(element.take());
        }
        Ok(())
    }
}

impl Wire<'_> for Option<u64> {
    fn take_value(&mut self, value: Json<'_>, report: &mut Report) {
        *self = u64::read(&value).or_report(&value, report);
    }
}

/// Parses a whole number that was sent as text.
pub(crate) fn digits(text: &str) -> Option<u64> {
    let text = text.trim();
    // `parse` alone would accept a leading `+`.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
