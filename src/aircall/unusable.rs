//! The values of a payload that cannot be used (LOG-8).
//!
//! A value is reported if it has content and a shape that its field cannot use. `null`, `{}`, `[]`
//! and blank texts have no content.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, MapAccess};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::lenient::{Json, Wire};
use super::time::TIME;
use crate::json;

/// The shape of a JSON value. Messages name it, because they must not repeat the value itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shape {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
    /// A time that Salesforce cannot store (LIMIT-3).
    OutOfRange,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Object => "an object",
            Self::OutOfRange => "a time out of range",
        })
    }
}

/// The unusable values inside the value that is being read, each with its path from there.
///
/// A value does not know its own key. So every object puts the key before the paths that the key's
/// value reported.
#[derive(Default)]
pub(super) struct Report(Vec<Reported>);

struct Reported {
    /// The keys of the path, the innermost first.
    path: Vec<&'static str>,
    shape: Shape,
}

impl Report {
    /// Adds a value if it has content. Returns `None`, for the field that cannot use the value.
    #[inline]
    pub(super) fn unusable<T>(&mut self, value: &Json<'_>) -> Option<T> {
        // Almost every value that fills no field is `null`.
        if !matches!(value, Json::Null) {
            self.add_value(value);
        }
        None
    }

    #[cold]
    fn add_value(&mut self, value: &Json<'_>) {
        if value.has_content() {
            self.add::<()>(value.shape());
        }
    }

    /// Adds a value of this shape. Returns `None`, for the field that cannot use the value.
    #[cold]
    pub(super) fn add<T>(&mut self, shape: Shape) -> Option<T> {
        self.0.push(Reported { path: Vec::new(), shape });
        None
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the shape of the value itself (`[]`), or of the value of a key (`[key]`).
    pub(super) fn shape_at(&self, path: &[&str]) -> Option<Shape> {
        self.0.iter().find(|reported| reported.path == path).map(|reported| reported.shape)
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// Puts a key before the paths of the values from index `new` on.
    #[inline]
    pub(super) fn name(&mut self, new: usize, key: &'static str) {
        // Almost every value is usable.
        if self.len() > new {
            self.name_new(new, key);
        }
    }

    #[cold]
    fn name_new(&mut self, new: usize, key: &'static str) {
        self.0.iter_mut().skip(new).for_each(|reported| reported.path.push(key));
    }
}

/// The paths that LOG-8 reports, in its order, with the values that are expected there.
const PATHS: [(&str, &str); 52] = [
    ("raw_digits", "a text"),
    ("missed_call_reason", "a text"),
    ("recording", "a text"),
    ("voicemail", "a text"),
    ("recording_short_url", "a text"),
    ("voicemail_short_url", "a text"),
    ("asset", "a text"),
    ("user", "an object"),
    ("user.id", "an id"),
    ("user.name", "a text"),
    ("user.email", "a text"),
    ("transferred_to", "an object"),
    ("transferred_to.id", "an id"),
    ("transferred_to.name", "a text"),
    ("transferred_to.email", "a text"),
    ("number", "an object"),
    ("number.id", "an id"),
    ("number.name", "a text"),
    ("number.digits", "a text"),
    ("number.e164_digits", "a text"),
    ("number.country", "a text"),
    ("number.time_zone", "a text"),
    ("contact", "an object"),
    ("contact.first_name", "a text"),
    ("contact.last_name", "a text"),
    ("contact.company_name", "a text"),
    ("tags", "a list of objects or names"),
    ("tags.name", "a text"),
    ("tags.tagged_by", "an object"),
    ("tags.tagged_by.id", "an id"),
    ("comments", "a list of objects"),
    ("comments.id", "an id"),
    ("comments.content", "a text"),
    ("comments.posted_at", TIME),
    ("comments.posted_by", "an object"),
    ("comments.posted_by.name", "a text"),
    ("participants", "a list of objects"),
    ("participants.type", "a text"),
    ("conference_participants", "a list of objects"),
    ("conference_participants.type", "a text"),
    ("teams", "a list of objects"),
    ("teams.name", "a text"),
    // Only messages have these (MSG-10).
    ("direction", "`inbound` or `outbound`"),
    ("status", "a text"),
    ("channel", "a text"),
    ("body", "a text"),
    ("external_number", "a text"),
    ("sent_at", TIME),
    ("created_at", TIME),
    ("timestamp", TIME),
    ("media_details", "a list of objects"),
    ("media_details.file_name", "a text"),
];

/// A path that LOG-8 reports. The order is the order of the notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct FieldPath {
    order: usize,
    path: &'static str,
    expected: &'static str,
}

impl FieldPath {
    /// Returns the path with this text; `None` if LOG-8 does not report it.
    fn of(text: &str) -> Option<Self> {
        let (order, &(path, expected)) = PATHS.iter().enumerate().find(|(_, (path, _))| *path == text)?;
        Some(Self { order, path, expected })
    }
}

impl Serialize for FieldPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.path)
    }
}

