//! Tests that a plan needs nothing that an [`Enquiry`] does not ask for.

use aircall_salesforce::facts::Source;
use aircall_salesforce::lookup::Needs;
use aircall_salesforce::request::{Enquiry, Org};
use aircall_salesforce::{Directory, Lookup, Settings, Webhook, needs, plan_webhook};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::config;
use crate::worlds::{self, World};

/// Salesforce with the content of a directory.
struct Salesforce<'d> {
    content: &'d Value,
    directory: &'d Directory,
    needs: &'d Needs,
}

impl Salesforce<'_> {
    fn answer(&self, query: &str) -> Value {
        if query.starts_with("FIND ") {
            return json!({"searchRecords": self.search(query)});
        }
        let (select, rest) = query["SELECT ".len()..].split_once(" FROM ").unwrap();
        let (object, condition) = rest.split_once(" WHERE ").unwrap();
        let rows = self.rows(object).into_iter().filter(|row| holds(row, condition));
        // Salesforce returns every field that was asked for.
        let selected = |row: Value| -> Map<String, Value> {
            // A field of another object, such as `Opportunity.IsClosed`, is returned in an object.
            let names = select.split(", ").filter_map(|name| name.split('.').next());
            names.map(|name| (name.to_owned(), row[name].clone())).collect()
        };
        json!({"records": rows.map(selected).collect::<Vec<_>>()})
    }

    /// Returns the records with the number, each with the fields that the query asks of its object.
    fn search(&self, query: &str) -> Vec<Value> {
        let found = self.directory.records_by_phone(self.needs.number.unwrap());
        let mut rows = Vec::new();
        for asked in query.split(" RETURNING ").nth(1).unwrap().split("), ") {
            let (object, asked) = asked.split_once('(').unwrap();
            let (names, _) = asked.split_once(" ORDER BY ").unwrap();
            let (names, condition) = names.split_once(" WHERE ").unwrap_or((names, ""));
            let is_found = |row: &Value| found.iter().any(|record| row["Id"] == record.id.as_str());
            let of_object = self.rows(object).into_iter().filter(is_found).filter(|row| holds(row, condition));
            rows.extend(of_object.map(|row| {
                let entries = names.split(", ").map(|name| (name.to_owned(), row[name].clone()));
                let row: Map<_, _> = entries.filter(|(_, value)| !value.is_null()).collect();
                Value::Object(row)
            }));
        }
        rows
    }

    /// Returns the rows of an object, in the directory's order.
    fn rows(&self, object: &str) -> Vec<Value> {
        let list = |name: &str| self.content[name].as_array().unwrap().iter();
        match object {
            "Contact" | "Lead" | "Account" => {
                let of_object = list("records").filter(|record| match object {
                    "Account" => ["Account", "PersonAccount"].contains(&record["type"].as_str().unwrap()),
                    _ => record["type"] == object,
                });
                of_object.map(record).collect()
            }
            "User" => list("users").map(user).collect(),
            "Case" => list("cases")
                .map(|case| json!({"Id": case["id"], "ContactId": case["contact"], "IsClosed": case["open"] == false}))
                .collect(),
            "OpportunityContactRole" => list("opportunities")
                .map(|role| {
                    let opportunity = json!({"IsClosed": role["open"] == false});
                    json!({"OpportunityId": role["id"], "ContactId": role["contact"], "Opportunity": opportunity})
                })
                .collect(),
            "Task" => list("tasks")
                .map(|task| with(&with(&task["fields"], "Id", &task["id"]), "IsDeleted", &json!(false)))
                .collect(),
            _ => panic!("{object}"),
        }
    }
}

fn record(record: &Value) -> Value {
    let is_person = record["type"] == "PersonAccount";
    let mobile = if is_person { "PersonMobilePhone" } else { "MobilePhone" };
    let phones = &record["phones"];
    // A plain Account has one phone field.
    let second = if record["type"] == "Account" { "Fax" } else { mobile };
    json!({
        "Id": record["id"], "Name": record["name"], "OwnerId": record["owner"], "AccountId": record["account"],
        "IsPersonAccount": is_person, "IsConverted": false, "Phone": phones[0], second: phones[1],
    })
}

fn user(user: &Value) -> Value {
    let user_type = if user["standard"] == false { "CsnOnly" } else { "Standard" };
    json!({
        "Id": user["id"], "Email": user["email"], "CreatedDate": user["created_at"], "IsActive": user["active"],
        "UserType": user_type,
    })
}

fn with(row: &Value, name: &str, value: &Value) -> Value {
    let mut row = row.clone();
    row[name] = value.clone();
    row
}

