//! People, numbers, contacts and tags: an id with attributes (HIST-4).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::CallHistory;
use super::field::Field;
use super::join::{Dated, Join};
use super::stamp::Stamp;
use crate::aircall::{AircallId, CompanyNumber, Contact, Tag, User};

/// A text field of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Attribute {
    Name,
    Email,
    Digits,
    E164Digits,
    Country,
    TimeZone,
    FirstName,
    LastName,
    CompanyName,
}

/// An entity as one snapshot contains it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entity {
    id: Option<String>,
    attributes: BTreeMap<Attribute, String>,
}

/// Returns an id as text, so that it can be the key of a JSON object.
pub(super) fn key(id: &AircallId<'_>) -> String {
    id.to_string()
}

/// Returns the id whose text is the key.
pub(super) fn id(key: &str) -> AircallId<'_> {
    Cow::Borrowed(key).into()
}

impl Entity {
    fn new<const N: usize>(id: Option<&AircallId<'_>>, attributes: [(Attribute, &Option<Cow<'_, str>>); N]) -> Self {
        let attributes = attributes.into_iter().filter_map(|(attribute, text)| Some((attribute, text.store()?)));
        Self { id: id.map(key), attributes: attributes.collect() }
    }

    pub(super) fn tag(tag: &Tag<'_>) -> Self {
        Self::new(tag.id.as_ref(), [(Attribute::Name, &tag.name)])
    }

    pub(super) fn key(&self) -> Option<&str> {
        self.id.as_deref()
    }

    pub(super) fn id(&self) -> Option<AircallId<'_>> {
        self.key().map(id)
    }

    pub(super) fn text(&self, attribute: Attribute) -> Option<Cow<'_, str>> {
        self.attributes.get(&attribute).map(Cow::from)
    }
}

/// Declares how wire objects are stored as entities: the attribute of each field, and the map that
/// completes an abridged object.
macro_rules! entities {
    ($($name:ident completed by $map:ident { $($field:ident: $attribute:ident),* })*) => {
        $(impl<'h> Field<'h> for Option<$name<'h>> {
            type Stored = Entity;

            fn store(&self) -> Option<Entity> {
                let $name { id, $($field),* } = self.as_ref()?;
                let entity = Entity::new(id.as_ref(), [$((Attribute::$attribute, $field)),*]);
                // An entity that contains nothing is as good as absent, like `{}`.
                (entity.id.is_some() || !entity.attributes.is_empty()).then_some(entity)
            }

            fn load(entity: Option<&'h Entity>, history: &'h CallHistory) -> Self {
                let entity = entity?;
                // The snapshot's own text comes first, because a person's name can change.
                let text = |attribute| {
                    entity.text(attribute).or_else(|| newest(&history.$map, entity, attribute))
                };
                Some($name { id: entity.id(), $($field: text(Attribute::$attribute)),* })
            }
        })*
    };
}

entities! {
    User completed by people { name: Name, email: Email }
    CompanyNumber completed by numbers {
        name: Name, digits: Digits, e164_digits: E164Digits, country: Country, time_zone: TimeZone
    }
    Contact completed by contacts { first_name: FirstName, last_name: LastName, company_name: CompanyName }
}

/// The newest attributes of all entities of one type, by id. They complete an entity that a
/// snapshot abridges.
pub(super) type Attributes = BTreeMap<String, BTreeMap<Attribute, Dated<String>>>;

/// Returns the attributes of the entities of one snapshot.
pub(super) fn attributes(as_of: Stamp, entities: impl IntoIterator<Item = Entity>) -> Attributes {
    let mut by_id = Attributes::new();
    for Entity { id, attributes } in entities {
        // Without an id nothing can be matched with other snapshots.
        let Some(id) = id else { continue };
        let dated = attributes.into_iter().map(|(attribute, value)| (attribute, Dated { as_of, value }));
        // Joined instead of inserted: the same person can have several roles in a snapshot.
        by_id.join(Attributes::from([(id, dated.collect())]));
    }
    by_id
}

fn newest<'h>(by_id: &'h Attributes, entity: &Entity, attribute: Attribute) -> Option<Cow<'h, str>> {
    Some(Cow::from(&by_id.get(entity.key()?)?.get(&attribute)?.value))
}
