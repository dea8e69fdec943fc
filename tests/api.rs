//! Tests the library as a caller's program uses it: by public names only, with look-ups of its own,
//! each rule alone, and the bodies that it sends.

use aircall_salesforce::aircall::{
    AircallId, Comment, CompanyNumber, Contact, Direction, Participant, Tag, Timestamp, Token, User as Agent,
};
use aircall_salesforce::facts::Party;
use aircall_salesforce::lookup::{DirectoryLists, LoggedTask, NumberNeed, Record, Related, TaskKey, User};
use aircall_salesforce::phone::{self, PhoneNumber, Region};
use aircall_salesforce::rules::{
    description, disposition, fields, logging, new_record, owner, package, record, recording, subject, transfer,
};
use aircall_salesforce::salesforce::text::LengthUnit;
use aircall_salesforce::salesforce::{
    FieldName, FieldValue, IdError, NewCase, NewRecord, Object, OwnerChange, RecordRef, RecordType,
};
use aircall_salesforce::settings::{DispositionOrder, FieldNames, PackageField, RelateTo, Workflow};
use aircall_salesforce::wording::{Edition, Language, Template, TemplateError, Wording};
use aircall_salesforce::{
    Action, Because, Call, Create, Directory, E164, Facts, Id, Kind, Lookup, Needs, Notice, Plan, ReadError, Settings,
    TaskCreate, TaskUpdate, Webhook, WorkflowAction, needs, plan, plan_webhook,
};
use serde_json::{Value, json};

const CALL: &str = r#"{
    "resource": "call", "event": "call.ended", "timestamp": 1772457555, "token": "secret",
    "data": {
        "id": 3049915377, "direction": "inbound", "status": "done", "missed_call_reason": "short_abandoned",
        "started_at": 1772457500, "answered_at": 1772457512, "ended_at": 1772457542,
        "raw_digits": "+33 1 99 00 12 34", "asset": "https://assets.example.com/calls/1/recording",
        "user": {"id": 2, "name": "Ben Muster", "email": "Ben.Muster@example.com"},
        "number": {"name": "Support Berlin", "digits": "+49 30 23125000", "country": "DE", "time_zone": "Europe/Berlin"},
        "contact": {"first_name": "Carla", "last_name": "Ejemplo"},
        "transferred_to": {"id": 2, "name": "Ben Muster"},
        "comments": [{"id": 1, "content": "Sent the offer.", "posted_at": 1772457541, "posted_by": {"name": "Ben Muster"}}],
        "tags": [{"name": "A's", "tagged_by": {"id": 1}}, {"name": "B's", "tagged_by": {"id": 2}}, {"name": "System", "tagged_by": {}}]
    }
}"#;

fn id(text: &str) -> Id {
    text.parse().unwrap()
}

fn admin() -> Id {
    id("005000000000001AAA")
}

fn settings() -> Settings {
    Settings::new(admin()).unwrap()
}

fn webhook() -> Webhook<'static> {
    Webhook::from_slice(CALL.as_bytes()).unwrap()
}

/// Rows as a caller's database might hold them; nothing is indexed, nothing cached.
#[derive(Default)]
struct Rows {
    records: Vec<Record>,
    users: Vec<User>,
    cases: Vec<Related>,
    tasks: Vec<LoggedTask>,
}

impl Lookup for Rows {
    fn records_by_phone(&self, number: NumberNeed) -> Vec<&Record> {
        self.records.iter().filter(|record| record.phones.iter().any(|field| number.is_in(field))).collect()
    }

    fn record(&self, id: Id) -> Option<&Record> {
        self.records.iter().find(|record| record.id == id)
    }

    fn duplicates(&self) -> Vec<&Record> {
        self.records.iter().filter(|record| record.duplicate).collect()
    }

    fn users_by_email(&self, email: &str) -> Vec<&User> {
        self.users.iter().filter(|user| user.email.trim().eq_ignore_ascii_case(email.trim())).collect()
    }

    fn user(&self, id: Id) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    fn cases(&self, contact: Id) -> Vec<&Related> {
        self.cases.iter().filter(|case| case.contact == contact).collect()
    }

