//! Sends requests directly to the router, without a network.

use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use axum::http::{Request, header};
use axum::response::Response;
use form_urlencoded::byte_serialize;
use serde_json::{Value, json};
use stand_in_salesforce::{Seed, StandIn, Switches};
use tower::ServiceExt;

pub(crate) const ADA: &str = "003000000000001AAA";
pub(crate) const EMIL: &str = "003000000000002AAA";
pub(crate) const LEAD: &str = "00Q000000000001EAA";
pub(crate) const CONVERTED_LEAD: &str = "00Q000000000002EAA";
pub(crate) const ACCOUNT: &str = "001000000000001AAA";
pub(crate) const CASE: &str = "500000000000001AAA";
pub(crate) const ADMIN: &str = "005000000000001AAA";
pub(crate) const INACTIVE: &str = "005000000000004AAA";

pub(crate) const DATA: &str = "/services/data/v67.0";

#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) stand_in: StandIn,
    token: String,
}

impl Client {
    /// Creates a client of the demonstration's org.
    pub(crate) async fn new() -> Self {
        Self::of(Seed::demonstration().unwrap()).await
    }

    pub(crate) async fn of(seed: Seed) -> Self {
        let mut client = Self { stand_in: StandIn::new(seed).unwrap(), token: String::new() };
        client.sign_in().await;
        client
    }

    pub(crate) async fn sign_in(&mut self) {
        let form = "grant_type=client_credentials&client_id=stand-in&client_secret=stand-in";
        let (status, body) =
            self.send("POST", "/services/oauth2/token", "application/x-www-form-urlencoded", form).await;
        assert_eq!(status, 200);
        self.token = body["access_token"].as_str().unwrap().into();
    }

    async fn send(&self, method: &str, address: &str, content: &str, body: &str) -> (u16, Value) {
        let request = Request::builder().method(method).uri(address).header(header::CONTENT_TYPE, content);
        self.finish(request, body).await
    }

    /// Sends a request that saves records past a duplicate rule.
    pub(crate) async fn save_anyway(&self, resource: &str, body: Value) -> (u16, Value) {
        let request = Request::builder().method("POST").uri(format!("{DATA}/{resource}"));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.finish(request.header("Sforce-Duplicate-Rule-Header", "allowSave=true"), &body.to_string()).await
    }

    async fn respond(&self, request: Builder, body: &str) -> Response {
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let request = request.body(Body::from(body.to_owned())).unwrap();
        self.stand_in.router().oneshot(request).await.unwrap()
    }

    /// Returns the status of a response and what it states about the allowance.
    pub(crate) async fn usage(&self, method: &str, resource: &str, body: &str) -> (u16, String) {
        let request = Request::builder().method(method).uri(format!("{DATA}/{resource}"));
        let response = self.respond(request.header(header::CONTENT_TYPE, "application/json"), body).await;
        let usage = response.headers()["Sforce-Limit-Info"].to_str().unwrap().to_owned();
        (response.status().as_u16(), usage)
    }

    async fn finish(&self, request: Builder, body: &str) -> (u16, Value) {
        let response = self.respond(request, body).await;
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = || Value::String(String::from_utf8_lossy(&body).into_owned());
        (status, if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap_or_else(|_| text()) })
    }

    /// Sends a request with any text as its body.
    pub(crate) async fn raw(&self, method: &str, address: &str, body: &str) -> (u16, Value) {
        self.send(method, address, "application/json; charset=UTF-8", body).await
    }

    /// Sends a request below `/services/data/v67.0`.
    pub(crate) async fn call(&self, method: &str, resource: &str, body: Value) -> (u16, Value) {
        self.raw(method, &format!("{DATA}/{resource}"), &body.to_string()).await
    }

    pub(crate) async fn get(&self, resource: &str) -> (u16, Value) {
        self.raw("GET", &format!("{DATA}/{resource}"), "").await
    }

    /// Sends a query or a search.
    pub(crate) async fn ask(&self, resource: &str, text: &str) -> (u16, Value) {
        let text: String = byte_serialize(text.as_bytes()).collect();
        self.get(&format!("{resource}?q={text}")).await
    }

    /// Returns the first selected field of every record that a query finds.
    #[track_caller]
    pub(crate) fn found<'c>(&'c self, query: &'c str) -> impl Future<Output = Vec<String>> + 'c {
        let caller = std::panic::Location::caller();
        async move {
            let (status, body) = self.ask("query", query).await;
            assert_eq!(status, 200, "{caller}: {query}: {body}");
            let field = query.split([' ', ',']).nth(1).unwrap();
            let records = body["records"].as_array().unwrap();
            records.iter().map(|record| record[field].as_str().unwrap_or("null").to_owned()).collect()
        }
    }

    pub(crate) async fn create(&self, object: &str, body: Value) -> String {
        let (status, response) = self.call("POST", &format!("sobjects/{object}"), body).await;
        assert_eq!(status, 201, "{response}");
        response["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn task(&self, id: &str) -> Value {
        let (status, task) = self.get(&format!("sobjects/Task/{id}")).await;
        assert_eq!(status, 200, "{task}");
        task
    }

    pub(crate) fn switch(&self, switches: Value) {
        let switches: Switches = serde_json::from_value(switches).unwrap();
        self.stand_in.set_switches(switches);
    }
}

/// Returns the status and the first error's code of every part of a `compositeResponse`.
pub(crate) fn outcomes(response: &Value) -> Vec<(u64, String)> {
    let parts = response["compositeResponse"].as_array().unwrap_or_else(|| panic!("{response}"));
    let outcome = |part: &Value| {
        (part["httpStatusCode"].as_u64().unwrap(), part["body"][0]["errorCode"].as_str().unwrap_or("").to_owned())
    };
    parts.iter().map(outcome).collect()
}

/// Returns the code of the first error of a response.
pub(crate) fn code(body: &Value) -> &str {
    body[0]["errorCode"].as_str().unwrap_or("none")
}

/// Builds a composite request with `allOrNone`.
pub(crate) fn composite(parts: &[(&str, &str, &str, Value)]) -> Value {
    json!({"allOrNone": true, "compositeRequest": subrequests(parts)})
}

/// Builds the parts of a composite request or graph.
pub(crate) fn subrequests(parts: &[(&str, &str, &str, Value)]) -> Value {
    let parts = parts.iter().map(|(method, resource, id, body)| {
        let mut part = json!({"method": method, "url": format!("{DATA}/{resource}"), "referenceId": id});
        if !body.is_null() {
            part["body"] = body.clone();
        }
        part
    });
    parts.collect()
}
