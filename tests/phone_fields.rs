//! Tests the numbers in a phone field (REC-1). `tests/oracles/fields.py` compares many more fields
//! with libphonenumber.

use aircall_salesforce::lookup::{DirectoryLists, NumberNeed, Record};
use aircall_salesforce::phone::{Region, parse};
use aircall_salesforce::salesforce::RecordType;
use aircall_salesforce::{Directory, Lookup};

fn need(number: &str, home: &str) -> NumberNeed {
    NumberNeed::new(parse(number, None).unwrap(), Region::new(home))
}

fn directory(phones: Vec<String>) -> Directory {
    let record = Record {
        record_type: RecordType::Contact,
        id: "003000000000001AAA".parse().unwrap(),
        name: "Ada Example".to_owned(),
        owner: None,
        account: None,
        phones,
        duplicate: false,
    };
    Directory::from(DirectoryLists { records: vec![record], ..DirectoryLists::default() })
}

/// Asserts for a call on a number in `home` that the field contains `number`, or that it does not.
#[track_caller]
fn check(field: &str, number: &str, home: &str, expected: bool) {
    let need = need(number, home);
    assert_eq!(need.is_in(field), expected, "{number} in {field:?} from {home:?}");
    let directory = directory(vec![field.to_owned()]);
    assert_eq!(directory.records_by_phone(need).len(), usize::from(expected), "{number} in {field:?} from {home:?}");
}

#[test]
fn words_do_not_hide_a_number() {
    for field in [
        "212-555-0123 (Axel)",
        "(212) 555-0123 mobile",
        "Mobile 212 555 0123, home 2",
        "Ada 212.555.0123 Example",
        "212-555-0123 моб",
        "212-555-0123 电话",
        "Tel.+1 212 555 0123 priv.",
        "00 1 212 555 0123 (from abroad)",
    ] {
        check(field, "+1 212-555-0123", if field.starts_with("00") { "DE" } else { "US" }, true);
    }
}

#[test]
fn each_of_several_numbers_is_found() {
    for sign in [" / ", "/", ";", ", ", "|", " & ", "\n", "\r\n", " or ", "\u{2028}"] {
        for field in [format!("646-555-0199{sign}212-555-0123"), format!("212-555-0123{sign}646-555-0199")] {
            check(&field, "+1 212-555-0123", "US", true);
            check(&field, "+1 646-555-0199", "US", true);
            check(&field, "+1 646-555-0123", "US", false);
        }
    }
    check("+1 646 555 0199 +1 212 555 0123", "+1 212-555-0123", "DE", true);
    check("+1 646 555 0199+1 212 555 0123+44 20 7946 0123", "+1 212-555-0123", "DE", true);
    // Nothing but blanks separates these numbers, so they are one text.
    check("646-555-0199 212-555-0123", "+1 212-555-0123", "US", false);
    check("+1 646-555-0199 212-555-0123", "+1 212-555-0123", "US", false);
}

#[test]
fn slashes_and_letters_inside_a_number_are_read() {
    for field in
        ["030/23 125 000", "030/23/125/000 mobil", "office: 030/23 125 001, 030 / 23 125 000", "030/23125000-x7"]
    {
        check(field, "+49 30 23125000", "DE", true);
    }
    check("030 / 0221 4710 200 / 23 125 000", "+49 30 23125000", "DE", false);
    for field in [
        "1-555-EXAMPLE",
        "Call 1-555-EXAMPLE, free",
        "1-555-EXAMPLE / 212-555-0123",
        "212-555-0123 / 1-555-EXAMPLE",
        "212-555-0123; 1-555-EXAM-PLE; Ada",
    ] {
        check(field, "+1 555-392-6753", "US", true);
        check(field, "+1 212-555-0123", "US", field.contains("0123"));
    }
    // Two letters are no vanity number.
    check("212-KL5-0123", "+1 212-555-0123", "US", false);
}