    fn opportunities(&self, _: Id) -> Vec<&Related> {
        Vec::new()
    }

    fn task(&self, key: &TaskKey) -> Option<&LoggedTask> {
        self.tasks.iter().find(|task| task.key == *key)
    }
}

fn contact() -> Record {
    Record {
        record_type: RecordType::Contact,
        id: id("0038Z00003aegKpQAI"),
        name: "Carla Ejemplo".to_owned(),
        owner: Some(admin()),
        account: None,
        phones: vec!["01 99 00 12 34".to_owned(), "+33199001234".to_owned()],
        duplicate: false,
    }
}

fn ben() -> User {
    let created_at = Timestamp::new(1_772_457_512 - 86_400).unwrap().date_time();
    User {
        id: id("005gL000001qXQjQAM"),
        email: "ben.muster@example.com ".to_owned(),
        created_at,
        active: true,
        standard: true,
    }
}

fn rows() -> Rows {
    let case = |text, open| Related { id: id(text), contact: contact().id, open };
    Rows {
        records: vec![contact()],
        users: vec![ben()],
        cases: vec![case("500000000000001AAA", false), case("500000000000002AAA", true)],
        tasks: Vec::new(),
    }
}

/// Returns a directory with the same rows, read from JSON.
fn directory() -> Directory {
    Directory::from_json(
        r#"{"records": [{"type": "Contact", "id": "0038Z00003aegKpQAI", "name": "Carla Ejemplo", "owner": "005000000000001AAA",
                         "phones": ["01 99 00 12 34", "+33199001234"]}],
            "users": [{"id": "005gL000001qXQjQAM", "email": "ben.muster@example.com ", "created_at": "2026-03-01T13:18:32Z"}],
            "cases": [{"id": "500000000000001AAA", "contact": "0038Z00003aegKpQAI", "open": false},
                      {"id": "500000000000002AAA", "contact": "0038Z00003aegKpQAI"}]}"#,
    )
    .unwrap()
}

fn whole_plan() -> Value {
    json!({
        "action": "create",
        "task": {
            "Subject": "Inbound call from Carla Ejemplo on Support Berlin",
            "Status": "In Progress",
            "Type": "Call",
            "TaskSubtype": "Call",
            "CallType": "Inbound",
            "CallDisposition":
                "[\"B's\", 'System', 'aircall', 'inbound', 'answered_call', '493023125000', 'short_abandoned']",
            "CallDurationInSeconds": 30,
            "ActivityDate": "2026-03-02",
            "OwnerId": "005gL000001qXQjQAM",
            "WhoId": "0038Z00003aegKpQAI",
            "WhatId": "500000000000002AAA",
            "Description": "Find the recording here: https://assets.example.com/calls/1/recording\n\n\
                            Ben Muster added a new comment:\nSent the offer.",
            "aircall__Waiting_Time__c": 12,
            "aircall__Answered_by__c": "Ben Muster",
            "aircall__Phone_number__c": "493023125000",
            "aircall__Country__c": "France",
            "aircall__Call_Recording__c": "https://assets.example.com/calls/1/recording",
            "aircall__Transferred_to__c": "Ben Muster",
            "aircall__Timezone__c": "Europe/Berlin",
            "aircall__Hour_of_the_day__c": "14",
            "aircall__Connection_status__c": "connected",
            "aircall__Has_connected__c": true
        },
        "owner_change": {"type": "Contact", "id": "0038Z00003aegKpQAI", "owner": "005gL000001qXQjQAM"},
        "because": {"kind": "inbound_answered", "record": "first_match", "relation": "case", "owner": "OWN-1"},
        "notices": []
    })
}

fn in_use() -> Settings {
    let mut settings = settings();
    settings.relate_to = RelateTo::Case;
    settings.workflow = Workflow { inbound_answered: WorkflowAction::InProgress, ..Workflow::default() };
    settings
}

