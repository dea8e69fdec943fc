//! Tests the exports of the directory: the columns that they must have, the forms in which tables
//! are saved, and files that are not tables.

use crate::world::{SETTINGS, World, call, gzip};
use serde_json::json;

const CREATES: &str = r#"{"admin": "005000000000001AAA", "unknown_number": "create_contact"}"#;
/// A Contact with the number of call 1, in the columns of [`HEADER`].
const ADA: &str = "003000000000001AAA,Ada Lovelace,005000000000002AAA,+33199001201,\n";
const HEADER: &str = "Id,Name,OwnerId,Phone,MobilePhone\n";

fn world(settings: &str, name: &str, content: impl AsRef<[u8]>) -> World {
    let world = World::new(settings);
    world.write("calls", call(1).to_string());
    world.write(name, content);
    world
}

/// Checks that the file is refused on one line without personal data, and returns the error.
#[track_caller]
fn refused(content: impl AsRef<[u8]>) -> String {
    let world = world(SETTINGS, "export.csv", content);
    let said = world.backfill("out", 1, &["--directory", "export.csv", "calls"]);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(!said.contains("Lovelace") && !said.contains("19900"), "{said}");
    assert!(!world.path("out").exists());
    let error = said.trim_end().strip_prefix("backfill: export.csv: ");
    error.unwrap_or_else(|| panic!("{said}")).to_owned()
}

/// Checks that the record of the file is found, and that the report has the file's number of
/// records.
#[track_caller]
fn found(content: impl AsRef<[u8]>) {
    let world = world(CREATES, "export.csv", content);
    world.backfill("out", 0, &["--directory", "export.csv", "calls"]);
    let tasks = world.rows("out/tasks-0001.csv");
    assert_eq!(tasks[0]["WhoId"], "003000000000001AAA");
    assert!(tasks[0]["Subject"].contains("Ada Lovelace"), "{}", tasks[0]["Subject"]);
    assert_eq!(world.report("out")["directory"], json!({"export.csv": 1}));
}

#[test]
fn an_export_without_phone_numbers_is_refused() {
    assert_eq!(
        refused("Id,Name,OwnerId,Email\n003000000000001AAA,Ada Lovelace,005000000000002AAA,ada@example.com\n"),
        "line 1: the file has no column `Phone` or `MobilePhone` or `HomePhone` or `OtherPhone` or `AssistantPhone`, \
         by which a call finds the record; found `Id`, `Name`, `OwnerId`, `Email`"
    );
    let lead = "00Q000000000001,Ada Lovelace,005000000000002AAA,+33199001201\n";
    assert_eq!(
        refused(format!("Id,Name,OwnerId,Phone Number\n{lead}")),
        "line 1: the file has no column `Phone` or `MobilePhone`, by which a call finds the record; \
         found `Id`, `Name`, `OwnerId`, `Phone Number`"
    );
    let account = lead.replace("00Q", "001");
    assert!(
        refused(format!("Id,Name,OwnerId,Telefon\n{account}")).contains("no column `Phone` or `PersonMobilePhone`")
    );
}

#[test]
fn a_column_in_place_of_a_missing_column_is_refused() {
    assert_eq!(
        refused(format!("Id,Name,OwnerId,Phone,MobilePhon\n{ADA}")),
        "line 1: the file has no column `MobilePhone`, but `MobilePhon`: rename or remove it; \
         found `Id`, `Name`, `OwnerId`, `Phone`, `MobilePhon`"
    );
    for label in ["Mobile", "Phone Number", "Asst. Phone", "HomePhne", "Cell", "Telefon 2", "Mobile_Phone__c"] {
        let said = refused(HEADER.replace("MobilePhone", label) + ADA);
        assert!(said.contains(&format!("but `{label}`: rename or remove it")), "{said}");
    }
    for (header, row, missing) in [
        ("Id,Name,OwnerId,Phone,Converted", "00Q000000000001,Ada,005000000000002AAA,,true", "MobilePhone"),
        ("Id,Email,CreatedDate,Active", "005000000000007,a@example.com,2025-01-01T08:00:00Z,false", "IsActive"),
        ("Id,ContactId,Closed", "500000000000001,003000000000001AAA,true", "IsClosed"),
        (
            "Id,Name,OwnerId,Phone,IsPersonAccount,Mobile",
            "001000000000001,A,005000000000002AAA,,true,",
            "PersonMobilePhone",
        ),
    ] {
        let said = refused(format!("{header}\n{row}\n"));
        let is_lead = header.contains("Converted");
        assert!(
            said.contains(&format!("no column `{}`, but", if is_lead { "IsConverted" } else { missing })),
            "{said}"
        );
    }
}

#[test]
fn a_required_column_of_each_object_is_named() {
    for (header, row, missing) in [
        ("Contact ID,Name", "003000000000001AAA,Ada Lovelace", "`Id`; an export must use API names as column names"),
        ("Id,Name,Phone,Owner", "003000000000001AAA,Ada Lovelace,,", "`OwnerId`, "),
        ("Id,LastName,OwnerId,Phone", "003000000000001AAA,Lovelace,,", "`Name` or `FirstName`, "),
        ("Id,FirstName,OwnerId,Phone", "003000000000001AAA,Ada,,", "`Name` or `LastName`, "),
        ("Id,Username,CreatedDate", "005000000000007,ada@example.com,", "`Email`, "),
        ("Id,Email", "005000000000007,ada@example.com", "`CreatedDate`, "),
        ("Id,Contact,IsClosed", "500000000000001,,true", "`ContactId`, "),
        ("Id,Name,IsClosed", "006000000000001,,true", "`ContactId`, "),
        ("Id,ContactId", "00K000000000001,003000000000001AAA", "`OpportunityId`, "),
    ] {
        let said = refused(format!("{header}\n{row}\n"));
        let found = header.split(',').map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        assert!(said.starts_with(&format!("line 1: the file has no column {missing}")), "{said}");
        assert!(said.ends_with(&format!("; found {found}")), "{said}");
    }
}

