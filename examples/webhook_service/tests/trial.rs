//! Tests the page that plans a webhook without writing.

mod support;

use reqwest::StatusCode;
use support::{SAMPLE, Sandbox, assert_has};

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_planned_with_selected_settings_without_writing() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.deliver(SAMPLE).await;
    let before = sandbox.tasks();
    let picked = [("webhook", SAMPLE), ("ask", "on"), ("anew", "on"), ("wording", "fr")];
    let (status, page) = service.fill_in("/try", &picked).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Message vocal"), "{page}");
    assert!(page.contains("003000000000001AAA") && page.contains("500000000000002AAA"), "{page}");
    assert!(page.contains("<option value=\"fr\" selected>"));
    let (_, unknown) = service.fill_in("/try", &[("webhook", SAMPLE), ("unknown_number", "do_nothing")]).await;
    assert!(unknown.contains("Nobody in Salesforce has the number +33199001234"), "{unknown}");
    let (_, update) =
        service.fill_in("/try", &picked.map(|(name, value)| (if name == "anew" { "-" } else { name }, value))).await;
    assert!(update.contains("updated") && !update.contains("WhoId"), "{update}");
    assert_eq!(sandbox.tasks(), before);
    service.close().await;
}

/// The settings that the page shows as an example.
const MORE_SETTINGS: &str = include_str!("../../data/more_settings.json");

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_planned_with_typed_settings() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let planned = async |typed: &str, more: &[(&str, &str)]| {
        let form = [&[("webhook", SAMPLE), ("ask", "on"), ("anew", "on"), ("settings", typed)], more].concat();
        service.fill_in("/try", &form).await
    };

    let (status, page) = planned(MORE_SETTINGS, &[]).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_has(&page, &["Voicemail from Ada Lovelace (VIP)", "Support Berlin, France", "High", "FIELD-5"]);
    let offered = html_text(MORE_SETTINGS.trim());
    assert_eq!(page.matches(&offered).count(), 2, "as an example and as it was typed: {page}");

    let (_, excluded) = planned(r#"{"exclude": {"tags": ["VIP"]}}"#, &[]).await;
    assert!(excluded.contains("not logged: excluded"), "{excluded}");
    // What is typed replaces what is selected.
    let (_, typed) =
        planned(r#"{"workflow": {"voicemail": "do_nothing"}}"#, &[("workflow.voicemail", "completed")]).await;
    assert!(typed.contains("not logged: workflow"), "{typed}");

    let mistakes = [
        ("[1]", "The settings are not a JSON object"),
        ("{\"exclude\": ", "The settings are not a JSON object"),
        (r#"{"workflow": "completed"}"#, "settings: "),
        (r#"{"record_order": []}"#, "`record_order` must not be empty"),
    ];
    for (typed, message) in mistakes {
        let (status, page) = planned(typed, &[("workflow.missed", "completed")]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(page.contains(message), "no {message} for {typed}: {page}");
    }
    assert!(sandbox.tasks().is_empty());
    service.close().await;
}

/// Returns a text as it is written in HTML.
fn html_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_explains_why_a_text_is_not_a_webhook() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let cases = [
        ("", "Nothing was pasted."),
        ("<!doctype html><script>alert(1)</script>", "This is a web page"),
        ("\u{fffd}\u{fffd}\u{0}\u{10}JFIF", "not text"),
        ("{\"event\": \"call.ended\",\n \"data\": {\"id\": 1, oops}}", "at line 2 column 20"),
        ("{\"event\": \"call.ended\", \"data\": {\"id\": 1}}", "`direction` is missing"),
        ("[1]", "a list where a webhook"),
    ];
    for (pasted, message) in cases {
        let (status, page) = service.fill_in("/try", &[("webhook", pasted)]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{pasted}");
        assert!(page.contains(message), "no {message} for {pasted}: {page}");
        assert!(!page.contains("<script>"));
    }
    let long = " ".repeat((1 << 20) + 1);
    assert!(service.fill_in("/try", &[("webhook", &long)]).await.1.contains("longer than any webhook"));
    let longer = "%".repeat(2 << 20);
    // The service responds before it has read the body, and then the client can lose the response.
    let mut status = None;
    for _ in 0..20 {
        let sent =
            service.http.post(format!("http://{}/try", service.pages)).form(&[("webhook", &longer)]).send().await;
        status = status.or(sent.ok().map(|sent| sent.status()));
    }
    assert_eq!(status, Some(StatusCode::PAYLOAD_TOO_LARGE));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_from_other_sites_are_rejected() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let sent = service
        .http
        .post(format!("http://{}/retry", service.pages))
        .header("sec-fetch-site", "cross-site")
        .send()
        .await;
    assert_eq!(sent.unwrap().status(), StatusCode::FORBIDDEN);
    service.close().await;
}
