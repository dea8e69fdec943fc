#!/usr/bin/env python3
"""Compares `phone::parse` with Google's libphonenumber: E.164, region and "possible", number by number.

    python3 tests/oracles/numbers.py [--newest] [--brief] [--binary PATH] [--per-type N]

The reference is the PyPI package `phonenumbers`, a port of Google's Java code, in the version from
which src/phone/table.rs was generated. With --newest, it is the newest version; a difference then
means that src/phone/generate.py should run again. The script installs the package into a virtual
environment under target/oracles. It compares the package with the example `read_numbers`, which it
builds unless --binary is given. Every class of texts is generated from a fixed seed. The exit status
is 1 if a difference is not listed in EXPECTED.
"""
import argparse
import collections
import multiprocessing
import os
import random
import re
import string
import subprocess
import sys
from pathlib import Path

from port import ROOT, fast_patterns, inside_venv

# Differences that the age of the `phonenumber` crate's metadata explains, with the reason; none so
# far.
EXPECTED: dict[tuple[str, str], str] = {}
TYPES = (
    "fixed_line mobile toll_free premium_rate shared_cost personal_number voip pager uan voicemail general_desc"
).split()


def answer(case):
    """Returns libphonenumber's result in the output format of the example."""
    import phonenumbers

    text, home = case
    try:
        number = phonenumbers.parse(text, home)
    except phonenumbers.NumberParseException:
        return "none"
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    region = phonenumbers.region_code_for_number(number)
    possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    return f"{e164}\t{'-' if region in (None, '001') else region}\t{'possible' if possible else 'impossible'}"


