//! The explanations of the golden cases: their form, the rules that they cite, and sentences that
//! are written from the rules by hand.

use std::collections::BTreeSet;

use aircall_salesforce::facts::Source;
use aircall_salesforce::rules::logging::Skip;
use aircall_salesforce::{Directory, Plan, Settings, Webhook, plan_webhook};
use serde_json::{Value, json};

use crate::RULES;
use crate::cases::{Case, cases};

/// Returns the plan of a case with its explanation, both as JSON.
fn explained(case: &Case) -> Option<(Value, Vec<Value>)> {
    let settings = Settings::from_json(&case.settings.to_string()).ok()?;
    let directory = case.directory.as_ref().map(ToString::to_string).unwrap_or_else(|| "{}".to_owned());
    let directory = Directory::from_json(&directory).ok()?;
    let webhook = case.webhook.to_string();
    let webhook = Webhook::from_json(&webhook).ok()?;
    let plan = plan_webhook(&webhook, &directory, &settings);
    let explanation = plan.explain(&webhook, &directory, &settings);
    Some((json!(plan), explanation.iter().map(|line| json!(line)).collect()))
}

/// The rules that decide no value that an explanation shows: they say how payloads, settings and
/// stored histories are read (LOG-8, LIMIT-2, LIMIT-3, LIMIT-6, MSG-10), how texts are spelled and
/// cleaned (SUBJ-8, DISP-5, DESC-6), or that something changes nothing (XFER-4).
const SILENT: [&str; 9] = ["LOG-8", "LIMIT-2", "LIMIT-3", "LIMIT-6", "MSG-10", "SUBJ-8", "DISP-5", "DESC-6", "XFER-4"];

#[test]
fn every_rule_that_decides_is_cited() {
    let numbered = |(family, last): &(&str, u32)| (1..=*last).map(|n| format!("{family}-{n}")).collect::<Vec<_>>();
    let all: BTreeSet<String> = RULES.iter().flat_map(numbered).collect();
    let mut cited: BTreeSet<String> = BTreeSet::new();
    for (_, explanation) in cases().values().filter_map(explained) {
        let rules = explanation.iter().flat_map(|line| line["rules"].as_array().unwrap());
        cited.extend(rules.map(|rule| rule.as_str().unwrap().to_owned()));
    }
    // A history that knows only what Aircall's AI says of a call.
    let (directory, settings) =
        (Directory::default(), Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).unwrap());
    let plan = Plan::skip(Skip::NotYet);
    let explanation = plan.explain(None::<Source<'_>>, &directory, &settings);
    assert_eq!(
        json!(explanation),
        json!([{
            "value": "skip", "rules": ["AI-1"],
            "because": "Only what Aircall's AI says of the call has arrived, so it gets no Task yet."
        }])
    );
    cited.extend(explanation.iter().flat_map(|line| &line.rules).map(|rule| (*rule).to_owned()));

    let silent = SILENT.map(str::to_owned).into();
    assert_eq!(all.difference(&cited).cloned().collect::<BTreeSet<_>>(), silent);
    assert_eq!(cited.difference(&all).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn an_explanation_has_the_decision_and_the_fields_of_the_plan() {
    for (path, case) in cases() {
        let Some((plan, explanation)) = explained(&case) else { continue };
        let path = path.display();
        assert_eq!((explanation[0].get("field"), &explanation[0]["value"]), (None, &plan["action"]), "{path}");
        let field = |line: &Value| line["field"].as_str().unwrap().to_owned();
        let task = plan["task"].as_object().cloned().unwrap_or_default();
        let (written, rest) = explanation[1..].split_at(task.len());
        assert!(written.iter().map(field).eq(task.keys().cloned()), "{path}: {written:?}");
        assert!(written.iter().map(|line| &line["value"]).eq(task.values()), "{path}");
        let rest_fields: Vec<_> = rest.iter().map(field).collect();
        assert!(rest_fields.is_sorted() && !rest_fields.iter().any(|name| task.contains_key(name)), "{path}: {rest:?}");
        let kept = rest.iter().filter(|line| line["rules"] == json!(["UPD-6"])).map(field);
        let because = plan["because"]["kept"].as_array().cloned().unwrap_or_default();
        assert_eq!(kept.map(Value::from).collect::<Vec<_>>(), because, "{path}");
        for line in &explanation {
            let sentence = line["because"].as_str().unwrap();
            let is_sentence = sentence.starts_with(|first: char| !first.is_lowercase()) && sentence.ends_with('.');
            let is_filled = !["  ", " ,", " .", "{}", "..", "[]"].iter().any(|hole| sentence.contains(hole));
            assert!(is_sentence && !line["rules"].as_array().unwrap().is_empty(), "{path}: {line}");
            assert!(is_filled || path.to_string().contains("blank"), "{path}: {line}");
        }
    }
}

/// A case, a field of it (`""` for the decision), the rules, and the sentence.
const SENTENCES: &[(&str, &str, &str, &str)] = &[];

#[test]
fn sentences_show_the_facts() {
    let cases = cases();
    for (path, field, rules, sentence) in SENTENCES {
        let case = cases.iter().find(|(other, _)| other.with_extension("").to_str() == Some(path));
        let (_, explanation) = explained(case.unwrap_or_else(|| panic!("no case {path}")).1).unwrap();
        let field = (!field.is_empty()).then(|| json!(field));
        let line = explanation.iter().find(|line| line.get("field") == field.as_ref());
        let line = line.unwrap_or_else(|| panic!("{path}: no {field:?} in {explanation:#?}"));
        let cited: Vec<_> = line["rules"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(
            (cited.join(" ").as_str(), line["because"].as_str().unwrap()),
            (*rules, *sentence),
            "{path} {field:?}"
        );
    }
}