#[test]
fn a_caller_says_what_to_fetch_and_then_plans() {
    let (webhook, settings, rows) = (webhook(), in_use(), rows());
    let call = webhook.call.as_ref().unwrap();
    let Needs { key, number, emails, users, related } = needs(call, &settings);
    let number = number.unwrap();
    assert_eq!(key, TaskKey::Call(3_049_915_377));
    assert_eq!((number.e164.as_str(), number.home), ("+33199001234", Region::new("DE")));
    assert_eq!((emails, related), (vec!["Ben.Muster@example.com".to_owned()], RelateTo::Case));
    assert_eq!(users, []);
    assert_eq!(serde_json::to_value(plan(call, &rows, &settings)).unwrap(), whole_plan());
    assert_eq!(serde_json::to_value(plan_webhook(&webhook, &rows, &settings)).unwrap(), whole_plan());
}

#[test]
fn needs_asks_for_no_number_that_leads_nowhere() {
    let ask = |digits: &str, settings: &Settings| {
        let text = CALL.replace("+33 1 99 00 12 34", digits);
        let webhook = Webhook::from_json(&text).unwrap();
        needs(webhook.call.as_ref().unwrap(), settings).number.map(|number| number.e164.to_string())
    };
    let mut own = settings();
    own.own_numbers = vec!["+33199001234".parse().unwrap()];
    // Without `+` it is a number of the line's country.
    assert_eq!(ask("030 23125 001", &settings()), Some("+493023125001".to_owned()));
    for (digits, settings) in
        [("anonymous", &settings()), ("", &settings()), ("112", &settings()), ("+33 1 99 00 12 34", &own)]
    {
        assert_eq!(ask(digits, settings), None, "{digits}");
    }
}

#[test]
fn every_lookup_of_the_same_rows_gives_the_same_plan() {
    let (webhook, settings, rows, directory) = (webhook(), in_use(), rows(), directory());
    let call = webhook.call.as_ref().unwrap();
    let plan_by_rows = plan(call, &rows, &settings);
    assert_eq!(plan_by_rows, plan(call, &directory, &settings));
    let (boxed, by_reference): (Box<dyn Lookup>, &dyn Lookup) = (Box::new(self::rows()), &rows);
    assert_eq!(plan_by_rows, plan(call, &*boxed, &settings));
    assert_eq!(plan_by_rows, plan(call, by_reference, &settings));
}

#[test]
fn lists_make_a_directory() {
    let Rows { records, users, cases, .. } = rows();
    let lists = DirectoryLists { records, users, cases, opportunities: Vec::new(), tasks: Vec::new() };
    let (webhook, settings) = (webhook(), in_use());
    assert_eq!(
        plan_webhook(&webhook, &Directory::from(lists), &settings),
        plan_webhook(&webhook, &directory(), &settings)
    );
    assert_eq!(Directory::from(DirectoryLists::default()), Directory::default());
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let bytes = || {
        let (webhook, settings) = (webhook(), in_use());
        serde_json::to_string(&plan_webhook(&webhook, &directory(), &settings)).unwrap()
    };
    let first = bytes();
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(bytes)).collect();
    assert!(threads.into_iter().all(|thread| thread.join().unwrap() == first));
    assert_eq!(serde_json::from_str::<Value>(&first).unwrap(), whole_plan());
}

#[test]
fn a_call_written_and_read_again_gives_the_same_plan() {
    let (webhook, settings, directory) = (webhook(), in_use(), directory());
    let call = webhook.call.as_ref().unwrap();
    let text = serde_json::to_string(call).unwrap();
    let again: Call<'_> = serde_json::from_str(&text).unwrap();
    assert_eq!(*call, again);
    let value: Value = serde_json::from_str(&text).unwrap();
    let from_value: Call<'_> = serde::Deserialize::deserialize(&value).unwrap();
    assert_eq!(*call, from_value);
    assert_eq!(plan(call, &directory, &settings), plan(&again, &directory, &settings));
}