/// Returns the value of a field, given its name or its path, such as `Opportunity.IsClosed`.
fn field<'r>(row: &'r Value, path: &str) -> &'r Value {
    path.split('.').fold(row, |value, name| &value[name])
}

/// Returns whether a row meets a condition: comparisons joined by `AND`.
fn holds(row: &Value, condition: &str) -> bool {
    let comparisons = condition.split(" ORDER BY ").next().unwrap().split(" LIMIT ").next().unwrap();
    comparisons.split(" AND ").filter(|comparison| !comparison.is_empty()).all(|comparison| {
        if let Some((name, list)) = comparison.split_once(" IN (") {
            let value = soql(&field(row, name).as_str().unwrap().to_ascii_lowercase());
            return list.trim_end_matches(')').to_ascii_lowercase().split(", ").any(|element| element == value);
        }
        let (name, wanted) = comparison.split_once(" = ").unwrap_or_else(|| panic!("{comparison}"));
        match field(row, name) {
            Value::Bool(flag) => wanted == flag.to_string(),
            value => soql(value.as_str().unwrap_or_default()) == wanted,
        }
    })
}

fn soql(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

/// Makes a directory one that Salesforce can hold and returns in the order of the queries.
fn tidied(mut directory: Value, settings: &Settings) -> Value {
    for record in directory["records"].as_array_mut().unwrap() {
        let most = if record["type"] == "Account" { 1 } else { 2 };
        record["phones"].as_array_mut().unwrap().truncate(most);
    }
    let named = [Some(settings.admin), settings.unmatched_owner];
    for user in directory["users"].as_array_mut().unwrap() {
        user["email"] = json!(user["email"].as_str().unwrap().trim());
        // Nobody asks about these two, who are known to be able to own Tasks.
        let is_named = named.iter().flatten().any(|named| user["id"] == named.as_str());
        user["standard"] = json!(is_named || user["standard"] == true);
    }
    // The generator's times are in order as texts.
    let age = |user: &Value| (user["created_at"].to_string(), user["id"].to_string());
    directory["users"].as_array_mut().unwrap().sort_by_key(age);
    if let Some(task) = directory["tasks"].get_mut(0) {
        let call_id = match task["message"].as_str() {
            Some(message) => format!("aircall:message:{message}"),
            None => format!("aircall:{}", task["call"]),
        };
        let mut fields: Map<_, _> = TASK_FIELDS.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
        fields.extend(task["fields"].as_object().cloned().unwrap_or_default());
        fields.extend(settings.field_names.call_id().map(|name| (name.as_str().to_owned(), json!(call_id))));
        task["fields"] = json!(fields);
    }
    directory
}

/// The standard fields that are asked for, which an org always has.
const TASK_FIELDS: &[&str] =
    &["Subject", "Status", "CallDisposition", "CallDurationInSeconds", "Description", "WhoId", "WhatId"];

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_enquiry_asks_for_everything_that_the_plan_needs(world in worlds::world(), same_call: bool) {
        let World { webhook, settings, mut directory } = world;
        let settings = Settings::from_json(&settings.to_string()).unwrap();
        let body = webhook.to_string();
        let Ok(webhook) = Webhook::from_json(&body) else { return Ok(()) };
        let message = webhook.message.as_deref().map(Source::from);
        let Some(source) = webhook.call.as_ref().map(Source::from).or(message) else { return Ok(()) };
        let key = worlds::task_key(&serde_json::from_str(&body).unwrap()).unwrap();
        if let Some(task) = directory["tasks"].get_mut(0).filter(|_| same_call) {
            worlds::set_key(task, key.0, key.1);
        }
        let content = tidied(directory, &settings);
        let everything = Directory::from_json(&content.to_string()).unwrap();
        let needs = needs(source, &settings);
        let salesforce = Salesforce { content: &content, directory: &everything, needs: &needs };
        let org = Org { person_accounts: true, ..Org::default() };
        let mut enquiry = Enquiry::new(&needs, &settings, org);
        if let Some(task) = everything.task(&needs.key) {
            enquiry = enquiry.with_wrote(task.wrote.clone(), task.sent.clone());
            if settings.field_names.call_id().is_none() {
                enquiry = enquiry.with_task(task.id);
            }
        }
        let mut asked = Vec::new();
        loop {
            let questions = enquiry.questions();
            if questions.is_empty() {
                break;
            }
            for question in questions {
                enquiry.answer(&question, &salesforce.answer(question.text()).to_string()).unwrap();
                asked.push(question);
            }
            prop_assert!(asked.len() < 50, "the questions end");
        }
        let found = enquiry.into_directory();
        let plan = |directory| serde_json::to_value(plan_webhook(&webhook, directory, &settings)).unwrap();
        prop_assert_eq!(plan(&found), plan(&everything), "asked {:#?}", asked);
    }
}
