//! Tests phone numbers: known mistakes of other libraries, every notation, and texts without a
//! number.
//!
//! `tests/oracles/numbers.py` compares a million more texts with libphonenumber itself.

#[path = "support/regions.rs"]
mod regions;

use aircall_salesforce::phone::{E164, PhoneNumber, Region, metadata_loaded, parse};
use regions::regions;

fn read(text: &str, home: &str) -> Option<PhoneNumber> {
    parse(text, Region::new(home))
}

/// Checks that `text` is the number `e164` in `region` (`-`: no region), which can be dialled from
/// everywhere.
#[track_caller]
fn is(text: &str, home: &str, e164: &str, region: &str) {
    let number = read(text, home);
    let found = number.map(|n| (n.e164.to_string(), n.region.map_or("-", Region::as_str), n.possible));
    assert_eq!(found, Some((e164.to_owned(), region, true)), "{text:?} from {home:?}");
}

/// Checks that `text` is the number `e164`, which cannot be dialled from abroad.
#[track_caller]
fn is_impossible(text: &str, home: &str, e164: &str) {
    let found = read(text, home).map(|n| (n.e164.to_string(), n.possible));
    assert_eq!(found, Some((e164.to_owned(), false)), "{text:?} from {home:?}");
}

#[track_caller]
fn is_none(text: &str, home: &str) {
    assert_eq!(read(text, home), None, "{text:?} from {home:?}");
}

#[test]
fn keeps_digits_that_only_look_like_a_trunk_prefix() {
    is("+7 812 123-45-67", "", "+78121234567", "RU");
    is("+370 8 412 34567", "", "+37041234567", "LT");
    is("+375 80 212 345 678", "", "+375212345678", "BY");
    is("+39 02 1234 5678", "", "+390212345678", "IT");
    is("02 1234 5678", "IT", "+390212345678", "IT");
    // A toll-free number, in which 8 or 80 is no trunk prefix: without the prefix six digits are
    // left, and the plan has no such number.
    is("+375 800 15362", "", "+37580015362", "BY");
    // Two digits are too few, so the 0 belongs to the number.
    is_impossible("+44 023", "", "+44023");
}

#[test]
fn takes_no_character_near_the_digits_of_unicode_for_a_digit() {
    is_none("\u{ffe0}", "DE");
    // The character after the Arabic 9 is the percent sign.
    is("+49 30 231٩2500", "", "+493023192500", "DE");
    is_none("+49 30 231٪2500", "");
    is("+49 30 23125000\u{ffe0}", "", "+493023125000", "DE");
}

#[test]
fn drops_a_trunk_prefix_typed_after_the_calling_code() {
    is("+1 1 888 240 6923", "", "+18882406923", "US");
    is("+46 08 123 456 78", "", "+46812345678", "SE");
    is("+49 (0) 30 23125 000", "", "+493023125000", "DE");
    is("+44 (0)20 7946 0958", "", "+442079460958", "GB");
    is("+33 (0)1 99 00 12 34", "", "+33199001234", "FR");
    // The prefix is also removed from digits that are too long.
    is_impossible("+44 (0)20 7946 09581", "", "+4420794609581");
}

#[test]
fn reads_a_calling_code_without_plus_only_where_the_digits_are_no_number_with_it() {
    is("49 30 23125 000", "DE", "+493023125000", "DE");
    // The digits could be `+39 0935 4890`, but they are a mobile number, which can begin with 390.
    is("390 935 4890", "IT", "+393909354890", "IT");
    // The digits are too long with and without the calling code.
    is_impossible("44 20 7946 09581", "GB", "+4420794609581");
    // The digits match no pattern of the plan, with and without the calling code.
    is("43 230", "AT", "+4343230", "AT");
}

