//! Fuzzes templates and the inserted values: the text before the first line break, and the text
//! after it.

#![no_main]

use std::borrow::Cow;

use aircall_salesforce::wording::Template;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &str| {
    let (text, value) = body.split_once('\n').unwrap_or((body, ""));
    for known in [Template::SUBJECT, Template::LINK, Template::NOTE] {
        match Template::new(text.to_owned(), known) {
            Ok(template) => {
                let rendered = |value: Option<&str>| {
                    let mut out = String::from("kept ");
                    template.render(&mut out, "unknown", |name| {
                        assert!(known.contains(&name));
                        value.map(Cow::Borrowed)
                    });
                    assert!(out.starts_with("kept "));
                    out
                };
                let holds_all = known.iter().all(|name| text.contains(&format!("{{{name}}}")));
                assert!(holds_all || known != Template::LINK);
                // Rendering with and without special characters shows that inserted values are
                // never parsed as templates.
                let (plain, special) = (rendered(Some("\u{1}")), rendered(Some(value)));
                assert!(plain.contains('\u{1}') || text.contains('\u{1}') || plain == special);
                assert!(text.contains('\u{1}') || plain.replace('\u{1}', value) == special);
                rendered(None);
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let literal: String = text
        .chars()
        .flat_map(|character| std::iter::repeat_n(character, 1 + usize::from("{}[]".contains(character))))
        .collect();
    if let Ok(template) = Template::new(literal, Template::SUBJECT) {
        let mut out = String::new();
        template.render(&mut out, "unknown", |_| None);
        assert_eq!(out, text);
    }
});
