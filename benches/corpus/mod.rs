//! Generates calls from a seed, as varied as real calls. The benchmarks measure this corpus, and
//! the peers map it.
//!
//! A seed always produces the same cases. Names are invented, addresses are at example.com, and
//! numbers come from `numbers.rs`.
#![allow(
    clippy::pedantic,
    clippy::format_collect,
    unreachable_pub,
    dead_code,
    reason = "a generator of test data, included by several programs"
)]

mod call;
mod companies;
mod nasty;
mod numbers;
mod responses;
mod rng;
mod wide;

use numbers::{NUMBERS, Shown};
use rng::Rng;
use serde_json::{Value, json};

/// The JSON texts of a case, as `log_call` reads them.
pub struct Case {
    pub webhook: String,
    pub directory: String,
    pub settings: String,
}

/// Generates realistic calls; 3 % of them are mutated.
pub fn cases(seed: u64, count: usize) -> Vec<Case> {
    cases_of(seed, count, 3)
}

/// Generates cases like [`cases`]; `nasty` is the percentage of mutated calls.
pub fn cases_of(seed: u64, count: usize, nasty: u64) -> Vec<Case> {
    let mut rng = Rng::new(seed);
    (0..count).map(|index| case(&mut rng, index, nasty, false)).collect()
}

/// Generates cases like [`cases_of`] in which the settings and inputs occur that few companies
/// have.
pub fn wide_cases(seed: u64, count: usize, nasty: u64) -> Vec<Case> {
    let mut rng = Rng::new(seed);
    (0..count).map(|index| case(&mut rng, index, nasty, true)).collect()
}

const FIRST: [&str; 16] = [
    "Ada",
    "Jonas",
    "Zoë",
    "Müller",
    "Nadia",
    "Søren",
    "Iñigo",
    "Chloé",
    "Yuki",
    "Олена",
    "José",
    "Aoife",
    "Lars",
    "Mei",
    "Omar",
    "Grace",
];
const LAST: [&str; 16] = [
    "Lovelace",
    "Weber",
    "O'Neill",
    "van der Berg",
    "Šimić",
    "García Núñez",
    "Nakamura",
    "Коваленко",
    "D'Angelo",
    "Okafor",
    "Lindqvist",
    "Baptiste",
    "Meyer-Lüdenscheidt",
    "Smith",
    "Haddad",
    "陈",
];
const COMPANIES: [&str; 8] = [
    "Example GmbH",
    "Lovelace SARL",
    "Nimbus & Sons Ltd",
    "Beispiel AG",
    "Ejemplo S.A.",
    "\"Quoted\" Inc.",
    "Acme <Test> Oy",
    "Exemple et Fils",
];
const SENTENCES: [&str; 12] = [
    "Please call back this customer!",
    "Asked about the invoice of March.",
    "Möchte morgen zurückgerufen werden.",
    "Le client attend le devis, rappeler lundi.",
    "Quiere cambiar la dirección de envío.",
    "Left a message with the front desk.",
    "Sehr zufrieden 👍",
    "Price < 100 & quantity > 5.",
    "He said \"next week\".",
    "Wants the contract by e-mail.",
    "🇩🇪 → 🇫🇷",
    "Second try, nobody there.",
];

