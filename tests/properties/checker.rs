//! Tests the checker with arbitrary bodies.

use aircall_salesforce::salesforce::check::{CheckContext, Refusal, Write, check};
use aircall_salesforce::salesforce::{Object, fields};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value};

use crate::config;
use crate::generate::{self, id};

/// Generates a value that may fit a field.
fn value() -> BoxedStrategy<Value> {
    let ids = prop_oneof![Just("003"), Just("00Q"), Just("001"), Just("005"), Just("500"), Just("a01")];
    prop_oneof![
        ids.prop_map(|prefix| id(prefix, 0).into()),
        select(&["@{record.id}", "@{case.id}", "2026-03-02", "2026-02-30", "Call", "Inbound"][..])
            .prop_map(Value::from),
        (-5_i64..200_000_000).prop_map(Value::from),
        generate::note().prop_map(Value::from),
        generate::wild(),
    ]
    .boxed()
}

fn body(object: Object) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![
        4 => any::<Index>().prop_map(move |at| at.get(fields::of(object)).name.to_owned()),
        1 => select(&["WhoId", "whatid", "A__c", "a__C"][..]).prop_map(str::to_owned),
        1 => generate::text(),
    ];
    vec((name, value()), 0..8).prop_map(Map::from_iter)
}

fn any_body() -> impl Strategy<Value = (Object, Map<String, Value>)> {
    select(&[Object::Task, Object::Contact, Object::Lead, Object::Account, Object::Case][..])
        .prop_flat_map(|object| (Just(object), body(object)))
}

fn is_missing(refusal: &Refusal<'_>) -> bool {
    refusal.to_string().contains("` is missing;")
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_body_without_its_refused_fields_is_accepted((object, body) in any_body(), create: bool, case: bool) {
        let write = if create { Write::Create } else { Write::Update };
        let created = [object, Object::Case];
        let context = CheckContext { created: if case { &created } else { &[] }, ..CheckContext::default() };
        let refusals = check(object, write, &body, context);
        let mut rest = body.clone();
        for refusal in &refusals {
            let name = rest.keys().find(|name| name.eq_ignore_ascii_case(refusal.field)).cloned();
            prop_assert!(name.is_some() || is_missing(refusal) || refusals.len() > 1, "{}", refusal);
            rest.retain(|key, _| !key.eq_ignore_ascii_case(refusal.field));
        }
        let left = check(object, write, &rest, context);
        prop_assert!(left.iter().all(is_missing), "{:?}", left);
    }

    #[test]
    fn no_refusal_repeats_a_value(at: Index, prefix in "[ \\t\\n0-9@{]{0,3}", length in 0_usize..40) {
        let secret = format!("{prefix}Zoé Moreau{}", "x".repeat(length * 1000));
        for object in [Object::Task, Object::Contact, Object::Lead, Object::Account, Object::Case] {
            let field = at.get(fields::of(object)).name.to_owned();
            let body = Map::from_iter([(field, Value::from(secret.clone())), ("A__c".to_owned(), vec![secret.clone()].into())]);
            for refusal in check(object, Write::Create, &body, CheckContext::default()) {
                let message = format!("{refusal} {refusal:?}");
                prop_assert!(!message.contains("Moreau"));
            }
        }
    }
}
