#!/usr/bin/env python3
"""Writes task.rs, the fields of Task, from a JSON file of facts about them. To renew it, in the
project's root:

    python3 src/salesforce/fields/generate.py TASK_FIELDS.json
    cargo fmt && cargo test --test check

If the sources lack a flag of a field, the flag allows everything. If they lack the type, UNTYPED
below has it.
"""
import json
import sys
from pathlib import Path

# The types that the sources lack. Salesforce's page on Task calls Type a picklist. The mapping
# writes none of the other two fields.
UNTYPED = {"Type": "picklist", "IsVisibleInSelfService": "boolean", "TaskWhoIds": "any"}
# The objects whose ids this crate tells apart by their prefix.
KNOWN = ["Account", "Case", "Contact", "Group", "Lead", "Opportunity", "RecordType", "Task", "User"]
# Only orgs with record types have this field, so the sources lack it.
RECORD_TYPE = {"name": "RecordTypeId", "type": "reference", "referenceTo": ["RecordType"], "restrictedPicklist": False}
WRITES = {(True, True): "Both", (True, False): "Create", (False, True): "Update", (False, False): "Never"}
ZONES = "RecurrenceTimeZoneSidKey"
WIDTH = 116


def field_type(field):
    name, length = field["name"], field.get("length")
    kind = field.get("type") or UNTYPED[name]
    limit = f"Some({length:_})" if length else "None"
    if field["restrictedPicklist"]:
        values = [value["value"] for value in field["picklistValues"]]
        return "Picklist(TIME_ZONES)" if name == ZONES else f"Picklist(&{json.dumps(values)})"
    if kind in ("reference", "id"):
        to = field.get("referenceTo", ["Task"])
        known = ", ".join(f"Object::{name}" for name in KNOWN if name in to)
        others = json.dumps(any(name not in KNOWN for name in to))
        return f"Reference {{ to: &[{known}], others: {others} }}"
    return {
        "string": f"Line({limit})",
        "combobox": f"Line({limit})",
        "picklist": f"Line({limit})",
        "textarea": f"Area({limit})",
        "int": f"Int {{ digits: {field.get('digits')} }}",
        "integer": "Number",
        "boolean": "Flag",
        "date": "Date",
        "datetime": "DateTime",
        "any": "Any",
    }[kind]


def row(field):
    writes = WRITES[field.get("createable", True), field.get("updateable", True)]
    nillable = json.dumps(field.get("nillable", True))
    return f'    field("{field["name"]}", {field_type(field)}, {writes}, {nillable}),'


def lines(words):
    line = "   "
    for word in words:
        if len(line) + len(word) > WIDTH:
            yield line
            line = "   "
        line += f' "{word}",'
    yield line


def main(source):
    facts = json.loads(Path(source).read_text())
    fields = sorted([*facts["fields"], RECORD_TYPE], key=lambda field: field["name"])
    zones = next(field for field in fields if field["name"] == ZONES)
    sources = "\n".join(f"//! - {source}" for source in facts["_sources"])
    rows = "\n".join(map(row, fields))
    zone_lines = "\n".join(lines(value["value"] for value in zones["picklistValues"]))
    Path(__file__).with_name("task.rs").write_text(f"""\
//! The fields of Task. Generated, not to be edited.
//!
//! `generate.py` beside this file wrote it, and describes how to renew it. It has the facts on
//! which these sources agree:
//!
{sources}

use super::FieldType::{{Any, Area, Date, DateTime, Flag, Int, Line, Number, Picklist, Reference}};
use super::Writes::{{Both, Create, Never}};
use super::{{Field, Object, field}};

/// Every field, by name.
pub(super) const FIELDS: &[Field] = &[
{rows}
];

/// The time zones of a recurring Task.
#[rustfmt::skip] // as many as fit a line
const TIME_ZONES: &[&str] = &[
{zone_lines}
];
""")


main(*sys.argv[1:])
