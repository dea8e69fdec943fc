//! Tests the client against the stand-in, over HTTP.

use std::net::Ipv4Addr;

use aircall_salesforce::request::{Batch, Checkpoint, Failure, Fate, Org, Outcome, Remedy};
use aircall_salesforce::{Settings, Webhook};
use futures_util::future::join_all;
use reqwest::Url;
use salesforce_client::{Client, Credentials};
use serde_json::{Value, json};
use stand_in_salesforce::{Failure as Injected, Seed, StandIn, Switches, Table};
use tokio::net::TcpListener;

const CALL: &str = include_str!("../../data/webhook.json");
const SETTINGS: &str = include_str!("../../data/settings.json");
const SECRET: &str = "stand-in";

/// Starts a stand-in and returns its URL.
async fn org() -> (StandIn, Url) {
    org_of(Seed::demonstration().unwrap()).await
}

async fn org_of(seed: Seed) -> (StandIn, Url) {
    let org = StandIn::new(seed).unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let router = org.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (org, url)
}

fn client(url: &Url, secret: &str) -> Client {
    let credentials = Credentials { url: url.clone(), client_id: SECRET.to_owned(), client_secret: secret.to_owned() };
    Client::new(credentials, Org::default()).unwrap()
}

/// Starts a stand-in and returns a client of it.
async fn connected() -> (StandIn, Client) {
    let (org, url) = org().await;
    (org, client(&url, SECRET))
}

/// Logs the sample call.
async fn log(client: &Client) -> Result<(), Failure> {
    log_as(client, CALL, SETTINGS, Checkpoint::default()).await
}

async fn log_as(client: &Client, call: &str, settings: &str, checkpoint: Checkpoint) -> Result<(), Failure> {
    match outcome(client, call, settings, checkpoint).await.fate {
        Fate::Failed(failure) => Err(failure),
        fate => {
            assert_eq!(fate, Fate::Done);
            Ok(())
        }
    }
}

async fn outcome(client: &Client, call: &str, settings: &str, checkpoint: Checkpoint) -> Outcome {
    let settings = Settings::from_json(settings).unwrap();
    let webhook = Webhook::from_json(call).unwrap();
    let mut batch = Batch::new(&settings, client.org);
    batch.add(webhook.call.as_ref().unwrap(), checkpoint);
    client.run(&mut batch).await;
    batch.into_outcomes().0.remove(0)
}

#[tokio::test]
async fn a_call_becomes_a_task() {
    let (org, client) = connected().await;
    log(&client).await.unwrap();
    let tasks = org.records(Table::Task);
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0]["CallObject"], "aircall:780836754");
}

#[tokio::test]
async fn requests_are_counted_by_resource_with_the_allowance() {
    let (org, client) = connected().await;
    log(&client).await.unwrap();
    let usage = client.usage();
    let requests: Vec<_> = usage.requests.iter().map(|(resource, count)| (resource.as_str(), *count)).collect();
    // The number; the agent, the owner, the cases and the Task of the call; the new Task.
    assert_eq!(requests, [("composite", 1), ("composite/sobjects", 1), ("search", 1)]);
    assert_eq!(usage.allowance.unwrap().used, org.counts().requests);
}

#[tokio::test]
async fn over_the_allowance_calls_wait() {
    let (org, client) = connected().await;
    org.set_switches(Switches { allowance: 2, ..Switches::default() });
    let failure = log(&client).await.unwrap_err();
    assert_eq!((failure.remedy(), failure.code.as_deref()), (Remedy::TryAgain, Some("REQUEST_LIMIT_EXCEEDED")));
    assert!(org.records(Table::Task).is_empty());
}

#[tokio::test]
async fn a_look_up_writes_nothing() {
    let (org, client) = connected().await;
    let settings = Settings::from_json(SETTINGS).unwrap();
    let webhook = Webhook::from_json(CALL).unwrap();
    let directory = client.look_up(webhook.call.as_ref().unwrap(), &settings).await.unwrap();
    let plan = aircall_salesforce::plan_webhook(&webhook, &directory, &settings);
    assert!(serde_json::to_string(&plan).unwrap().contains("003000000000001AAA"));
    assert_eq!((org.records(Table::Task).len(), org.counts().writes), (0, 0));
}

#[tokio::test]
async fn concurrent_requests_sign_in_once_after_the_session_ended() {
    let (org, client) = connected().await;
    log(&client).await.unwrap();
    let before = org.sign_ins();
    org.sign_out();
    for logged in join_all((0..8).map(|_| log(&client))).await {
        logged.unwrap();
    }
    assert_eq!(org.sign_ins(), before + 1);
}

