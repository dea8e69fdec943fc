//! Runs the program against the stand-in.

use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use stand_in_salesforce::{Seed, StandIn, Table};
use tokio::net::TcpListener;

const CALL: &str = include_str!("../../data/webhook.json");
const MESSAGE: &str = include_str!("../../data/webhooks/message_sent.json");
const SUMMARY: &str = include_str!("../../data/webhooks/summary_created.json");

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_becomes_one_task_and_the_second_updates_it() {
    let org = StandIn::new(Seed::demonstration().unwrap()).unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = org.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut child = Command::new(env!("CARGO_BIN_EXE_minimal"))
        .env("SALESFORCE_URL", url)
        .env("SALESFORCE_CLIENT_ID", "stand-in")
        .env("SALESFORCE_CLIENT_SECRET", "stand-in")
        .env("AIRCALL_TOKEN", "0123456789abcdef0123456789abcdef")
        .env("SETTINGS", "../data/settings.json")
        .env("LISTEN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = child.stdout.take().unwrap();
    let _running = Running(child);
    let address = BufReader::new(output).lines().next().unwrap().unwrap();
    let http = reqwest::Client::new();
    let post = async |body: String| {
        let response = http.post(&address).body(body).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let (status, response) = post(CALL.to_owned()).await;
    let tasks = org.records(Table::Task);
    assert_eq!((status, tasks.len()), (200, 1), "{response}");
    assert_eq!(response, format!("Task {}", tasks[0]["Id"].as_str().unwrap()));
    let mut later: Value = serde_json::from_str(CALL).unwrap();
    later["event"] = "call.tagged".into();
    later["timestamp"] = 1_772_460_000.into();
    later["data"]["tags"] = serde_json::json!([{"id": 1, "name": "Later"}]);
    assert_eq!(post(later.to_string()).await.0, 200);
    let tasks = org.records(Table::Task);
    assert_eq!(tasks.len(), 1);
    assert!(tasks[0]["CallDisposition"].as_str().unwrap().contains("'Later'"));
    // The settings do not ask for messages, and the summary is that of a call that has not come
    // yet.
    assert_eq!(post(MESSAGE.to_owned()).await, (200, "not a call or message that is logged".to_owned()));
    assert_eq!(post(SUMMARY.to_owned()).await, (200, "not a call yet".to_owned()));
    assert_eq!(org.records(Table::Task).len(), 1);
    assert_eq!(post("<!doctype html>".to_owned()).await.0, 400);
    assert_eq!(post(CALL.replace("0123456789abcdef", "f123456789abcdef")).await.0, 401);
}