class Texts:
    """All texts by class, each with the region in which it is dialled, or None."""

    def __init__(self, per_type):
        import phonenumbers
        from phonenumbers import PhoneMetadata

        self.rng = random.Random(20_241_122)
        self.cases = collections.defaultdict(list)
        self.plans = [PhoneMetadata.metadata_for_region(r) for r in sorted(phonenumbers.SUPPORTED_REGIONS)]
        self.plans += [PhoneMetadata.metadata_for_nongeo_region(c) for c in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS)]
        self.regions = [plan.id for plan in self.plans if plan.id != "001"]
        self.codes = sorted({plan.country_code for plan in self.plans})
        self.examples()
        self.valid(per_type)
        self.invalid()
        self.national()
        self.junk()

    def add(self, kind, text, home=None):
        if not set("\n\r") & set(text):
            self.cases[kind].append((text, home))

    def digits(self, low, high):
        return "".join(self.rng.choice("0123456789") for _ in range(self.rng.randint(low, high)))

    def descriptions(self, plan):
        for name in TYPES:
            description = getattr(plan, name)
            if description is not None and description.national_number_pattern:
                yield description

    def examples(self):
        for plan in self.plans:
            for description in self.descriptions(plan):
                if description.example_number:
                    self.notations("example: ", plan, description.example_number)

    def valid(self, per_type):
        """Adds numbers drawn from each type's pattern."""
        import phonenumbers

        for plan in self.plans:
            for description in self.descriptions(plan):
                pattern = re._parser.parse(description.national_number_pattern)
                found = 0
                for _ in range(per_type * 4):
                    national = self.draw(pattern)
                    number = phonenumbers.PhoneNumber(plan.country_code, int(national))
                    zeros = len(national) - len(national.lstrip("0"))
                    number.italian_leading_zero, number.number_of_leading_zeros = zeros > 0, zeros
                    if found < per_type and phonenumbers.is_valid_number(number):
                        found += 1
                        self.notations("valid: ", plan, national)

    def draw(self, pattern):
        kinds = re._constants
        text = ""
        for kind, value in pattern:
            if kind is kinds.LITERAL:
                text += chr(value)
            elif kind is kinds.IN:
                choices = []
                for part, what in value:
                    if part is kinds.LITERAL:
                        choices.append(chr(what))
                    elif part is kinds.RANGE:
                        choices += [chr(c) for c in range(what[0], what[1] + 1)]
                    else:
                        choices += string.digits
                text += self.rng.choice(choices)
            elif kind is kinds.BRANCH:
                text += self.draw(self.rng.choice(value[1]))
            elif kind is kinds.SUBPATTERN:
                text += self.draw(value[-1])
            elif kind is kinds.MAX_REPEAT:
                for _ in range(self.rng.randint(value[0], min(value[1], value[0] + 20))):
                    text += self.draw(value[2])
        return text

    def grouped(self, national):
        """Inserts random separators."""
        marks = [""] * 8 + [" ", " ", "-", ".", "/", ") ", " (", "\u00a0"]
        return "".join(d + self.rng.choice(marks) for d in national)

    def notations(self, prefix, plan, national):
        import phonenumbers

        code, home = plan.country_code, None if plan.id == "001" else plan.id
        trunk = plan.national_prefix or "0"
        number = phonenumbers.PhoneNumber(code, int(national))
        zeros = len(national) - len(national.lstrip("0"))
        number.italian_leading_zero, number.number_of_leading_zeros = zeros > 0, zeros
        for name in ("INTERNATIONAL", "RFC3966"):
            self.add(prefix + name, phonenumbers.format_number(number, getattr(phonenumbers.PhoneNumberFormat, name)))
        self.add(prefix + "E164", f"+{code}{national}")
        self.add(prefix + "odd grouping", f"+{code} {self.grouped(national)}")
        self.add(prefix + "trunk prefix after the code", f"+{code} {trunk}{national}")
        self.add(prefix + "(0) after the code", f"+{code} (0) {self.grouped(national)}")
        label = self.rng.choice([" ext. ", " x", ";ext=", " #", ",", ",,", "; ", " доб ", "ｅｘｔｎ", " int ", " anexo ", " Extensión: "])
        self.add(prefix + "extension", f"+{code} {national}{label}{self.digits(1, 8)}{self.rng.choice(['', '', '#'])}")
        self.add(prefix + "+ left out, at home", f"{code}{national}", home)
        away = self.rng.choice(self.regions)
        self.add(prefix + "E164, read elsewhere", f"+{code}{national}", away)
        self.add(prefix + "IDD", f"{self.idd(away)}{code} {national}", away)
        if home:
            text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
            self.add(prefix + "NATIONAL, at home", text, home)
            self.add(prefix + "trunk prefix, at home", f"{trunk}{national}", home)

    def idd(self, region):
        plan = next(p for p in self.plans if p.id == region)
        return self.draw(re._parser.parse(plan.international_prefix))

    def invalid(self):
        """Adds digits that may not be a number, with every calling code and without one."""
        for code in self.codes:
            for _ in range(250):
                self.add("random digits after a code", f"+{code}{self.rng.choice(['', '', '0', '1', '8', '06'])}{self.digits(0, 16)}")
        for code in range(1, 1000):
            for _ in range(10):
                self.add("any three digits as a code", f"+{code} {self.digits(3, 12)}", self.rng.choice([None, *self.regions]))
        for home in self.regions:
            for _ in range(40):
                start = self.rng.choice([self.idd(home), "0", "00", "", "2", "9"])
                self.add("no code after +, perhaps an IDD", f"+{start}{self.rng.choice(['', *map(str, self.codes)])}{self.digits(3, 12)}", home)
        for plan in self.plans:
            if plan.national_prefix_for_parsing:
                pattern = re._parser.parse(plan.national_prefix_for_parsing)
                for _ in range(120):
                    start = self.draw(pattern)
                    rest = self.draw(re._parser.parse(self.rng.choice(list(self.descriptions(plan))).national_number_pattern))
                    rest = rest if self.rng.random() < 0.6 else self.digits(2, 12)
                    self.add("prefix pattern after the code", f"+{plan.country_code} {start}{rest}")
                    if plan.id != "001":
                        self.add("prefix pattern, at home", f"{start}{rest}", plan.id)
                        self.add("prefix pattern, code without +", f"{plan.country_code}{start}{rest}", plan.id)

    def national(self):
        for plan in self.plans[: len(self.regions)]:
            for _ in range(250):
                start = self.rng.choice(["", "", "0", "00", "1", "8", "011", str(plan.country_code), f"00{plan.country_code}", f"0{plan.country_code}"])
                self.add("random digits, at home", start + self.digits(0, 14), plan.id)
            for _ in range(60):
                self.add("IDD pattern and random digits", self.idd(plan.id) + self.rng.choice(["", "0", "44", "1"]) + self.digits(1, 13), plan.id)

    def junk(self):
        homes = [None, "DE", "US", "IT", "GB", "AR"]
        listed = [
            "", " ", "+", "++", "-", "0", "00", "anonymous", "unknown", "Restricted", "withheld", "null", "112", "911", "+112", "sip:alice@example.org",
            "<b>+49 30 23125 000</b>", "<script>alert(1)</script>", "📞 +49 30 23125000 📞", "😀", "\u202e+493023125000\u202c", "+49\u200b30\u206023125000",
            "Tel: +1 (212) 555-0123", "(+49) 30 23125000", "[+49] 30 23125000", "+49 (0)30-23125/000", "++49 30 23125000", "+ 49 30 23125000", "+49+3023125000",
            "+1 1 888 240 6923", "1-800-FLOWERS", "+1 800 FLOWERS", "1 800 six-flag", "0800 REPAIR", "(530) 583-6985 x302/x2303", "+1 530 583 6985 / x23",
            "tel:+1-212-555-0123;isub=12345;ext=5", "tel:555-0123;phone-context=+1-212", "tel:030123456;phone-context=example.de", "tel:030123456;phone-context=",
            "tel:030123456;phone-context=+49-30", "0301234;phone-context=+49;ext=3", "tel:1;phone-context=a-b.c.", "tel:123456;phone-context=1.2", ";phone-context=+49tel:30123456",
            "+4930123456;ext=123456789012345678901", "+4930123456 ext 12345678901234567890", "030123456 Durchwahl 5", "030123456 доб. 5", "12", "12x3", "12 x3", "1 2", "+12", "+123", "+1234",
            "٠٣٠١٢٣٤٥٦", "+٤٩٣٠١٢٣٤٥٦", "＋４９３０１２３４５６", "०३०१२३४५६७", "+49 30 １２３４５６", "+49 30 ²³¹²⁵", "+49 30 123456 ٣", "12345678901234567890", "+49 " + "1" * 17, "+49 " + "1" * 18, "+49 0" + "1" * 17,
            "+49 30 " + " " * 240 + "1", "+49 30 1" + " " * 240, "+49 30 1234567" + " " * 235 + "8", "1" * 249, "1" * 250, "1" * 251, "9" * 100_000, "+" * 250, "x" * 250, "é+49 30 123456é", "+49 30 123456_", "+49 30 123456#", "#31#+493023125000", "*31#030123456",
            "+49 30 123456 oder +49 30 654321", "+49 30 123456, +49 30 654321", "+49 30 123456 - 12#", "030/123456-0", "030 / 12 34 56", "+3906698", "+800 1234 5678", "+979 123 456 789", "+888 12345678901", "+999 123456", "+0 123", "+210 12345",
            "K1234567", "1234ſſſſ", "123ııı", "123İİİ456", "123KKK456", "+1 212 555 0123 EXTENSIO\u0301N 5", "+1 212 555 0123 extensió 5", "+1 212 555 0123 eXtN. 5", "123 ,, 5", "+1 212 555 0123 ;5", "+1 212 555 0123 ,,,,5", "+1 212 555 0123 , , 5", "030 123456 ~5", "+1\t212\t555\t0123", "+1 212 555 0123\text\t5",
        ]
        for text in listed:
            for home in homes:
                self.add("junk, listed", text, home)
        pieces = list("0123456789" * 3 + "++  --()./x*#~,;:_[]abcXYZ") + [
            "ext", "extn", "xt", " ext. ", "int", "anexo", "доб", "ｘ", "＋", "５", "٣", "\u00a0", "\u2013", "\u200b", "\t", "é", "😀", ";ext=", ";isub=", "tel:",
            ";phone-context=", "+49", "+1", "00", "011", "/ x", "\\x", "ABC", "12345", "030", "212555", "ſ", "²", "\u0301", "\u30fc", "\uff0d", "K", "İ", "ı", "ó", "n", "example.com",
        ]
        for _ in range(80_000):
            text = "".join(self.rng.choice(pieces) for _ in range(self.rng.randint(1, 14)))
            self.add("junk, random", text, self.rng.choice(homes))
        for _ in range(60_000):
            start = self.rng.choice(["+49 30 123456", "+1 212 555 0123", "030 123456", "(212) 555-0123", "+39 06 1234567"])
            text = start + "".join(self.rng.choice(pieces) for _ in range(self.rng.randint(1, 6)))
            self.add("number with junk behind", text, self.rng.choice(homes))