#[test]
fn the_callers_own_country_reads_a_field_too() {
    check("01 99 00 12 34", "+33 1 99 00 12 34", "GB", true);
    check("020 7946 0123 (London), 01 99 00 12 34 (Paris)", "+33 1 99 00 12 34", "GB", true);
    check("020 7946 0123 (London), 01 99 00 12 34 (Paris)", "+44 20 7946 0123", "FR", true);
    check("011 33 1 99 00 12 34", "+33 1 99 00 12 34", "GB", false);
    check("(416) 555-0123", "+1 416-555-0123", "", true);
    // No region has the area code 555, so the main region of the calling code reads the field.
    check("(555) 555-0123", "+1 555-555-0123", "GB", true);
    // Numbers without a country have no national notation.
    check("+800 1234 5678 (free)", "+800 1234 5678", "", true);
    check("1234 5678", "+800 1234 5678", "", false);
}

/// Returns every stretch of a field, as the rule defines it, without any short cut.
fn stretches(field: &str) -> Vec<&str> {
    let divides = |c: char| c.is_alphabetic() || "/;,|&\n\r".contains(c);
    let mut pieces = Vec::new();
    let (mut start, mut before) = (0, None::<char>);
    for (place, c) in field.char_indices() {
        let in_word = c.is_alphabetic() && before.is_some_and(char::is_alphabetic);
        if c == '+' || (divides(c) && !in_word) {
            pieces.push((start, place));
        }
        start = if c == '+' {
            place
        } else if divides(c) {
            place + c.len_utf8()
        } else {
            start
        };
        before = Some(c);
    }
    pieces.push((start, field.len()));
    let pairs = pieces.iter().enumerate().flat_map(|(n, first)| pieces[n..].iter().map(move |last| (first.0, last.1)));
    pairs.map(|(start, end)| &field[start..end]).chain([field]).collect()
}

#[test]
fn a_field_is_read_as_the_rule_defines_it() {
    let parts = [
        "212-555-0123",
        "+1 212 555 0123",
        "+1",
        "212",
        "5550123",
        "030",
        "23 125 000",
        "/",
        " / ",
        "; ",
        ",",
        " & ",
        "|",
        "\n",
        " ",
        "-",
        "+",
        "(",
        ")",
        "x",
        " ext. 7",
        "#7",
        "Ada",
        "EXAMPLE",
        "ab",
        "é",
        "моб",
        "00",
        "011",
        "1",
        "ſ",
        "²",
        "tel:",
        ".",
        "\u{200b}",
        "*",
    ];
    let numbers = [
        ("+1 212-555-0123", "US"),
        ("+1 212-555-0123", "DE"),
        ("+49 30 23125000", "DE"),
        ("+49 30 23125000", "GB"),
        ("+1 555-392-6753", "US"),
        ("+1 212-392-6753", ""),
        ("+49 212 5550123", "DE"),
    ];
    let mut state = 7_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut found = 0;
    for _ in 0..3_000 {
        let field: String = (0..=draw(9)).map(|_| parts[draw(parts.len())]).collect();
        let all = stretches(&field);
        let directory = directory(vec![field.clone()]);
        for (number, home) in numbers {
            let need = need(number, home);
            let reads = |text: &&str| {
                [need.home, need.own]
                    .iter()
                    .any(|region| parse(text, *region).is_some_and(|read| read.e164 == need.e164))
            };
            let expected = all.iter().any(reads);
            assert_eq!(need.is_in(&field), expected, "{number} in {field:?} from {home:?}");
            assert_eq!(!directory.records_by_phone(need).is_empty(), expected, "{number} in {field:?} from {home:?}");
            found += usize::from(expected);
        }
    }
    assert!(found > 300, "only {found} fields contain a number");
}

/// The time and memory for a field grow with its length. With the square of it, this would not end.
#[test]
fn long_fields_are_read() {
    let blanks = " ".repeat(250);
    let fields = [
        "/".repeat(200_000),
        format!("1{}", "/".repeat(200_000)),
        "+".repeat(200_000),
        "word ".repeat(50_000),
        "7".repeat(200_000),
        "1234567890/".repeat(3_000),
        "1/".repeat(1_000),
        "1x".repeat(100),
        format!("1{blanks}/").repeat(1_000),
    ];
    for field in fields {
        let need = need("+1 212-555-0123", "US");
        assert!(!need.is_in(&field), "{field:.20}");
        let field = format!("{field}; 212-555-0123 (Axel)");
        assert!(need.is_in(&field), "{field:.20}");
        assert_eq!(directory(vec![field]).records_by_phone(need).len(), 1);
    }
}
