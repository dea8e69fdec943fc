//! The Salesforce users of Aircall agents (OWN-8).

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;

use crate::json;
use crate::salesforce::{Id, id, text};

/// The Salesforce users of Aircall agents, by the agent's e-mail address (OWN-8).
///
/// In JSON it is an object: the keys are addresses, the values are ids of users.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agents(BTreeMap<String, Id>);

impl Agents {
    /// Returns the user for an agent's e-mail address; `None` if the setting lacks the address.
    #[must_use]
    pub fn user(&self, email: &str) -> Option<Id> {
        // Most companies set no agents: then the address need not be converted.
        if self.0.is_empty() { None } else { self.0.get(text::email_key(email).as_ref()).copied() }
    }
}

impl<'de> Deserialize<'de> for Agents {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct UserId(#[serde(deserialize_with = "id::user")] Id);

        struct AgentsVisitor;
        impl<'de> Visitor<'de> for AgentsVisitor {
            type Value = Agents;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of e-mail addresses and user ids")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Agents, A::Error> {
                let mut agents = BTreeMap::new();
                while let Some((email, user)) = map.next_entry::<String, Value>()? {
                    // Read by itself: the path of an error would otherwise contain the address.
                    let UserId(user) = UserId::deserialize(user).map_err(A::Error::custom)?;
                    if agents.insert(text::email_key(&email).into_owned(), user).is_some() {
                        return Err(json::refused("two addresses differ only in case and outer blanks"));
                    }
                }
                Ok(Agents(agents))
            }
        }
        deserializer.deserialize_map(AgentsVisitor)
    }
}