impl<'de> Deserialize<'de> for FieldPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a path that LOG-8 names";
        json::text(deserializer, expected, |text| {
            Self::of(text).ok_or_else(|| format!("a text where {expected} was expected"))
        })
    }
}

/// The values of a call that had content and could not be used (LOG-8).
///
/// In JSON they are an object of paths and shapes. A serialised call contains this object under the
/// key `unusable`, which is this library's own, so that the call that is read back has the same
/// notices.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[expect(clippy::box_collection, reason = "almost every call has none, and each word of a call costs when it is moved")]
pub(crate) struct Unusable(Option<Box<BTreeMap<FieldPath, Shape>>>);

impl Unusable {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the paths in the order of LOG-8, each with the shape that was found and the value
    /// that was expected.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, Shape, &'static str)> + '_ {
        self.0
            .iter()
            .flat_map(|values| values.iter())
            .map(|(FieldPath { path, expected, .. }, shape)| (*path, *shape, *expected))
    }

    /// Adds all values of another call. Returns whether any of them is new.
    pub(crate) fn absorb(&mut self, other: Self) -> bool {
        let before = self.clone();
        self.add(other.0.into_iter().flat_map(|values| *values));
        *self != before
    }

    fn add(&mut self, values: impl IntoIterator<Item = (FieldPath, Shape)>) {
        for (path, shape) in values {
            let before = self.0.get_or_insert_default().entry(path).or_insert(shape);
            // The greater of two shapes: arbitrary, but independent of the order of arrival.
            *before = shape.max(*before);
        }
    }

    /// Empties a report, and adds the values whose paths LOG-8 reports. The first shape of a path
    /// counts.
    pub(super) fn add_reported(&mut self, report: &mut Report) {
        let mut reported = BTreeMap::new();
        for Reported { mut path, shape } in report.0.drain(..) {
            path.reverse();
            if let Some(path) = FieldPath::of(&path.join(".")) {
                reported.entry(path).or_insert(shape);
            }
        }
        self.add(reported);
    }

    /// Empties the report of a key's value, and adds the values under the key.
    #[inline]
    pub(super) fn take_from(&mut self, report: &mut Report, key: &'static str) {
        if report.len() > 0 {
            self.take_reported(report, key);
        }
    }

    #[cold]
    fn take_reported(&mut self, report: &mut Report, key: &'static str) {
        report.name(0, key);
        self.add_reported(report);
    }
}

/// Reads this library's own key. Anything of another form is ignored, as in every payload.
impl<'de> Wire<'de> for Unusable {
    fn take_value(&mut self, _: Json<'de>, _: &mut Report) {}

    fn take_object<A: MapAccess<'de>>(&mut self, mut map: A, _: &mut Report) -> Result<(), A::Error> {
        while let Some((path, shape)) = map.next_entry::<Cow<'de, str>, Value>()? {
            if let (Some(path), Ok(shape)) = (FieldPath::of(&path), Shape::deserialize(shape)) {
                self.add([(path, shape)]);
            }
        }
        Ok(())
    }
}
