#!/usr/bin/env python3
"""Writes table.rs, the world's numbering plans, from the metadata of Google's libphonenumber.

The PyPI package `phonenumbers` contains the metadata in Python. To update, in the project's root:

    python3 -m venv target/phone && target/phone/bin/pip install --upgrade phonenumbers
    target/phone/bin/python src/phone/generate.py
    python3 tests/oracles/numbers.py

Every pattern over digits becomes a start state in ONE minimised automaton (automaton.py). So a
lookup is a walk of one step per digit, and the many equal tails ("any six digits more") are stored
once. There are three kinds of start states:

  general   Does the region's generalDesc match the whole number?
  regions   Which region of a shared calling code has the number? The first in libphonenumber's
            order counts.
  special   Does a prefix pattern do anything else than remove one of its plain literals?

Before the script writes, it checks the automaton against Python's `re` on random digits.
"""
import random
import re
import sys
import unicodedata
from pathlib import Path

import phonenumbers

sys.dont_write_bytecode = True  # no __pycache__ in src
from automaton import NO, YES, Pattern, Special, Table, Whole, alternatives
from phonenumbers.data import _COUNTRY_CODE_TO_REGION_CODE as REGIONS_OF_CODE
from phonenumbers.phonemetadata import PhoneMetadata

TYPES = ("premium_rate toll_free shared_cost voip personal_number pager uan voicemail fixed_line mobile").split()
MAX_NATIONAL = 17  # libphonenumber refuses longer national numbers


class WhichRegion:
    """Labels a number with the row of the first region of a calling code that has the number.

    A region has the number if its leading digits match, or, without leading digits, if its
    generalDesc and one of its types match.
    """

    def __init__(self, regions):
        self.tests = []
        for row, region in regions:
            if region.leading_digits is not None:
                self.tests.append((row, Pattern(region.leading_digits), None))
            else:
                self.tests.append((row, None, [(Pattern(d.national_number_pattern), d.possible_length) for d in descriptions(region)]))

    def begin(self):
        return 0, tuple(p.begin() if p else tuple(q.begin() for q, _ in types) for _, p, types in self.tests)

    def step(self, state, digit):
        length, old = state
        new = []
        for (_, leading, types), at in zip(self.tests, old):
            if leading:
                new.append(True if at is True or leading.accepts(leading.step(at, digit), False) else leading.step(at, digit))
            else:
                new.append(tuple(q.step(s, digit) for (q, _), s in zip(types, at)))
        return min(length + 1, MAX_NATIONAL + 1), tuple(new)

    def label(self, state):
        length, parts = state
        for (row, leading, types), at in zip(self.tests, parts):
            if leading:
                found = at is True
            else:
                general, *others = (length in lengths and q.accepts(s, True) for (q, lengths), s in zip(types, at))
                found = general and any(others)
            if found:
                return row
        return NO


def descriptions(region):
    """Returns generalDesc, then each type that the region has."""
    types = (getattr(region, name) for name in TYPES)
    return [region.general_desc] + [d for d in types if d is not None and d.national_number_pattern]


def prefix(table, pattern, national_prefix=None, transformed=False):
    """Returns the plain literals of a prefix pattern, and the key of an automaton.

    The automaton finds the digits for which the literals do not suffice. The key is None if the
    literals always suffice.
    """
    if not pattern:
        return [], None
    listed = None if transformed else alternatives(pattern)
    if listed is not None:
        return listed, None
    plain = [national_prefix] if national_prefix else []
    if not plain and re.match(pattern, "00") and re.match(pattern, "00").group() == "00":
        plain = ["00"]
    key = ("special", pattern, *plain)
    table.root(key, Special(Pattern(pattern), plain))
    return plain, key


def mask(lengths):
    return sum(1 << n for n in lengths if n > 0)


def random_digits(rng, heads):
    return rng.choice(heads) + "".join(rng.choice("0123456789") for _ in range(rng.randint(0, 14)))


def check(table, rows):
    """Checks every automaton against `re` and against libphonenumber itself."""
    rng = random.Random(1)
    for row in rows:
        region = row["region"]
        heads = ["", "", "0", "1", "8", "00"] + [d.example_number[:n] for d in descriptions(region) if d.example_number for n in (3, 5, 14)]
        general = re.compile(region.general_desc.national_number_pattern)
        for _ in range(400):
            digits = random_digits(rng, heads)
            assert (table.answer(row["general"], digits) == YES) == bool(general.fullmatch(digits)), (row["id"], digits)
            for pattern, (plain, key) in ((region.national_prefix_for_parsing, row["trunk"]), (region.international_prefix, row["idd"])):
                found = re.match(pattern, digits) if pattern else None
                ours = next((p for p in plain if digits.startswith(p)), "")
                if key is None or table.answer(key, digits) == NO:
                    assert (found.group() if found else "") == ours, (row["id"], digits, pattern)
            if row["regions"] and 2 <= len(digits) <= MAX_NATIONAL:
                number = phonenumbers.PhoneNumber(int(row["code"]), int(digits))
                zeros = min(len(digits) - len(digits.lstrip("0")), len(digits) - 1)
                number.italian_leading_zero, number.number_of_leading_zeros = zeros > 0, zeros
                label = table.answer(row["regions"], digits)
                ours = None if label == NO else rows[label]["id"]
                assert phonenumbers.region_code_for_number(number) == ours, (row["id"], digits)