#[test]
fn the_task_alone_is_the_body_of_the_request() {
    let (webhook, settings, directory) = (webhook(), in_use(), directory());
    let Plan { action: Action::Create(create), because, notices, .. } = plan_webhook(&webhook, &directory, &settings)
    else {
        panic!("the call has no Task yet");
    };
    assert_eq!((&create.new_record, &create.new_case), (&None, &None));
    assert_eq!(notices, Vec::new());
    assert_eq!(serde_json::to_value(&create.task).unwrap(), whole_plan()["task"]);
    assert_eq!(serde_json::to_value(create.owner_change).unwrap(), whole_plan()["owner_change"]);
    let Because { kind, record, relation, owner, .. } = because;
    assert_eq!((kind, record), (Some(Kind::InboundAnswered), Some(record::RecordReason::FirstMatch)));
    assert_eq!((relation, owner), (Some(record::Relation::Case), Some(owner::OwnerReason::Agent)));
}

#[test]
fn a_logged_task_is_updated_with_what_changed() {
    let settings = in_use();
    let mut rows = rows();
    let mut fields = whole_plan()["task"].clone();
    fields["Subject"] = json!("Something older");
    fields["aircall__Country__c"] = json!("France");
    let logged = |fields: Value| LoggedTask {
        id: id("00TUJ00000disvz2AA"),
        key: 3_049_915_377.into(),
        fields: fields.as_object().cloned(),
        wrote: None,
        sent: None,
    };
    rows.tasks = vec![logged(fields)];
    let webhook = webhook();
    let Action::Update { task_id, task } = plan_webhook(&webhook, &rows, &settings).action else {
        panic!("it differs")
    };
    assert_eq!(task_id.as_str(), "00TUJ00000disvz2AA");
    let wanted = json!({"Subject": "Inbound call from Carla Ejemplo on Support Berlin"});
    assert_eq!(serde_json::to_value(&task).unwrap(), wanted);
    rows.tasks = vec![logged(whole_plan()["task"].clone())];
    assert_eq!(plan_webhook(&webhook, &rows, &settings).action, Action::Unchanged { task_id });
}

#[test]
fn every_rule_can_be_called_alone() {
    let (webhook, settings, rows) = (webhook(), in_use(), rows());
    let call = webhook.call.as_ref().unwrap();
    let facts = Facts::new(call).unwrap();
    let mut notices = Vec::new();

    assert_eq!((facts.kind, Kind::from_call(call)), (Kind::InboundAnswered, Some(Kind::InboundAnswered)));
    assert!(matches!(facts.party, Party::Number { shown: "+33 1 99 00 12 34", .. }));
    assert_eq!(logging::skip_creation(&facts, &settings), None);

    let subject = subject::subject(&facts, Some("Ada"), &settings, &mut notices);
    assert_eq!(subject.as_deref(), Some("Inbound call from Ada on Support Berlin"));
    assert_eq!(transfer::logged_tags(&facts).collect::<Vec<_>>(), ["B's", "System"]);
    let outbound = r#"{"id": 1, "direction": "outbound", "started_at": 0, "ended_at": 1, "tags": [{"name": "VIP"}]}"#;
    let outbound: Call<'_> = serde_json::from_str(outbound).unwrap();
    let mut marker_first = settings.clone();
    marker_first.disposition_order = DispositionOrder::MarkerFirst;
    let list = disposition::disposition(&Facts::new(&outbound).unwrap(), &marker_first, &mut notices);
    assert_eq!(list.as_deref(), Some("['aircall', 'VIP', 'outbound', 'unanswered_call']"));

    let found = record::find(&facts, &rows, &settings);
    assert_eq!((found.reason, found.holders), (record::RecordReason::FirstMatch, 1));
    let target = found.target;
    let links = record::links(target, &rows, &settings, &mut notices);
    assert_eq!(links.what_id, Some(RecordRef::Id(id("500000000000002AAA"))));
    assert_eq!(owner::owner(&facts, target, &rows, &settings).reason, owner::OwnerReason::Agent);
    let change = owner::hand_over(&facts, target, &rows, &settings).unwrap();
    assert_eq!((change.object, change.owner), (Object::Contact, ben().id));

    let number: E164 = "+33199001234".parse().unwrap();
    let new = new_record::new_record(RecordType::Lead, &facts, number, &settings, &mut notices);
    assert_eq!(new_record::name_of(&new), "Carla Ejemplo");
    assert_eq!(
        serde_json::to_value(&new).unwrap()["fields"],
        json!({"FirstName": "Carla", "LastName": "Ejemplo", "Company": "Unknown Company", "Phone": "+33199001234", "OwnerId": "005000000000001AAA"})
    );
    assert_eq!(fields::activity_date(&facts, &settings).to_string(), "2026-03-02");
    assert_eq!(fields::call_duration(&facts, &mut notices), Some(30));
    assert_eq!(fields::key_text(&call.id.into()), "aircall:3049915377");

    let mut german = settings.clone();
    german.wording = Wording::new(Language::De, Edition::Of2023);
    let fields = package::package_fields(&facts, &german, &mut notices);
    let fields: Vec<_> = fields.into_iter().map(|(name, value)| (name.as_str(), value.unwrap())).collect();
    let text = |text: &'static str| FieldValue::Text(text.into());
    assert_eq!(
        fields,
        [
            ("aircall__Waiting_Time__c", FieldValue::Number(12)),
            ("aircall__Answered_by__c", text("Ben Muster")),
            ("aircall__Phone_number__c", text("493023125000")),
            ("aircall__Country__c", text("Frankreich")),
            ("aircall__Call_Recording__c", text("https://assets.example.com/calls/1/recording")),
            ("aircall__Transferred_to__c", text("Ben Muster")),
            ("aircall__Timezone__c", text("Europe/Berlin")),
            ("aircall__Hour_of_the_day__c", text("14")),
            ("aircall__Connection_status__c", text("verbunden")),
            ("aircall__Has_connected__c", FieldValue::Flag(true)),
        ]
    );

    assert!(!recording::link(&facts, &settings).unwrap().is_last_resort);
    let whole = description::description(&facts, &settings, &mut notices);
    assert_eq!(whole.as_deref(), whole_plan()["task"]["Description"].as_str());
    assert_eq!(notices, Vec::new());
}

