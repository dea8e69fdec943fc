#!/usr/bin/env python3
"""Compares `NumberNeed::is_in` with Google's libphonenumber: which phone fields contain a number.

    python3 tests/oracles/fields.py [--binary PATH] [--count N]

Each field has words and one to three numbers in several spellings. There are two judges:

- REC-1 written in Python, with the port's `parse` for every stretch. No difference is accepted.
- The port's `PhoneNumberMatcher`, which finds numbers in text by other rules. The differences:

  - found by us only, "vanity": the matcher takes no letter for a digit (an extension in letters
    counts here, too);
  - found by us only, "joined": the matcher ends a number at a sign that REC-1 accepts inside;
  - found by us only, "stricter": the matcher rejects a text that `parse` accepts, because of the
    signs around it or inside (several blanks or slashes, unpaired brackets, a date), or because an
    earlier match contains a part of it;
  - found by the matcher only, "not a stretch": the match begins or ends inside a piece, because
    only blanks or hyphens separate the numbers. REC-1 does not tell such numbers apart.

  Every other difference is unexplained, and the exit status is 1.
"""
import argparse
import collections
import json
import multiprocessing
import os
import random
import subprocess
import sys
from pathlib import Path

from port import ROOT, fast_patterns, inside_venv

WORDS_BEFORE = ["", "", "", "Tel: ", "mobile ", "Ada Example ", "(office) ", "моб. ", "电话 ", "T. ", "2nd: "]
WORDS_BEHIND = ["", "", "", " (mobile)", " (Axel)", " priv.", " x7", " ext. 12", " моб", "; old", " #4", " home 2", "*"]
SEPARATORS = [" / ", "/", "; ", ", ", " | ", " & ", "\n", "\r\n", " ", "  ", " or ", " - ", "|", ";", " und ", "\u00a0/ "]
KEYS = dict(zip("23456789", ["ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"]))


def fields(count):
    """Yields a number, a region and a field."""
    import phonenumbers
    from phonenumbers import PhoneNumberFormat as Format

    rng = random.Random(20_260_302)
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    common = ["US", "DE", "GB", "FR", "CA", "IT", "AR", "BR", "AU", "JP", "RU", "KZ", "MX"]
    types = [phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.TOLL_FREE]

    def number():
        while True:
            example = phonenumbers.example_number_for_type(rng.choice(rng.choice([regions, common])), rng.choice(types))
            if example is not None and phonenumbers.is_possible_number(example):
                # Another last digit makes numbers that differ by little.
                example.national_number += rng.choice([0, 0, 1, 2]) if example.national_number % 10 < 8 else 0
                return example

    def spelled(number):
        e164 = phonenumbers.format_number(number, Format.E164)
        national = phonenumbers.format_number(number, Format.NATIONAL)
        international = phonenumbers.format_number(number, Format.INTERNATIONAL)
        text = rng.choice([
            e164, international, international, national, national, national, national.replace(" ", "/", 1),
            international.replace(" ", " (0) ", 1), "00" + international[1:], "011 " + international[1:], e164[1:],
            international.replace(" ", "."), phonenumbers.format_number(number, Format.RFC3966), national.replace(" ", ""),
        ])
        if rng.random() < 0.05:
            head, end = text[:-5], text[-5:]
            text = head + "".join(rng.choice(KEYS.get(sign, sign)) for sign in end)
        return text

    for _ in range(count):
        numbers = [number() for _ in range(rng.choice([1, 1, 2, 2, 3]))]
        texts = [rng.choice(WORDS_BEFORE) + spelled(number) + rng.choice(WORDS_BEHIND) for number in numbers]
        field = texts[0] + "".join(rng.choice(SEPARATORS) + text for text in texts[1:])
        wanted = rng.choice(numbers) if rng.random() < 0.85 else number()
        region = phonenumbers.region_code_for_number(wanted)
        home = rng.choice([region, *rng.choices(common, k=2), rng.choice(regions), None])
        home = home if home in regions else None
        yield phonenumbers.format_number(wanted, Format.E164), home, field