#[test]
fn distinguishes_the_regions_of_a_shared_calling_code() {
    is("+1 212-555-0123", "", "+12125550123", "US");
    is("+1 506 234 5678", "", "+15062345678", "CA");
    is("+1 876 523 0123", "", "+18765230123", "JM");
    is("+7 701 234 5678", "", "+77012345678", "KZ");
    is("+39 06 698 12345", "", "+390669812345", "VA");
    is("+44 1481 960 000", "", "+441481960000", "GG");
    is("+44 1624 756 789", "", "+441624756789", "IM");
    is("+47 21 23 45 67", "", "+4721234567", "NO");
    is("+47 79 12 34 56", "", "+4779123456", "SJ");
    is("+61 8 9162 1234", "", "+61891621234", "CC");
    is("+61 8 9164 1234", "", "+61891641234", "CX");
    is("+212 528 823 456", "", "+212528823456", "MA");
    is("+262 269 60 12 34", "", "+262269601234", "YT");
    is("+290 22158", "", "+29022158", "SH");
    is("+290 8999", "", "+2908999", "TA");
    is("+358 18 12345", "", "+3581812345", "AX");
    is("+590 590 20 12 34", "", "+590590201234", "GP");
    is("+590 590 27 12 34", "", "+590590271234", "BL");
    is("+599 715 1234", "", "+5997151234", "BQ");
    is("+599 9 518 1234", "", "+59995181234", "CW");
    // No region of the calling code contains these numbers.
    is("+44 1534 960 000", "", "+441534960000", "-");
}

#[test]
fn knows_regions_that_iso_does_not() {
    is("+383 28 012 345", "", "+38328012345", "XK");
    is("+247 62 889", "", "+24762889", "AC");
}

#[test]
fn gives_numbers_of_no_country_no_region() {
    is("+800 1234 5678", "", "+80012345678", "-");
    is("+870 301 234 567", "", "+870301234567", "-");
    is("+881 612 345 678", "", "+881612345678", "-");
    is("+882 1234 5678", "", "+88212345678", "-");
    is("+979 123 456 789", "DE", "+979123456789", "-");
}

#[test]
fn reads_national_notation_with_the_home_region() {
    is("030 23125 000", "DE", "+493023125000", "DE");
    is("(212) 555-0123", "US", "+12125550123", "US");
    is("1-212-555-0123", "CA", "+12125550123", "US");
    is("8 (812) 123-45-67", "RU", "+78121234567", "RU");
    is("0549 886377", "SM", "+3780549886377", "SM");
    is_none("030 23125 000", "");
    is_none("030 23125 000", "ZZ");
}

#[test]
fn reads_what_is_dialled_from_abroad() {
    is("00 44 20 7946 0958", "DE", "+442079460958", "GB");
    is("011 44 20 7946 0958", "US", "+442079460958", "GB");
    is("0011 44 20 7946 0958", "AU", "+442079460958", "GB");
    is("+00 44 20 7946 0958", "DE", "+442079460958", "GB");
    is_none("00 999 20 7946 0958", "DE");
}

#[test]
fn short_codes_are_not_possible_from_anywhere() {
    is_impossible("112", "DE", "+49112");
    is_impossible("+49 112", "", "+49112");
    is_impossible("555-0123", "US", "+15550123");
    is_none("112", "");
    // Two digits alone are a number; three digits can have punctuation between them.
    is_impossible("12", "DE", "+4912");
    is_none("1 2", "DE");
    is_impossible("1 2 3", "DE", "+49123");
    // 1 is not a number, so 55 is not its extension.
    is_impossible("1x55", "DE", "+49155");
}

#[test]
fn passes_over_extensions() {
    for tail in [
        "x5",
        " ext. 5",
        " extn 5",
        " Extensión 5",
        " EXTENSIO\u{301}N: 5",
        "ｅｘｔ５",
        " доб. 5",
        " anexo 5",
        ";ext=5",
        " #5",
        "~5",
        ",5",
        ",,5",
        ";5",
        " int 5",
        " - 503#",
        " x12345",
        "\text\t5",
        // Case folding turns the long s into s and the dotless i into i.
        " extenſion 5",
        " ınt 5",
    ] {
        is(&format!("+44 20 7946 0958{tail}"), "", "+442079460958", "GB");
    }
    is("(212) 555-0123 x302/x2303", "US", "+12125550123", "US");
    is_none("+44 20 7946 0958 ext. 123456789012345678901", "");
    // `#` marks an extension only after a blank or hyphen.
    is("+44 20 7946 0958 ５#", "", "+442079460958", "GB");
    is_none("+44(20)7946(0958)５#", "");
}