def ours(binary, cases):
    lines = "".join(f"{text}\t{home or ''}\n" for text, home in cases)
    done = subprocess.run([binary], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().splitlines()


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--newest", action="store_true")
    options.add_argument("--brief", action="store_true", help="print one line and the differences")
    options.add_argument("--binary", type=Path)
    options.add_argument("--per-type", type=int, default=90)
    options = options.parse_args()
    inside_venv(options.newest)
    import phonenumbers

    if not options.binary:
        subprocess.run(["cargo", "build", "--quiet", "--release", "--example", "read_numbers"], cwd=ROOT, check=True)
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        options.binary = target / "release" / "examples" / "read_numbers"
    fast_patterns()
    texts = Texts(options.per_type)
    total = different = explained = 0
    with multiprocessing.Pool(initializer=fast_patterns) as pool:
        for kind, cases in texts.cases.items():
            theirs = pool.map(answer, cases, chunksize=1000)
            answers = ours(options.binary, cases)
            assert len(answers) == len(cases)
            wrong = [(c, t, o) for c, t, o in zip(cases, theirs, answers) if t != o]
            unexplained = [w for w in wrong if (kind, w[0][0]) not in EXPECTED]
            numbers = sum(t != "none" for t in theirs)
            if not options.brief:
                print(f"{kind:45} {len(cases):8} texts {numbers:8} numbers {len(wrong):6} different")
            for (text, home), their, our in wrong:
                why = EXPECTED.get((kind, text), "")
                print(f"    {text[:120]!r} {home}: libphonenumber {their!r}, ours {our!r} {why}")
            total += len(cases)
            different += len(unexplained)
            explained += len(wrong) - len(unexplained)
    print(f"numbers: {total} cases, {different} disagreements, {explained} explained, by libphonenumber's port {phonenumbers.__version__}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