def is_begin(sign):
    return sign in "+＋"


def divides(sign):
    return sign.isalpha() or sign in "/;,|&\n\r\v\f\u0085\u2028\u2029"


def stretches(field):
    """Returns the whole field, and all stretches by the wording of REC-1."""
    pieces, start = [], 0
    for place, sign in enumerate(field):
        in_word = sign.isalpha() and place > 0 and field[place - 1].isalpha()
        if is_begin(sign) or (divides(sign) and not in_word):
            pieces.append((start, place))
        if is_begin(sign):
            start = place
        elif divides(sign):
            start = place + 1
    pieces.append((start, len(field)))
    return [field] + [field[first[0] : last[1]] for n, first in enumerate(pieces) for last in pieces[n:]]


def core(text):
    """Returns the text from the first digit or `+` to the last letter or digit, which is all that `parse` reads."""
    begin = next((n for n, sign in enumerate(text) if sign.isdecimal() or is_begin(sign)), len(text))
    end = max((n + 1 for n, sign in enumerate(text) if sign.isalnum()), default=0)
    return text[begin:end]


def judge(case):
    """Returns the stretch that is the number, the match that is the number, and whether the match is a stretch."""
    import phonenumbers
    from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

    e164, home, field = case
    number = phonenumbers.parse(e164)
    own = phonenumbers.region_code_for_number(number)
    if own in (None, "001"):
        own = phonenumbers.region_code_for_country_code(number.country_code)
    regions = [home, None if own in ("001", "ZZ") else own]

    def is_it(text, region):
        try:
            read = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return False
        return phonenumbers.format_number(read, PhoneNumberFormat.E164) == e164

    all_stretches = stretches(field)
    found = next((text for text in all_stretches if any(is_it(text, region) for region in regions)), None)
    for region in regions:
        for match in PhoneNumberMatcher(field, region, leniency=Leniency.POSSIBLE):
            if phonenumbers.format_number(match.number, PhoneNumberFormat.E164) == e164:
                return found, match.raw_string, core(match.raw_string) in {core(text) for text in all_stretches}
    return found, None, False


def kind(ours, judged):
    """Names a difference from the matcher; `None` where there is none."""
    found, match, is_stretch = judged
    if ours == (match is not None):
        return None
    if not ours:
        return "unexplained" if is_stretch else "not a stretch"
    if found is None:
        return "unexplained"
    if sum(sign.isascii() and sign.isalpha() for sign in core(found)) > 2:
        return "vanity"
    return "joined" if any(divides(sign) for sign in core(found)) else "stricter"


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--binary", type=Path)
    options.add_argument("--count", type=int, default=50_000)
    options = options.parse_args()
    inside_venv(newest=False)
    import phonenumbers

    if not options.binary:
        subprocess.run(["cargo", "build", "--quiet", "--release", "--example", "find_numbers"], cwd=ROOT, check=True)
        options.binary = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "examples" / "find_numbers"
    fast_patterns()
    cases = list(fields(options.count))
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run([options.binary], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    answers = [line == "yes" for line in done.stdout.decode().splitlines()]
    assert len(answers) == len(cases)
    kinds, disagreements = collections.Counter(), 0
    with multiprocessing.Pool(initializer=fast_patterns) as pool:
        for case, ours, judged in zip(cases, answers, pool.imap(judge, cases, chunksize=500)):
            name = kind(ours, judged)
            kinds[name] += 1
            if ours != (judged[0] is not None) or name == "unexplained":
                disagreements += 1
                if disagreements <= 20:
                    print(f"    {case!r:.200}: ours {ours}, by the rule {judged[0]!r}, by the matcher {judged[1]!r}")
    yes = sum(answers)
    shown = ", ".join(f"{count} {name}" for name, count in sorted(kinds.items(), key=str) if name not in (None, "unexplained"))
    print(f"fields: {len(cases)} cases ({yes} yes), {disagreements} disagreements, explained: {shown}, by libphonenumber's port {phonenumbers.__version__}")
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