#[test]
fn reads_links() {
    is("tel:+44-20-7946-0958", "", "+442079460958", "GB");
    is("tel:7946-0958;phone-context=+44-20", "", "+442079460958", "GB");
    is("tel:020-7946-0958;phone-context=example.co.uk", "GB", "+442079460958", "GB");
    is("tel:+442079460958;isub=12345", "", "+442079460958", "GB");
    is("tel:020-7946-0958;isub=5;phone-context=uk", "GB", "+442079460958", "GB");
    is_none(";isub=5;phone-context=uk", "GB");
    // A context must be the start of a number or a domain; otherwise the text has no number.
    is("tel:7946-0958;phone-context=+44(20).", "", "+442079460958", "GB");
    for context in ["+", "+()", "+44-20x"] {
        is_none(&format!("tel:020-7946-0958;phone-context={context}"), "GB");
    }
    for domain in ["1.uk", "a-b.uk.", "uk;isub=1"] {
        is(&format!("tel:020-7946-0958;phone-context={domain}"), "GB", "+442079460958", "GB");
    }
    for context in ["", "-x", ".", "1.2", "a.1", "a..uk", "-a.uk", "a-.uk", "a_b.uk", "ä.uk"] {
        is_none(&format!("tel:020-7946-0958;phone-context={context}"), "GB");
    }
}

#[test]
fn reads_other_scripts_letters_and_junk_around() {
    is("＋４４ ２０ ７９４６ ０９５８", "", "+442079460958", "GB");
    is("+٤٤٢٠٧٩٤٦٠٩٥٨", "", "+442079460958", "GB");
    is("1-800-FLOWERS", "US", "+18003569377", "US");
    // The first and the last letter of every key; ſ and ı count as letters but have no key.
    is("1-212-ADG-JMPT", "US", "+12122345678", "US");
    is("1-212-cfi-lsvz", "US", "+12122345789", "US");
    is("030 1234 5678ſſſ", "DE", "+493012345678", "DE");
    is("030 1234 5678ııı", "DE", "+493012345678", "DE");
    is("Tel: [+44] (20) 7946/0958 …", "", "+442079460958", "GB");
    is("(+44) 20\u{a0}7946\u{2013}0958", "", "+442079460958", "GB");
    // As in libphonenumber, text before the number is ignored and markup after the number is not.
    is_none("<b>+44 20 7946 0958</b>", "");
}

#[test]
fn says_what_is_no_number() {
    for text in [
        "",
        " ",
        "+",
        "1",
        "+1",
        "+12",
        "anonymous",
        "unknown",
        "😀",
        "<p></p>",
        "+999 123456",
        "+0 123456",
        "+210 123456",
        "alice@example.org",
        "*31#030123456",
        "+49+3023125000",
    ] {
        for home in ["", "DE", "US"] {
            is_none(text, home);
        }
    }
    is_none(&"1".repeat(100_000), "DE");
    is_none(&format!("+49 {}", "1".repeat(18)), "");
    is_impossible(&format!("+49 {}", "1".repeat(17)), "", &format!("+49{}", "1".repeat(17)));
    for blank in [" ", "\u{3000}"] {
        let padded = |blanks| format!("+44 20 7946 095{}8", blank.repeat(blanks));
        is(&padded(250 - 16), "", "+442079460958", "GB");
        is_none(&padded(251 - 16), "");
    }
}

#[test]
fn e164_takes_its_own_spelling_only() {
    let number: E164 = "+33199001234".parse().unwrap();
    assert_eq!(number.as_str(), "+33199001234");
    assert_eq!(format!("{number} {number:?} {number:>14}"), "+33199001234 E164(+33199001234)   +33199001234");
    let error = |text: &str| text.parse::<E164>().unwrap_err().to_string();
    let form = "an E.164 number is `+` and digits only";
    let calling_code = "the number begins with no known calling code";
    let length = "a number has 2 to 17 digits after the calling code";
    for text in
        ["", "33199001234", "+33 199001234", "+33199001234 ", "++33199001234", "＋33199001234", "+３３199001234"]
    {
        assert_eq!(error(text), form, "{text:?}");
    }
    for text in ["+999123456", "+0123456", "+210123456"] {
        assert_eq!(error(text), calling_code, "{text:?}");
    }
    for text in ["+", "+33", "+331", "+1234567890123456789", &format!("+{}", "1".repeat(1_000))] {
        assert_eq!(error(text), length, "{text:?}");
    }
    assert_eq!(error("+12"), length);
    assert_eq!("+123".parse::<E164>().map(|n| n.to_string()), Ok("+123".to_owned()));
    assert_eq!("+88312345678901234567".parse::<E164>().map(|n| n.as_str().len()), Ok(21));
}