#[test]
fn settings_can_be_made_without_json() {
    let from_json = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).unwrap();
    assert_eq!(settings(), from_json);
    let error = Settings::new(contact().id).unwrap_err();
    let message = "`admin`: an id of another object where User (`005…`) was expected";
    assert_eq!(error.message(), message);
    let mut settings = settings();
    settings.wording = Wording::new(Language::En, Edition::Of2025);
    settings.workflow.missed = WorkflowAction::InProgress;
    let same = Settings::from_json(
        r#"{"admin": "005000000000001AAA", "edition": "2025", "workflow": {"missed": "in_progress"}}"#,
    );
    assert_eq!(settings, same.unwrap());
}

#[test]
fn field_names_are_those_of_the_settings() {
    let settings = Settings::from_json(
        r#"{"admin": "005000000000001AAA", "package_fields": {"country": null}, "call_id_field": "CallObject"}"#,
    );
    let names = settings.unwrap().field_names;
    assert_eq!(names.package(PackageField::Country), None);
    assert_eq!(names.call_id().map(FieldName::as_str), Some("CallObject"));
    assert_ne!(names, FieldNames::default());
}

#[test]
fn the_order_of_keys_in_settings_does_not_matter() {
    let read = |text: &str| Settings::from_json(text).unwrap();
    let base_last = r#"{"wording": {"subject": {"missed": "M"}, "note": "N", "base": "en"}, "edition": "2025",
        "call_id_field": "CallObject", "package_fields": {"country": null}, "admin": "005000000000001AAA"}"#;
    let base_first = r#"{"admin": "005000000000001AAA", "package_fields": {"country": null}, "call_id_field": "CallObject",
        "edition": "2025", "wording": {"base": "en", "note": "N", "subject": {"missed": "M"}}}"#;
    let settings = read(base_last);
    assert_eq!(settings, read(base_first));
    let without_base = r#"{"admin": "005000000000001AAA", "edition": "2025", "call_id_field": "CallObject",
        "package_fields": {"country": null}, "wording": {"note": "N", "subject": {"missed": "M"}}}"#;
    assert_eq!(settings, read(without_base));
    assert_ne!(settings, read(&without_base.replace("2025", "2023")));
}

