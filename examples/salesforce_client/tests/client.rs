//! Tests the client against the stand-in, over HTTP.

use std::net::Ipv4Addr;

use aircall_salesforce::request::{Org, Remedy, Writing};
use aircall_salesforce::{Settings, Webhook, needs, plan_webhook};
use futures_util::future::join_all;
use reqwest::Url;
use salesforce_client::{Client, Credentials, Error, Kept};
use serde_json::json;
use stand_in_salesforce::{Failure, Seed, StandIn, Switches, Table};
use tokio::net::TcpListener;

const CALL: &str = include_str!("../../data/webhook.json");
const SETTINGS: &str = include_str!("../../data/settings.json");
const SECRET: &str = "stand-in";

/// Starts a stand-in and returns its URL.
async fn org() -> (StandIn, Url) {
    let org = StandIn::new(Seed::demonstration().unwrap()).unwrap();
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

/// Looks up the sample call and writes its Task.
async fn log(client: &Client) -> Result<(), Error> {
    let settings = Settings::from_json(SETTINGS).unwrap();
    let webhook = Webhook::from_json(CALL).unwrap();
    let needs = needs(webhook.call.as_ref().unwrap(), &settings);
    let directory = client.look_up(&needs, &settings, Kept::default()).await?;
    let mut writing = Writing::new(&plan_webhook(&webhook, &directory, &settings));
    client.write(&mut writing).await
}

#[tokio::test]
async fn a_call_becomes_a_task() {
    let (org, url) = org().await;
    log(&client(&url, SECRET)).await.unwrap();
    let tasks = org.records(Table::Task);
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0]["CallObject"], "aircall:780836754");
}

#[tokio::test]
async fn concurrent_requests_sign_in_once_after_the_session_ended() {
    let (org, url) = org().await;
    let client = client(&url, SECRET);
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
    let error = log(&client(&url, "mistyped")).await.unwrap_err();
    assert!(matches!(error, Error::SignIn(_)), "{error}");
    assert_eq!(error.remedy(), Remedy::SignIn);
    assert!(error.is_refusal());
    assert_eq!(error.to_string(), "Salesforce rejected the sign-in: status 400, `invalid_client`");
}

#[tokio::test]
async fn only_a_refusal_guarantees_that_nothing_was_written() {
    let (org, url) = org().await;
    let client = client(&url, SECRET);
    for (failure, remedy, refused, tasks) in [
        (Failure::RowLocked, Remedy::TryAgain, true, 0),
        (Failure::Unavailable, Remedy::TryAgain, false, 0),
        (Failure::AnswerLost, Remedy::TryAgain, false, 1),
    ] {
        org.set_switches(Switches { fail_one_write_in: 1, failures: vec![failure], ..Switches::default() });
        let error = log(&client).await.unwrap_err();
        assert_eq!((error.remedy(), error.is_refusal()), (remedy, refused), "{error}");
        assert_eq!(org.records(Table::Task).len(), tasks, "{error}");
    }
}

#[tokio::test]
async fn a_failed_connection_is_no_answer_and_hides_the_address() {
    let (_org, mut url) = org().await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    url.set_port(Some(port)).unwrap();
    let error = log(&client(&url, SECRET)).await.unwrap_err();
    assert!(matches!(error, Error::NoAnswer(_)), "{error}");
    assert_eq!((error.remedy(), error.is_refusal()), (Remedy::TryAgain, false));
    assert!(!error.to_string().contains(&port.to_string()), "{error}");
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
    let error = log(&client(&url, SECRET)).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable(_)), "{error}");
    assert_eq!((error.remedy(), error.is_refusal()), (Remedy::TryAgain, false));
    assert!(!error.to_string().contains("maintenance"), "{error}");
}