/// An Aircall number: its name, its displayed number, E.164, country and time zone.
type CompanyNumber = (&'static str, &'static str, &'static str, &'static str, &'static str);

const COMPANY_NUMBERS: [CompanyNumber; 16] = [
    ("Support Berlin", "+49 30 23125000", "+493023125000", "DE", "Europe/Berlin"),
    ("Vertrieb Wien", "+43 1 234567890", "+431234567890", "AT", "Europe/Vienna"),
    ("Sales line GB", "+44 20 7946 0001", "+442079460001", "GB", "Europe/London"),
    ("Bureau Paris", "+33 1 99 00 00 01", "+33199000001", "FR", "Europe/Paris"),
    ("General Inquiries", "+1 212-555-0100", "+12125550100", "US", "America/New_York"),
    ("West Coast", "+1 415-555-0101", "+14155550101", "US", "America/Los_Angeles"),
    ("Ventas Madrid", "+34 810 12 34 56", "+34810123456", "ES", "Europe/Madrid"),
    ("Ufficio Milano", "+39 02 1234 5678", "+390212345678", "IT", "Europe/Rome"),
    ("Sydney & Melbourne", "+61 2 5550 0001", "+61255500001", "AU", "Australia/Sydney"),
    ("Dublin", "+353 20 915 0001", "+353209150001", "IE", "Europe/Dublin"),
    ("Stockholm", "+46 8 465 004 01", "+46846500401", "SE", "Europe/Stockholm"),
    ("Toronto", "+1 416-555-0102", "+14165550102", "CA", "America/Toronto"),
    ("India desk", "+91 74104 10123", "+917410410123", "IN", "Asia/Kolkata"),
    ("São Paulo", "+55 11 2345-6789", "+551123456789", "BR", "America/Sao_Paulo"),
    ("Buenos Aires", "+54 11 2345-6789", "+541123456789", "AR", "America/Argentina/Buenos_Aires"),
    ("Auckland", "+64 3 234 5678", "+6432345678", "NZ", "Pacific/Auckland"),
];

/// The parts of a case before they are serialised.
struct Draft {
    webhook: Value,
    directory: Value,
    settings: Value,
}

/// The properties of a call.
struct Scene {
    id: u64,
    inbound: bool,
    answered: bool,
    running: bool,
    conference: bool,
    voicemail: bool,
    started: i64,
    line: CompanyNumber,
    /// The number in international and national form.
    number: (String, String),
    withheld: bool,
    agent: (u64, String),
    second: Option<(u64, String)>,
}

fn case(rng: &mut Rng, index: usize, nasty: u64, is_wide: bool) -> Case {
    let scene = scene(rng, index);
    let mut draft = Draft {
        webhook: call::webhook(rng, &scene),
        directory: responses::directory(rng, &scene),
        settings: companies::settings(rng.below(8)),
    };
    if is_wide {
        wide::widen(rng, &scene, &mut draft);
    }
    if rng.chance(nasty) {
        for _ in 0..=rng.below(3) {
            nasty::mutate(rng, &mut draft);
        }
    }
    // Aircall escapes these characters in its JSON, as Rails does.
    let webhook = draft.webhook.to_string();
    let webhook = webhook.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
    Case { webhook, directory: draft.directory.to_string(), settings: draft.settings.to_string() }
}

fn scene(rng: &mut Rng, index: usize) -> Scene {
    // The seven kinds of call, by their share in a hundred calls.
    let (inbound, answered, conference, voicemail) = match rng.below(100) {
        0..=21 => (false, true, false, false),
        22..=33 => (false, false, false, false),
        34..=63 => (true, true, false, false),
        64..=77 => (true, false, false, false),
        78..=88 => (true, false, false, true),
        89..=93 => (false, true, true, false),
        _ => (true, true, true, false),
    };
    let agent = person(rng);
    Scene {
        id: 780_836_000 + index as u64 * 7 + if rng.chance(30) { 3_000_000_000 } else { 0 },
        inbound,
        answered,
        running: rng.chance(4),
        conference,
        voicemail,
        started: 1_577_836_800 + rng.below(210_000_000) as i64,
        line: COMPANY_NUMBERS[rng.below(COMPANY_NUMBERS.len())],
        number: number(rng),
        withheld: rng.chance(5),
        second: rng.chance(12).then(|| person(rng)).filter(|second| *second != agent),
        agent,
    }
}

fn person(rng: &mut Rng) -> (u64, String) {
    let id = rng.below(40);
    (456 + id as u64, format!("{} {}", FIRST[id % 16], LAST[id * 7 % 16]))
}

fn email(id: u64) -> String {
    format!("agent.{id}@example.com")
}

fn user((id, name): &(u64, String)) -> Value {
    json!({
        "id": id, "direct_link": format!("https://api.aircall.io/v1/users/{id}"), "name": name, "email": email(*id), "available": true,
        "availability_status": "available", "language": "en-US", "wrap_up_time": id % 3 * 45,
    })
}

/// Returns a number of any region in international and national form, with random digits for each
/// `#`.
fn number(rng: &mut Rng) -> (String, String) {
    let (_, shown) = rng.pick(NUMBERS);
    let (international, national): &Shown = rng.pick(shown);
    let digits: Vec<char> = (0..8).map(|_| char::from(b'0' + rng.below(10) as u8)).collect();
    let fill = |pattern: &str| {
        let mut digits = digits.iter();
        pattern.chars().map(|character| if character == '#' { *digits.next().unwrap() } else { character }).collect()
    };
    (fill(international), fill(national))
}

/// Removes the separators of a displayed number.
fn e164_of(shown: &str) -> String {
    shown.chars().filter(|character| *character == '+' || character.is_ascii_digit()).collect()
}
