//! Tests how the configuration is read from environment variables.

use std::path::PathBuf;

use anyhow::Result;
use webhook_service::config::{Config, meant_by};

fn read(variables: &[(&str, &str)]) -> Result<Config> {
    Config::read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
}

#[test]
fn an_empty_environment_selects_the_stand_in() {
    let config = read(&[]).unwrap();
    assert!(config.salesforce.is_none());
    assert!(config.tokens.is_empty());
    assert_eq!(config.database, PathBuf::from(":memory:"));
    assert!(config.settings.field_names.call_id().is_some());
}

#[test]
fn a_misspelt_variable_is_recognised() {
    let cases = [
        ("AIRCAL_TOKEN", Some("AIRCALL_TOKEN")),
        ("SALEFORCE_URL", Some("SALESFORCE_URL")),
        ("SETTIGNS", Some("SETTINGS")),
        ("AIRCALL_TOKEN", None),
        ("PAGER", None),
        ("PATH", None),
    ];
    for (name, meant) in cases {
        assert_eq!(meant_by(name), meant, "{name}");
    }
}

#[test]
fn errors_name_the_variable() {
    let org = ("SALESFORCE_URL", "https://example.my.salesforce.com");
    let key = ("SALESFORCE_CLIENT_ID", "key");
    let secret = ("SALESFORCE_CLIENT_SECRET", "secret");
    let cases: [(&[(&str, &str)], &str); 9] = [
        (&[org], "SALESFORCE_CLIENT_ID is missing: copy it from the connected app"),
        (&[org, key], "SALESFORCE_CLIENT_SECRET is missing: copy it from the connected app"),
        (
            &[("SALESFORCE_URL", "http://example.com")],
            "SALESFORCE_URL must start with https: http would send the client secret unencrypted",
        ),
        (&[("SALESFORCE_URL", "example.com")], "SALESFORCE_URL: relative URL without a base"),
        (
            &[org, key, secret],
            "AIRCALL_TOKEN is missing: set it to the token of the webhook in Aircall; separate several tokens with commas",
        ),
        (
            &[org, key, secret, ("AIRCALL_TOKEN", "a")],
            "SETTINGS is missing: set it to the path of the settings file (JSON)",
        ),
        (&[("AIRCALL_TOKEN", "a,,b")], "AIRCALL_TOKEN contains an empty token"),
        (&[("LISTEN", "8080")], "LISTEN: invalid socket address syntax"),
        (&[("KEEP_DAYS", "-1")], "KEEP_DAYS: invalid digit found in string"),
    ];
    for (variables, expected) in cases {
        let error = read(variables).err().map(|error| format!("{error:#}"));
        assert_eq!(error.as_deref(), Some(expected));
    }
}