#[tokio::test]
async fn wrong_credentials_wait_for_a_person() {
    let (_org, url) = org().await;
    let failure = log(&client(&url, "mistyped")).await.unwrap_err();
    assert_eq!((failure.remedy(), failure.is_refusal()), (Remedy::SignIn, true));
    assert_eq!(failure.to_string(), "status 400, `invalid_client`");
}

#[tokio::test]
async fn after_a_lost_response_a_call_is_looked_for_before_it_is_written() {
    let (org, client) = connected().await;
    for (failure, refused, unsettled, tasks) in [
        (Injected::RowLocked, true, false, 0),
        (Injected::Unavailable, false, true, 0),
        (Injected::AnswerLost, false, true, 1),
    ] {
        org.set_switches(Switches { fail_one_write_in: 1, failures: vec![failure], ..Switches::default() });
        let outcome = outcome(&client, CALL, SETTINGS, Checkpoint::default()).await;
        let Fate::Failed(failure) = outcome.fate else { panic!("{:?}", outcome.fate) };
        assert_eq!((failure.remedy(), failure.is_refusal()), (Remedy::TryAgain, refused), "{failure}");
        assert_eq!((outcome.unsettled, outcome.checkpoint.sent.is_some()), (unsettled, unsettled), "{failure}");
        assert_eq!(org.records(Table::Task).len(), tasks, "{failure}");
    }
    org.set_switches(Switches::default());
    log(&client).await.unwrap();
    assert_eq!(org.records(Table::Task).len(), 1);
}

/// Switches that refuse every Task.
fn refuse(errors: Value) -> Switches {
    let mut errors = errors;
    errors.as_array_mut().unwrap().iter_mut().for_each(|error| error["object"] = json!("Task"));
    serde_json::from_value(json!({"refusals": errors})).unwrap()
}

