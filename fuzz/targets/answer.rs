//! Fuzzes Salesforce's responses, separated by `U+001E`: first to the queries about a call, then to
//! the requests that write its plan.

#![no_main]

use aircall_salesforce::request::collection::collect;
use aircall_salesforce::request::{Enquiry, Failure, Org, Writing};
use aircall_salesforce::{Webhook, needs, plan};
use aircall_salesforce_fuzz::{World, calls, judge, judge_error, world};
use libfuzzer_sys::fuzz_target;

const STATUSES: [u16; 6] = [200, 201, 204, 400, 404, 503];

/// Checks that a failure is one line.
fn judge_failure(failure: &Failure) {
    let message = failure.to_string();
    assert!(!message.contains(char::is_control), "{message:?}");
    let _ = failure.remedy();
}

fuzz_target!(|body: &str| {
    let mut answers = body.split('\u{1e}');
    let mut next = || answers.next().unwrap_or(r#"{"records": []}"#);
    let call = calls().nth(body.len() % calls().count()).expect("a call");
    let webhook = Webhook::from_json(&call).expect("a webhook");
    let call = webhook.call.expect("a call");
    let World { settings, .. } = world(body.len());
    let org = Org { person_accounts: body.len() % 2 == 0, ..Org::default() };
    let named = Failure::read(400, body.rsplit('\u{1e}').next().unwrap_or_default()).duplicates;
    let mut enquiry = Enquiry::new(&needs(&call, settings), settings, org).with_duplicates(&named);
    loop {
        let questions = enquiry.questions();
        if questions.is_empty() {
            break;
        }
        for question in questions {
            if let Err(error) = enquiry.answer(&question, next()) {
                judge_error(&error);
                assert!(enquiry.questions().contains(&question), "the question stays open");
                return;
            }
        }
    }
    let directory = enquiry.into_directory();
    judge(&call, &directory, settings);

    let plan = plan(&call, &directory, settings);
    let mut writing = Writing::new(&plan);
    while let Some(request) = writing.request().cloned() {
        let answer = next();
        let status = STATUSES[answer.len() % STATUSES.len()];
        if let Err(failure) = writing.answer(status, answer) {
            judge_failure(&failure);
            assert_eq!(writing.request(), Some(&request), "the request stays the next one");
            break;
        }
    }
    let (collections, _) = collect([&plan, &plan]);
    for answer in answers {
        judge_failure(&Failure::read(400, answer));
        for collection in &collections {
            match collection.results(200, answer) {
                Ok(results) => results.iter().filter_map(|result| result.as_ref().err()).for_each(judge_failure),
                Err(failure) => judge_failure(&failure),
            }
        }
    }
});