#[test]
fn a_task_keeps_what_was_written_apart_from_what_was_sent() {
    let text =
        r#"{"tasks": [{"id": "00T000000000001EAA", "call": 7, "wrote": {"Subject": "A"}, "sent": {"Subject": "B"}}]}"#;
    let directory = Directory::from_json(text).unwrap();
    let LoggedTask { fields, wrote, sent, .. } = directory.task(&TaskKey::Call(7)).unwrap().clone();
    let subject = |value: &str| json!({"Subject": value}).as_object().cloned();
    assert_eq!((fields, wrote, sent), (None, subject("A"), subject("B")));
}

/// The whole way from the webhook's bytes to the plan, with names of the crate's root only.
#[test]
fn the_root_of_the_crate_has_all_that_a_caller_needs() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?;
    let webhook = Webhook::from_slice(CALL.as_bytes())?;
    let Some(call) = &webhook.call else { return Ok(()) };
    let Needs { number, .. } = needs(call, &settings);
    assert!(number.is_some());
    let directory = Directory::from_json("{}")?;
    let plan = plan(call, &directory, &settings);
    assert!(matches!(plan.action, Action::Create(_)));
    assert!(serde_json::to_string(&plan)?.starts_with(r#"{"action":"create","task":{"#));
    Ok(())
}

#[test]
fn every_public_type_can_be_sent_and_shared() {
    fn check<T: Send + Sync>() {}
    macro_rules! all {
        ($($name:ty),* $(,)?) => { $(check::<$name>();)* };
    }
    all!(
        Webhook<'_>,
        Call<'_>,
        Facts<'_>,
        Kind,
        ReadError,
        Directory,
        Needs,
        Notice<'_>,
        E164,
        Plan<'_>,
        Action<'_>,
        Because<'_>,
        Create<'_>,
        Id,
        TaskCreate<'_>,
        TaskUpdate<'_>,
        WorkflowAction,
        Settings,
        AircallId<'_>,
        Comment<'_>,
        Contact<'_>,
        Direction,
        CompanyNumber<'_>,
        Participant<'_>,
        Tag<'_>,
        Timestamp,
        Token<'_>,
        Agent<'_>,
        Party<'_>,
        DirectoryLists,
        LoggedTask,
        NumberNeed,
        Record,
        Related,
        User,
        PhoneNumber,
        Region,
        LengthUnit,
        IdError,
        NewCase<'_>,
        NewRecord<'_>,
        Object,
        OwnerChange,
        FieldValue<'_>,
        RecordRef,
        RecordType,
        FieldNames,
        Template,
        TemplateError,
        Wording,
        record::Match<'_>,
        record::Target<'_>,
        record::Links,
        owner::Owner,
        recording::Link<'_>,
        disposition::ParseError,
        logging::Skip,
    );
}

/// Errors of every kind pass through `?` into anything that holds errors.
#[test]
fn every_error_is_an_error() {
    fn check<T: std::error::Error + Send + Sync + Clone + 'static>() {}
    check::<ReadError>();
    check::<IdError>();
    check::<TemplateError>();
    check::<phone::E164Error>();
    check::<disposition::ParseError>();
}

#[test]
fn a_short_number_is_found_with_its_trunk_prefix() {
    // Seven digits are dialled at home, six of them the number's own.
    let germany = Region::new("DE");
    let number = phone::parse("+49 30 1234", None).unwrap();
    for stored in ["030 1234", "(030) 12 34", "tel:030-1234", "0049 30 1234", "030 1234 ext. 5", "+49 (0) 30 1234"] {
        let record = json!({"type": "Lead", "id": "00Q000000000001", "name": "Ada Example", "phones": [stored]});
        let directory = Directory::from_json(&json!({"records": [record]}).to_string()).unwrap();
        assert_eq!(directory.records_by_phone(NumberNeed::new(number, germany)).len(), 1, "{stored}");
    }
}