#[test]
fn other_columns_are_ignored() {
    found(format!("{HEADER}{ADA}"));
    found("Id,Name,OwnerId,Phone\n003000000000001AAA,Ada Lovelace,005000000000002AAA,+33199001201\n");
    found(
        "Id,Salutation,FirstName,LastName,OwnerId,HomePhone,Fax,Email,AssistantName,OtherCity,Account.Phone\n\
         003000000000001AAA,Ms,Ada,Lovelace,005000000000002AAA,+33199001201,,ada@example.com,,,\n",
    );
    found(
        "Id,Name,OwnerId,Phone,MobilePhone,HomePhone,OtherPhone,AssistantPhone,Phone Number,Mobile,Second_Phone__c\n\
         003000000000001AAA,Ada Lovelace,005000000000002AAA,,,,,+33199001201,,,\n",
    );
    let accounts =
        "Id,Name,OwnerId,Phone,AccountNumber,Second_Phone__c\n001000000000001AAA,Ada,005000000000002AAA,,,\n";
    let world = world(SETTINGS, "export.csv", accounts);
    world.backfill("out", 0, &["--directory", "export.csv", "calls"]);
}

#[test]
fn tables_are_read_as_programs_save_them() {
    let plain = format!("{HEADER}{ADA}");
    found(format!("\u{feff}{plain}"));
    found(format!("\u{feff}{}", plain.replacen("Id,", "\"Id\",", 1)));
    found(plain.replace('\n', "\r\n"));
    found(plain.replace('\n', "\r"));
    found(plain.trim_end());
    found(plain.replace(',', ";"));
    found(plain.replace(',', "\t"));
    found(gzip(plain.as_bytes()));
    found(format!("Description,{HEADER}\"first\r\nsecond; \"\"third\"\"\",{ADA}"));
}

#[test]
fn an_error_in_a_row_has_the_line_and_the_column() {
    let text = format!("Note,{HEADER}\"one\ntwo\",{ADA}three,003000000000001AAM,Ada Lovelace,,,\n");
    assert!(refused(text).starts_with("line 4: `Id`: "));
    let queue = refused("Id,Name\n00G000000000001,Support\n");
    assert_eq!(queue, "line 2: `Id` belongs to an object that this program does not read");
    let owner = refused(format!("{HEADER}{}", ADA.replace("005000000000002AAA", "Ada Lovelace")));
    assert!(owner.starts_with("line 2: `OwnerId`: "), "{owner}");
    let user = "Id,Email,CreatedDate\n005000000000007,ada@example.com,yesterday\n";
    assert!(refused(user).starts_with("line 2: `CreatedDate`: "));
    let error = "expected 5 cells, as in the header, got 6";
    assert_eq!(refused(format!("{HEADER}{ADA}{}", ADA.replace(",\n", ",,\n"))), format!("line 3: {error}"));
    assert_eq!(
        refused([HEADER.as_bytes(), ADA.as_bytes(), b"Zo\xEB,,,,\n"].concat()),
        "line 3: the file is not text in UTF-8"
    );
}

#[test]
fn a_file_without_records_is_counted() {
    let world = world(CREATES, "in/contacts.csv", HEADER);
    world.write("in/directory.json", "{}");
    world.write("in/users.csv", "Id,Email,CreatedDate\n005000000000007,ada@example.com,2025-01-01T08:00:00Z\n");
    let output = world.run(&["--settings", "settings.json", "--out", "out", "--directory", "in", "calls"]);
    assert_eq!(output.status.code(), Some(0));
    let counts = json!({"in/contacts.csv": 0, "in/directory.json": 0, "in/users.csv": 1});
    assert_eq!(world.report("out")["directory"], counts);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with(&format!("directory\n  in/contacts.csv{:>29}\n", 0)), "{said}");
}

#[test]
fn a_file_that_is_not_an_export_is_refused() {
    let empty = "line 1: the file is empty; expected the names of the columns";
    for nothing in ["", "\u{feff}", "\r\n\n"] {
        assert_eq!(refused(nothing), empty, "{nothing:?}");
    }
    let photo = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[7; 5000]].concat();
    assert_eq!(refused(photo), "line 1: the file is not text in UTF-8");
    let no_names = "line 1: the file has no column `Id`; an export must use API names as column names; \
                    found no names of columns";
    assert_eq!(refused([b"GIF89a".as_slice(), &[0; 5000]].concat()), no_names);
    assert_eq!(refused("<!DOCTYPE html>\n<html><body>Ada Lovelace</body></html>\n"), no_names);
    assert_eq!(refused("{\"records\": [{\"Name\": \"Ada Lovelace\"}]}\n"), no_names);
    // The first line of a file without a header has names and numbers.
    assert_eq!(refused(ADA), no_names);
    let utf16: Vec<u8> = format!("\u{feff}{HEADER}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(refused(utf16), "line 1: the file is not text in UTF-8");
    for (name, content) in [("photo.json", "\u{89}PNG"), ("page.json", "<html>"), ("empty.json", "")] {
        let world = world(SETTINGS, name, content);
        let said = world.backfill("out", 1, &["--directory", name, "calls"]);
        assert!(said.starts_with(&format!("backfill: {name}: ")) && said.contains("line 1"), "{said}");
    }
    let packed = gzip(format!("{HEADER}{ADA}").as_bytes());
    assert!(refused(&packed[..packed.len() / 2]).starts_with("line 1: "));
}