#[test]
fn e164_is_its_text_in_json_and_in_order() {
    let number: E164 = serde_json::from_str("\"+33199001234\"").unwrap();
    assert_eq!(serde_json::to_string(&number).unwrap(), "\"+33199001234\"");
    let error = serde_json::from_str::<E164>("\"0199001234\"").unwrap_err().to_string();
    assert_eq!(error, "refused: an E.164 number is `+` and digits only at line 1 column 12");
    assert!(serde_json::from_str::<E164>("33199001234").is_err());
    let mut numbers = ["+44201", "+4420", "+33199001234", "+123"].map(|text| text.parse::<E164>().unwrap());
    let mut texts = numbers.map(|n| n.to_string());
    numbers.sort();
    texts.sort();
    assert_eq!(numbers.map(|n| n.to_string()), texts);
}

#[test]
fn what_is_read_reads_again() {
    for text in [
        "+7 812 123-45-67",
        "+49 (0) 30 23125 000",
        "+39 02 1234 5678",
        "+1 1 888 240 6923",
        "+800 1234 5678",
        "+49 112",
    ] {
        let number = parse(text, None).unwrap();
        assert_eq!(number.e164.as_str().parse(), Ok(number.e164));
        assert_eq!(parse(number.e164.as_str(), None), Some(number));
    }
}

#[test]
fn has_all_regions() {
    let regions: Vec<_> = regions().collect();
    assert_eq!(regions.len(), 245);
    assert!(regions.windows(2).all(|pair| pair[0].as_str() < pair[1].as_str()));
    for region in regions {
        assert_eq!(Region::new(region.as_str()), Some(region));
        assert_eq!(Region::new(&region.as_str().to_lowercase()), Some(region));
    }
    for unknown in ["", "D", "DEU", "ZZ", "00", "001", "ß", "AQ", "UK"] {
        assert_eq!(Region::new(unknown), None, "{unknown:?}");
    }
    assert_eq!(format!("{0} {0:?} {0:>3}", Region::new("xk").unwrap()), "XK Region(XK)  XK");
}

/// One test, because all tests of a program share the metadata; no other test here loads it.
#[test]
fn loads_the_metadata_only_for_prefixes_that_need_it() {
    for region in ["AR", "AU", "BR", "CN", "DE", "IT", "JP", "KR", "MX", "NZ", "US"] {
        for text in [
            "+54 11 2345-6789",
            "+55 11 96123-4567",
            "+81 3-1234-5678",
            "+86 10 1234 5678",
            "+82 2-123-4567",
            "+49 (0) 30 23125 000",
            "(0) 11 2345 6789",
            "anonymous",
        ] {
            let _ = read(text, region);
        }
    }
    is("011 2345 6789", "AR", "+541123456789", "AR");
    is("(011) 96123-4567", "BR", "+5511961234567", "BR");
    assert!(!metadata_loaded());

    is("011 15 2345 6789", "AR", "+5491123456789", "AR");
    assert!(metadata_loaded());
    is("+54 11 15 2345 6789", "", "+5491123456789", "AR");
    is("0 15 11 96123-4567", "BR", "+5511961234567", "BR");
    is("555 0123", "BM", "+14415550123", "BM");
    is("886377", "SM", "+3780549886377", "SM");
    is("001 44 20 7946 0958", "SG", "+442079460958", "GB");
    never_panics();
}

/// Returns odd texts of every region, the same texts on every run.
fn never_panics() {
    let pieces: Vec<&str> = "0 1 4 9 00 + + - ( ) . / x * # ~ , ; ext= ;ext= ;isub= tel: ;phone-context= +49 011 é ５ ٣ 😀 ſ İ \u{301} \u{a0} \u{200b} abc \\ 12345 doб"
        .split(' ')
        .collect();
    let mut state = 1_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % below
    };
    for region in regions() {
        for _ in 0..200 {
            let text: String = (0..draw(16)).filter_map(|_| pieces.get(draw(pieces.len())).copied()).collect();
            for home in [None, Some(region)] {
                if let Some(number) = parse(&text, home) {
                    assert_eq!(number.e164.as_str().parse(), Ok(number.e164), "{text:?} from {home:?}");
                }
            }
        }
    }
}
