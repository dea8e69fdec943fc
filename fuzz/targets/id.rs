//! Fuzzes ids of 15 and 18 characters.

#![no_main]

use aircall_salesforce::salesforce::{Id, Object};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(id) = text.parse::<Id>() else {
        assert!(
            text.len() != 15 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "15 letters and digits are an id"
        );
        return;
    };
    let short = &text[..15];
    assert_eq!((id.as_str().len(), &id.as_str()[..15]), (18, short));
    assert!(id.as_str().starts_with(text), "an id keeps its characters");
    for same in [short, id.as_str()] {
        assert_eq!(same.parse(), Ok(id));
    }
    let has_known_prefix = Object::ALL.iter().any(|object| text.starts_with(object.prefix()));
    assert_eq!(id.object().is_some(), has_known_prefix);
    let other_case: String = id
        .as_str()
        .chars()
        .enumerate()
        .map(|(n, character)| if n < 15 { swapped(character) } else { character })
        .collect();
    assert_eq!(other_case.parse::<Id>().is_ok(), other_case == id.as_str(), "a lost case is noticed");
});

fn swapped(character: char) -> char {
    if character.is_ascii_uppercase() { character.to_ascii_lowercase() } else { character.to_ascii_uppercase() }
}