def build():
    table = Table()
    rows = []
    for name in sorted(phonenumbers.SUPPORTED_REGIONS):
        rows.append({"id": name, "region": PhoneMetadata.metadata_for_region(name)})
    for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        rows.append({"id": "001", "region": PhoneMetadata.metadata_for_nongeo_region(code)})
    assert len(rows) <= YES
    row_of = {row["id"]: n for n, row in enumerate(rows)}
    by_code = [NO] * 1000
    for number, row in enumerate(rows):
        region = row["region"]
        code, general = region.country_code, region.general_desc
        names = REGIONS_OF_CODE[code]
        row["code"] = str(code)
        row["general"] = "whole", general.national_number_pattern
        table.root(row["general"], Whole(Pattern(general.national_number_pattern)))
        row["trunk"] = prefix(table, region.national_prefix_for_parsing, region.national_prefix, bool(region.national_prefix_transform_rule))
        row["idd"] = prefix(table, region.international_prefix)
        row["lengths"] = mask(general.possible_length)
        # Numbers for calls in the same area only are shorter than the longest possible number. So
        # plan.rs recognises numbers that are too long without a list of their lengths.
        assert mask(general.possible_length_local_only) < row["lengths"]
        row["regions"] = None
        if names[0] == row["id"]:
            by_three = [n for n in range(1000) if f"{n:03}".startswith(str(code))]
            assert all(by_code[n] == NO for n in by_three), "calling codes are no longer prefix-free"
            for n in by_three:
                by_code[n] = number
            if len(names) > 1:
                row["regions"] = "regions", code
                table.root(row["regions"], WhichRegion([(row_of[n], rows[row_of[n]]["region"]) for n in names]))
    table.minimise()
    check(table, rows)
    return rows, by_code, table


def wrap(values, a_line):
    lines = (values[n : n + a_line] for n in range(0, len(values), a_line))
    return "\n".join("    " + ", ".join(map(str, line)) + "," for line in lines)


def rust(rows, by_code, table):
    def literal_list(items):
        return "&[" + ", ".join(f'"{i}"' for i in items) + "]"

    def prefix_text(value):
        return f"Prefix {{ plain: {literal_list(value[0])}, special: {table.roots.get(value[1], 0)} }}"

    row_lines = "\n".join(
        f'    Row {{ place: {n}, id: "{r["id"]}", code: "{r["code"]}", lengths: {r["lengths"]:#x}, '
        f'general: {table.roots[r["general"]]}, regions: {table.roots.get(r["regions"], 0)}, '
        f'trunk: {prefix_text(r["trunk"])}, idd: {prefix_text(r["idd"])} }},'
        for n, r in enumerate(rows)
    )
    regions = sum(r["id"] != "001" for r in rows)
    zeros = [f"'\\u{{{n:x}}}'" for n in range(sys.maxunicode) if unicodedata.decimal(chr(n), None) == 0]
    next_lines = "\n".join("    [" + ", ".join(map(str, row)) + "]," for row in table.next)
    return f"""// Generated by generate.py from libphonenumber's metadata {phonenumbers.__version__} (PyPI `phonenumbers`, Apache-2.0).
// Do not edit this file: generate.py explains how to update it.

use super::plan::{{Prefix, Row}};

/// The number of regions. The rows after theirs are calling codes without a country (`001`).
pub(super) const REGIONS: usize = {regions};

/// The plans of the regions by code, then those of the calling codes without a country.
#[rustfmt::skip]
pub(super) static ROWS: [Row; {len(rows)}] = [
{row_lines}
];

/// The row of the main region of a calling code, by the first three digits of an international
/// number; {NO} if these digits begin with no calling code.
#[rustfmt::skip]
pub(super) static BY_CODE: [u8; 1000] = [
{wrap(by_code, 25)}
];

/// The automaton: the next state, by state and digit. State 0 leads only to itself.
#[rustfmt::skip]
pub(super) static NEXT: [[u16; 10]; {len(table.next)}] = [
{next_lines}
];

/// The label of each state: {YES} if the digits match, {NO} if they do not, else the row of the region
/// that has the number.
#[rustfmt::skip]
pub(super) static LABEL: [u8; {len(table.label)}] = [
{wrap(table.label, 25)}
];

/// The zero of every script with decimal digits (Unicode {unicodedata.unidata_version}). The digits 1 to 9 follow each.
#[rustfmt::skip]
pub(super) static ZEROS: [char; {len(zeros)}] = [
{wrap(zeros, 10)}
];
"""


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    data = build()
    target = Path(__file__).with_name("table.rs")
    target.write_text(rust(*data))
    print(f"{target}: metadata {phonenumbers.__version__}, {len(data[0])} rows, {len(data[2].next)} states, {target.stat().st_size} bytes")
