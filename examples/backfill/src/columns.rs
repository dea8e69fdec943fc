//! Checks which columns an export has.
//!
//! An export without phone numbers would make a new record for every caller. So a file without a
//! column that the mapping needs is refused, and so is a file with a column that looks like a
//! missing one, for example `Mobile` in place of `MobilePhone`. Other columns are ignored.

use aircall_salesforce::Settings;
use aircall_salesforce::salesforce::Object;
use aircall_salesforce::salesforce::task::field::DESCRIPTION;
use aircall_salesforce::settings::SharedNumber;
use anyhow::{Result, bail, ensure};

/// The phone fields of a Contact.
const PHONES: [&str; 5] = ["Phone", "MobilePhone", "HomePhone", "OtherPhone", "AssistantPhone"];
/// The phone fields of an Account; those of its person have the prefix `Person`.
const ACCOUNT_PHONES: [&str; 5] =
    ["Phone", "PersonMobilePhone", "PersonHomePhone", "PersonOtherPhone", "PersonAssistantPhone"];
const IS_PERSON: &str = "IsPersonAccount";
const IS_DELETED: &str = "IsDeleted";
const CONTACT: &str = "which connects a record with its contact";

/// Returns whether a column has a phone number.
pub(crate) fn is_phone(column: &str) -> bool {
    PHONES.iter().chain(&ACCOUNT_PHONES).any(|name| name.eq_ignore_ascii_case(column))
}

/// Checks the columns of an object besides `Id`; `None` is `OpportunityContactRole`.
pub(crate) fn check(columns: &[String], object: Option<Object>, settings: &Settings) -> Result<()> {
    let field = settings.field_names.call_id();
    let field = field.as_ref().map_or("", |field| field.as_str());
    ensure!(
        object != Some(Object::Task) || !field.is_empty(),
        "Tasks can only be read if the setting `call_id_field` is set"
    );
    let (phones, optional): (&[&str], &[&str]) = match object {
        Some(Object::Contact) => (&PHONES, &[]),
        Some(Object::Lead) => (&PHONES[..2], &["IsConverted"]),
        Some(Object::Account) => (&ACCOUNT_PHONES, &[IS_PERSON]),
        Some(Object::User) => (&[], &["IsActive", "UserType"]),
        Some(Object::Case | Object::Opportunity) | None => (&[], &["IsClosed"]),
        Some(Object::Task) => (&[], &[IS_DELETED]),
        Some(_) => (&[], &[]),
    };
    // One column of each list must be there; the text says why.
    let required: &[(&[&str], &str)] = match object {
        Some(Object::User) => &[
            (&["Email"], "by which a call finds its agent"),
            (&["CreatedDate"], "because a user who is younger than a day owns no Tasks"),
        ],
        Some(Object::Case | Object::Opportunity) => &[(&["ContactId"], CONTACT)],
        None => &[(&["ContactId"], CONTACT), (&["OpportunityId"], "which the contact belongs to")],
        Some(Object::Task) => &[
            (&[field], "which contains the id of the Task's call"),
            (&[DESCRIPTION], "without which an update would overwrite what people typed"),
        ],
        Some(Object::Contact | Object::Lead | Object::Account) => &[
            (&["Name", "FirstName"], "which the Subject contains"),
            (&["Name", "LastName"], "which the Subject contains"),
            (&["OwnerId"], "to whom the record's Tasks are assigned"),
            (phones, "by which a call finds the record"),
        ],
        Some(_) => &[],
    };
    let account = (&["AccountId"][..], "which the setting `shared_number` compares");
    let needs_account = object == Some(Object::Contact) && settings.shared_number.contains(&SharedNumber::Account);
    let has = |name: &str| columns.iter().any(|column| column.eq_ignore_ascii_case(name));
    for (names, why) in required.iter().chain(needs_account.then_some(&account)) {
        let is_there = names.iter().any(|name| has(name));
        ensure!(is_there, "the file has no column {}, {why}; found {}", quoted(names, " or "), found(columns));
    }
    let is_read = |column: &str| is_phone(column) || optional.iter().any(|name| name.eq_ignore_ascii_case(column));
    // An org without person accounts has none of their columns.
    let is_expected = |name: &str| !has(name) && (!name.starts_with("Person") || has(IS_PERSON));
    for missing in phones.iter().chain(optional).filter(|name| is_expected(name)) {
        if let Some(column) = columns.iter().find(|column| !is_read(column) && resembles(column, missing)) {
            let similar = found(std::slice::from_ref(column));
            bail!("the file has no column `{missing}`, but {similar}: rename or remove it; found {}", found(columns));
        }
    }
    Ok(())
}

/// Returns the names of columns for an error, but nothing of a line that has other content: the
/// first line of a file without a header can be a person's name and number.
pub(crate) fn found(columns: &[String]) -> String {
    let is_name = |column: &String| {
        let digits = column.bytes().filter(u8::is_ascii_digit).count();
        let is_other = |sign: char| sign.is_control() || "@+<>{}[]\"".contains(sign);
        digits < 5 && column.len() < 80 && !column.contains(is_other)
    };
    let names: Vec<_> = columns.iter().map(String::as_str).collect();
    if columns.iter().all(is_name) { quoted(&names, ", ") } else { "no names of columns".to_owned() }
}

fn quoted(names: &[&str], between: &str) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(between)
}

/// Returns whether a column was probably meant to be the column `name`: it has the label of the
/// field, or a typing error. A name with a point, such as `Account.Phone`, belongs to another
/// object.
fn resembles(column: &str, name: &str) -> bool {
    if column.contains('.') && !column.contains(' ') {
        return false;
    }
    let letters = |text: &str| text.to_lowercase().chars().filter(|sign| sign.is_alphanumeric()).collect::<String>();
    let (column, name) = (letters(column), letters(name));
    let is_phone = column.contains("phone") || ["mobil", "cell", "tel"].iter().any(|word| column.starts_with(word));
    (name.ends_with("phone") && is_phone)
        || column.contains(&name)
        || (column.len() > 3 && name.contains(&column))
        || distance(&column, &name) <= name.len() / 4
}

/// Returns how many letters must be inserted, deleted or replaced to change one text to another.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (above, letter) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], above + 1);
        for (at, other) in to.chars().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row.pop().unwrap_or_default()
}
