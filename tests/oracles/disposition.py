"""Parses every CallDisposition with Python's literal parser (DISP-5): disposition.py LOG_CALL"""
import ast
import random
import sys
import unicodedata

import library

RANDOM = random.Random(20_261_122)
PIECES = [
    *"'\"\\,[](){}#%$&@ abN0", "', '", "']", "\\'", '\\"', "\\\\", "\\n", "\\x41", "\\u0041", "\\N{DIGIT ONE}", "\\1", '"""', "'''", "b'", "{x}", "aircall",
    "\n", "\r\n", "\r", "\t", "\0", "\f", "\x7f", "\x85", "\xa0", "\u2028", "\u200b", "\ufeff", "é", "e\u0301", "\u202e", "😀", "👩‍👧", "\uffff", "\U0010ffff",
]  # fmt: skip
REASONS = [None, "no_available_agent", "'", "\\", "it's \"so\"", " "]
LIMIT = 255


def text(longest):
    return "".join(RANDOM.choice(PIECES) for _ in range(RANDOM.randint(0, longest)))


def cleaned(element):
    """Returns the element as it is written (DESC-6, DISP-4), or nothing if it is blank."""
    element = (element or "").replace("\r\n", "\n").replace("\r", "\n").replace("\n", " ").replace("\t", " ")
    element = "".join(character for character in element if unicodedata.category(character) != "Cc")
    return [] if element.strip() == "" else [element]


def case(number):
    tags = [text(RANDOM.choice([3, 8, 30])) for _ in range(RANDOM.randint(0, 9))]
    # Every piece is tested alone once and doubled once.
    tags = [PIECES[number]] if number < len(PIECES) else tags
    tags = [PIECES[number - len(PIECES)] * 2] if len(PIECES) <= number < 2 * len(PIECES) else tags
    return tags, RANDOM.choice(REASONS), RANDOM.choice(["tags_first", "marker_first"]), RANDOM.random() < 0.5


def wrong(plan, tags, reason, order, line):
    """Compares Python's reading of a plan with the expected list; returns the difference."""
    written = plan["task"]["CallDisposition"]
    tags, reason = [element for tag in tags for element in cleaned(tag)], cleaned(reason)
    dropped = next((notice["dropped"] for notice in plan["notices"] if notice["rule"] == "DISP-6"), 0)
    if dropped > len(tags):
        return "a fitting reason was dropped", written
    kept = tags[: len(tags) - dropped]
    rest = ["inbound", "unanswered_call", *(["493023125000"] if line else []), *reason]
    expected = ["aircall", *kept, *rest] if order == "marker_first" else [*kept, "aircall", *rest]
    if ast.literal_eval(written) != expected:
        return expected, written
    length = units(written)
    if length > LIMIT or dropped and length + cost(tags[len(kept)]) <= LIMIT:
        return f"longer than {LIMIT} units, or not as many tags as fit", written
    return None


def units(text):
    return len(text.encode("utf-16-le")) // 2


def cost(tag):
    """Returns the length of one more tag: its quotes, comma and blank, and its escaped characters."""
    return units(tag) + len("'', ") + tag.count("\\") + (tag.count("'") if '"' in tag else 0)


cases = [case(number) for number in range(60_000)]
calls = [
    (
        library.call(
            tags=[{"id": n, "name": tag} for n, tag in enumerate(tags)],
            missed_call_reason=reason,
            number={"digits": "+49 30 23125000"} if line else None,
        ),
        {"disposition_order": order},
    )
    for tags, reason, order, line in cases
]
found = [(case, *it) for case, plan in zip(cases, library.plans(sys.argv[1], calls)) if (it := wrong(plan, *case))]
library.report("disposition texts", f"Python {sys.version.split()[0]} ast.literal_eval", len(cases), found)
