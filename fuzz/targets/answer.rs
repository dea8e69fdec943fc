//! Fuzzes Salesforce's responses to the requests of a batch of two calls. They are separated by
//! `U+001E`, and each begins with a digit that chooses its status.

#![no_main]

use aircall_salesforce::request::{Allowance, Batch, Checkpoint, Failure, Fate, Org};
use aircall_salesforce::{Action, Webhook, plan};
use aircall_salesforce_fuzz::{World, calls, judge, world};
use libfuzzer_sys::fuzz_target;

/// The statuses of responses, by digit.
const STATUSES: [u16; 10] = [200, 201, 204, 400, 401, 403, 408, 413, 503, LOST];
/// The status of a response that does not arrive.
const LOST: u16 = 0;

/// More rounds than the responses of any input can cause.
const MOST_ROUNDS: usize = 10_000;

/// Checks that a failure is one line.
fn judge_failure(failure: &Failure) {
    let message = failure.to_string();
    assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
    let _ = (failure.remedy(), failure.message());
}

fuzz_target!(|body: &str| {
    let mut responses = body.split('\u{1e}');
    let count = calls().count();
    let first = calls().nth(body.len() % count).expect("a call");
    let second = calls().nth(body.len() / count % count).expect("a call").replace("\"id\":1,\"d", "\"id\":2,\"d");
    let webhooks = [first, second];
    let webhooks = webhooks.iter().map(|body| Webhook::from_json(body).expect("a webhook"));
    let calls: Vec<_> = webhooks.filter_map(|webhook| webhook.call).collect();
    let World { settings, .. } = world(body.len());
    let mut org = Org::default();
    org.person_accounts = body.len() % 2 == 0;
    let mut checkpoint = Checkpoint::default();
    checkpoint.task = body.ends_with('!').then(|| "00T000000000001EAA".parse().expect("an id"));
    let mut batch = Batch::new(settings, org);
    for call in &calls {
        assert!(batch.add(call, std::mem::take(&mut checkpoint)), "the calls differ");
    }
    for round in 0.. {
        assert!(round < MOST_ROUNDS, "the batch ends");
        let requests = batch.requests();
        if requests.is_empty() {
            break;
        }
        for (key, _) in batch.sending() {
            assert!(calls.iter().any(|call| *key == call.id.into()));
        }
        for request in requests {
            // Once the input is used up, no request gets a response.
            let Some(response) = responses.next() else { continue };
            let mut characters = response.chars();
            let digit = characters.next().and_then(|first| first.to_digit(10)).unwrap_or_default();
            match STATUSES[digit as usize] {
                LOST => {}
                status => batch.answer(&request, status, characters.as_str()),
            }
        }
    }
    let (outcomes, _) = batch.into_outcomes();
    assert_eq!(outcomes.len(), calls.len());
    for (call, outcome) in calls.iter().zip(&outcomes) {
        outcome.not_handed_over.iter().for_each(judge_failure);
        match &outcome.fate {
            Fate::Failed(failure) => {
                judge_failure(failure);
                continue;
            }
            Fate::Gone => assert!(outcome.checkpoint.task.is_some() && outcome.checkpoint.wrote.is_none()),
            Fate::Done => {
                let plan = plan(call, &outcome.directory, settings);
                let is_logged = !matches!(plan.action, Action::Skip(_));
                assert!(!is_logged || (outcome.checkpoint.task.is_some() && outcome.checkpoint.wrote.is_some()));
            }
        }
        judge(call, &outcome.directory, settings);
    }
    judge_failure(&Failure::read(400, body.get(1..).unwrap_or_default()));
    let _ = Allowance::from_header(body).map(Allowance::percent);
});
