//! Signs clients in: OAuth's client-credentials and password flows, and SOAP's `login`, which
//! jsforce and simple-salesforce use.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::org::Org;

/// The org's id.
pub(crate) const ORG: &str = "00D000000000001EAA";
/// How many tokens are valid at the same time.
const TOKENS: usize = 10_000;

/// Issues a token.
fn token(org: &mut Org) -> String {
    org.tokens_given += 1;
    let token = format!("{ORG}!stand.in.{}", org.tokens_given);
    if org.tokens.len() == TOKENS {
        org.tokens.remove(0);
    }
    org.tokens.push(token.clone());
    token
}

/// Handles `POST /services/oauth2/token` with a form or with HTTP basic authentication.
pub(crate) fn oauth(org: &mut Org, host: &str, basic: Option<(String, String)>, form: &[(String, String)]) -> Response {
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let (basic_id, basic_secret) = basic.unzip();
    let id = field("client_id").or(basic_id.as_deref());
    let secret = field("client_secret").or(basic_secret.as_deref());
    let credentials = &org.credentials;
    let is_client = id == Some(&credentials.client_id) && secret == Some(&credentials.client_secret);
    let is_user = field("username") == Some(&credentials.username) && field("password") == Some(&credentials.password);
    let (error, description) = match field("grant_type") {
        Some("client_credentials" | "password") if !is_client => ("invalid_client", "invalid client credentials"),
        Some("client_credentials") => return signed_in(org, host),
        Some("password") if is_user => return signed_in(org, host),
        Some("password") => ("invalid_grant", "authentication failure"),
        _ => ("unsupported_grant_type", "grant type not supported"),
    };
    let body = json!({"error": error, "error_description": description});
    (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
}

fn signed_in(org: &mut Org, host: &str) -> Response {
    let token = token(org);
    let instance = format!("http://{host}");
    let body = json!({
        "access_token": token,
        "instance_url": instance,
        "id": format!("{instance}/id/{ORG}/{}", org.running_user),
        "token_type": "Bearer",
        "scope": "api",
        "issued_at": chrono::Utc::now().timestamp_millis().to_string(),
    });
    axum::Json(body).into_response()
}

/// Handles `POST /services/Soap/u/NN.0`. The only supported call is `login`.
pub(crate) fn soap(org: &mut Org, host: &str, version: &str, body: &str) -> Response {
    let document = roxmltree::Document::parse(body).ok();
    let text = |name: &str| {
        let nodes = document.iter().flat_map(|document| document.descendants());
        let mut found = nodes.filter(|node| node.tag_name().name() == name);
        found.next().and_then(|node| node.text()).unwrap_or_default().to_owned()
    };
    let is_user = text("username") == org.credentials.username && text("password") == org.credentials.password;
    if !is_user {
        let message = "INVALID_LOGIN: Invalid username, password, security token; or user locked out.";
        let fault = format!(
            "<soapenv:Fault><faultcode>sf:INVALID_LOGIN</faultcode><faultstring>{message}</faultstring><detail>\
             <sf:LoginFault xmlns:sf=\"urn:fault.partner.soap.sforce.com\"><sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>\
             <sf:exceptionMessage>{message}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>"
        );
        return envelope(StatusCode::INTERNAL_SERVER_ERROR, &fault);
    }
    let token = token(org);
    let user = org.running_user;
    let result = format!(
        "<loginResponse xmlns=\"urn:partner.soap.sforce.com\"><result>\
         <metadataServerUrl>http://{host}/services/Soap/m/{version}</metadataServerUrl>\
         <passwordExpired>false</passwordExpired><sandbox>false</sandbox>\
         <serverUrl>http://{host}/services/Soap/u/{version}/{ORG}</serverUrl>\
         <sessionId>{token}</sessionId><userId>{user}</userId>\
         <userInfo><organizationId>{ORG}</organizationId><userId>{user}</userId>\
         <sessionSecondsValid>7200</sessionSecondsValid></userInfo></result></loginResponse>"
    );
    envelope(StatusCode::OK, &result)
}

fn envelope(status: StatusCode, body: &str) -> Response {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    );
    (status, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], text).into_response()
}