#[tokio::test]
async fn each_class_of_refusal_has_its_remedy() {
    let (org, client) = connected().await;
    let lock = "CallRollup: execution of AfterInsert\n\ncaused by: System.DmlException: Update failed. First exception on \
                row 0; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record: []";
    for (code, message, remedy) in [
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", lock, Remedy::TryAgain),
        ("CANNOT_EXECUTE_FLOW_TRIGGER", lock, Remedy::TryAgain),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CallRollup: System.NullPointerException", Remedy::Settings),
        ("ENTITY_IS_LOCKED", "the entity is locked for editing", Remedy::TryAgain),
        ("OP_WITH_INVALID_USER_TYPE_EXCEPTION", "Operation not valid for this user type", Remedy::LookUpAgain),
        ("TRANSFER_REQUIRES_READ", "The new owner must have read permission", Remedy::LookUpAgain),
        ("FIELD_FILTER_VALIDATION_EXCEPTION", "Value does not match filter criteria.", Remedy::Settings),
        ("STORAGE_LIMIT_EXCEEDED", "storage limit exceeded", Remedy::Settings),
    ] {
        org.set_switches(refuse(json!([{"code": code, "message": message}])));
        let failure = log(&client).await.unwrap_err();
        assert_eq!((failure.remedy(), failure.is_refusal(), failure.message()), (remedy, true, None), "{code}");
    }
    org.set_switches(refuse(json!([
        {"code": "UNABLE_TO_LOCK_ROW"},
        {"code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "OUT-3: choose an outcome"},
        {"code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "OUT-4: no calls on Sundays", "fields": ["Status"]},
    ])));
    let failure = log(&client).await.unwrap_err();
    assert_eq!(failure.message(), Some("OUT-3: choose an outcome\nOUT-4: no calls on Sundays"));
    assert_eq!(failure.to_string(), "status 200, `FIELD_CUSTOM_VALIDATION_EXCEPTION` of `Status`");
    assert!(org.records(Table::Task).is_empty());
}

/// Returns the sample call as one from an unknown number whose Aircall contact is Emil Kranz.
fn unknown_emil() -> String {
    let mut call: Value = serde_json::from_str(CALL).unwrap();
    call["data"]["raw_digits"] = json!("+33 1 99 00 77 77");
    call["data"]["contact"] = json!({"id": 1, "first_name": "Emil", "last_name": "Kranz"});
    call.to_string()
}

#[tokio::test]
async fn a_call_is_logged_on_the_record_that_a_duplicate_rule_named() {
    let (org, client) = connected().await;
    org.set_switches(Switches { duplicate_rules: vec![Table::Contact], ..Switches::default() });
    log_as(&client, &unknown_emil(), SETTINGS, Checkpoint::default()).await.unwrap();
    let tasks = org.records(Table::Task);
    assert_eq!(tasks[0]["WhoId"], "003000000000002AAA");
    assert!(tasks[0]["Subject"].as_str().unwrap().contains("Emil Kranz"), "{}", tasks[0]["Subject"]);
    assert_eq!((tasks.len(), org.records(Table::Contact).len()), (1, 3));
}

#[tokio::test]
async fn a_duplicate_is_saved_where_the_settings_say_so() {
    let (org, client) = connected().await;
    org.set_switches(Switches { duplicate_rules: vec![Table::Contact], ..Switches::default() });
    let mut settings: Value = serde_json::from_str(SETTINGS).unwrap();
    settings["duplicates"] = json!("save_anyway");
    log_as(&client, &unknown_emil(), &settings.to_string(), Checkpoint::default()).await.unwrap();
    assert_eq!((org.records(Table::Task).len(), org.records(Table::Contact).len()), (1, 4));
}

#[tokio::test]
async fn an_archived_task_is_found_and_updated() {
    let (org, client) = connected().await;
    let completed = SETTINGS.replace("in_progress", "completed");
    log_as(&client, CALL, &completed, Checkpoint::default()).await.unwrap();
    org.set_switches(Switches { archived_before: Some("2100-01-01".to_owned()), ..Switches::default() });
    let mut late: Value = serde_json::from_str(CALL).unwrap();
    late["data"]["tags"] = json!([{"id": 1, "name": "Late"}]);
    log_as(&client, &late.to_string(), &completed, Checkpoint::default()).await.unwrap();
    let tasks = org.records(Table::Task);
    let task = tasks[0]["Id"].as_str().unwrap().parse().unwrap();
    assert!(tasks[0]["CallDisposition"].as_str().unwrap().contains("'Late'"), "{}", tasks[0]["CallDisposition"]);
    // The same with the Task's id, which a service keeps.
    late["data"]["tags"] = json!([{"id": 1, "name": "Later"}]);
    let checkpoint = Checkpoint { task: Some(task), ..Checkpoint::default() };
    log_as(&client, &late.to_string(), &completed, checkpoint).await.unwrap();
    let tasks = org.records(Table::Task);
    assert!(tasks[0]["CallDisposition"].as_str().unwrap().contains("'Later'"), "{}", tasks[0]["CallDisposition"]);
    assert_eq!(tasks.len(), 1);
}

/// Starts an org with one more user, and returns the owner of the sample call's Task.
async fn owner_with(user: Value) -> Value {
    let mut seed = Seed::demonstration().unwrap();
    let users = seed.records.get_mut(&Table::User).unwrap();
    users.retain(|user| user["Id"] != "005000000000002AAA");
    users.push(user.as_object().cloned().unwrap());
    let (org, url) = org_of(seed).await;
    log(&client(&url, SECRET)).await.unwrap();
    org.records(Table::Task)[0]["OwnerId"].clone()
}

#[tokio::test]
async fn a_sandbox_address_is_found_and_a_guest_owns_no_task() {
    let user = |email: &str, user_type: &str| {
        json!({"Id": "005000000000002AAA", "LastName": "Weber", "Email": email, "UserType": user_type,
            "CreatedDate": "2025-01-01T08:00:00.000+0000"})
    };
    let sandbox = owner_with(user("jonas.weber@example.com.invalid", "Standard")).await;
    assert_eq!(sandbox, "005000000000002AAA");
    let guest = owner_with(user("jonas.weber@example.com", "Guest")).await;
    assert_ne!(guest, "005000000000002AAA");
}

#[tokio::test]
async fn a_failed_connection_is_no_response_and_hides_the_address() {
    let (_org, mut url) = org().await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    url.set_port(Some(port)).unwrap();
    let failure = log(&client(&url, SECRET)).await.unwrap_err();
    assert_eq!((failure.remedy(), failure.is_refusal()), (Remedy::TryAgain, false));
    assert_eq!(failure.to_string(), "no response");
}

#[tokio::test]
async fn a_response_from_a_proxy_can_be_retried() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let session = json!({"access_token": "00D", "instance_url": url.as_str()}).to_string();
    let router = axum::Router::new()
        .route("/services/oauth2/token", axum::routing::post(async move || session))
        .fallback(async || "<!doctype html><p>We are down for maintenance.");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let failure = log(&client(&url, SECRET)).await.unwrap_err();
    assert_eq!((failure.remedy(), failure.is_refusal()), (Remedy::TryAgain, false));
    assert!(failure.to_string().starts_with("status 200, unreadable: "), "{failure}");
    assert!(!failure.to_string().contains("maintenance"), "{failure}");
}
