//! The page that tries a webhook out.

mod house;

use house::{SAMPLE, Town};
use reqwest::StatusCode;

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_planned_with_the_settings_that_were_picked_and_nothing_is_written() {
    let town = Town::new().await;
    let house = town.house().await;
    house.post(SAMPLE).await;
    house.quiet().await;
    let before = town.tasks();
    let picked = [("webhook", SAMPLE), ("ask", "on"), ("anew", "on"), ("wording", "fr")];
    let (status, page) = house.fill_in("/try", &picked).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Message vocal"), "{page}");
    assert!(page.contains("003000000000001AAA") && page.contains("500000000000002AAA"), "{page}");
    assert!(page.contains("<option value=\"fr\" selected>"));
    let (_, unknown) = house.fill_in("/try", &[("webhook", SAMPLE), ("unknown_number", "do_nothing")]).await;
    assert!(unknown.contains("not found"));
    let (_, update) =
        house.fill_in("/try", &picked.map(|(name, value)| (if name == "anew" { "-" } else { name }, value))).await;
    assert!(update.contains("updated") && !update.contains("WhoId"), "{update}");
    assert_eq!(town.tasks(), before);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_webhook_is_said_so() {
    let town = Town::new().await;
    let house = town.house().await;
    let cases = [
        ("", "Nothing was pasted."),
        ("<!doctype html><script>alert(1)</script>", "This is a web page"),
        ("\u{fffd}\u{fffd}\u{0}\u{10}JFIF", "not text"),
        ("{\"event\": \"call.ended\",\n \"data\": {\"id\": 1, oops}}", "at line 2 column 20"),
        ("{\"event\": \"call.ended\", \"data\": {\"id\": 1}}", "`direction` is missing"),
        ("[1]", "a list where a webhook"),
    ];
    for (pasted, told) in cases {
        let (status, page) = house.fill_in("/try", &[("webhook", pasted)]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{pasted}");
        assert!(page.contains(told), "no {told} for {pasted}: {page}");
        assert!(!page.contains("<script>"));
    }
    let long = " ".repeat((1 << 20) + 1);
    assert!(house.fill_in("/try", &[("webhook", &long)]).await.1.contains("longer than any webhook"));
    let longer = "%".repeat(2 << 20);
    assert_eq!(house.fill_in("/try", &[("webhook", &longer)]).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_on_other_peoples_pages_do_nothing() {
    let town = Town::new().await;
    let house = town.house().await;
    let sent =
        house.http.post(format!("http://{}/retry", house.pages)).header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(sent.unwrap().status(), StatusCode::FORBIDDEN);
    house.close().await;
}
