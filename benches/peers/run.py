"""Maps the same calls with this crate, Python and Node, and compares the plans and the time.

    python3 benches/peers/run.py [--seeds 1,2,3,4] [--count 5000] [--nasty 1000] [--rounds 7] [--no-timing]
                                  [--log-call PROGRAM]

The script installs everything into target/peers: a virtual environment, npm packages, and a small
program that prints the corpora. The exit status is 1 if a plan differs. What is compared:

- new calls: half of them use plain settings, half use the settings that few companies use
- each created Task once more, after the call went on or a person edited the Task
- the golden cases of tests/golden, whose plans were written by hand

What is not compared:

- text messages (MSG), and calls out of several webhooks (HIST, AI-1), which the peers do not map
- the messages of notices
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDER = ROOT / "target" / "peers"
PYTHON = FOLDER / "venv" / "bin" / "python"

PIP = ["phonenumbers==9.0.43", "babel==2.18.0", "regex==2026.11.15", "tzdata==2026.6"]
NPM = ["google-libphonenumber@3.2.47", "tzdata@1.0.51"]

# The timed calls; `cargo bench --bench ratio -- --peers` uses the same ones.
TIMED_SEED, TIMED_COUNT = 1, 1000

# The empty search path makes the tzdata package decide about zones, not the machine.
ENVIRONMENT = os.environ | {"PYTHONTZPATH": "", "PEERS_MODULES": str(FOLDER)}

CORPUS_MANIFEST = """[package]
name = "corpus"
version = "0.0.0"
edition = "2024"

[dependencies]
serde_json = { version = "1", features = ["preserve_order"] }

[profile.dev]
opt-level = 1

[workspace]
"""

CORPUS_MAIN = """#[path = "%s"]
mod corpus;

fn main() {
    let arguments: Vec<u64> = std::env::args().skip(2).map(|argument| argument.parse().unwrap()).collect();
    let is_wide = std::env::args().nth(1).as_deref() == Some("wide");
    let cases = if is_wide { corpus::wide_cases } else { corpus::cases_of };
    for case in cases(arguments[0], arguments[1] as usize, arguments[2]) {
        println!(r#"{{"webhook":{},"directory":{},"settings":{}}}"#, case.webhook, case.directory, case.settings);
    }
    let _ = corpus::cases; // used by the benchmarks
}
"""


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, cwd=ROOT, env=ENVIRONMENT, **options)


def set_up():
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", FOLDER / "venv")
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PIP)
    (FOLDER / "package.json").write_text('{"private": true}\n')
    run("npm", "install", "--prefix", FOLDER, "--silent", "--no-audit", "--no-fund", *NPM)
    corpus = FOLDER / "corpus"
    (corpus / "src").mkdir(parents=True, exist_ok=True)
    (corpus / "Cargo.toml").write_text(CORPUS_MANIFEST)
    (corpus / "src" / "main.rs").write_text(CORPUS_MAIN % (HERE.parent / "corpus" / "mod.rs"))
    run("cargo", "build", "--quiet", "--manifest-path", corpus / "Cargo.toml", "--target-dir", corpus / "target")


def corpus_lines(seed, count, nasty=3, kind="plain"):
    """Returns generated calls; the calls of the kind `wide` use what few companies use."""
    program = FOLDER / "corpus" / "target" / "debug" / "corpus"
    return run(program, kind, seed, count, nasty, stdout=subprocess.PIPE).stdout.decode().split("\n")[:-1]


MAPPERS = {
    "rust": [Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "examples" / "log_call", "--ndjson", "--wrote"],
    "python": [PYTHON, HERE / "map.py"],
    "node": ["node", HERE / "map.mjs"],
}


def mapped(name, lines):
    done = subprocess.run(
        [str(part) for part in MAPPERS[name]], input="\n".join(lines).encode(), stdout=subprocess.PIPE, env=ENVIRONMENT, cwd=ROOT)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    if len(results) != len(lines):
        raise SystemExit(f"{name}: {len(results)} results to {len(lines)} cases (status {done.returncode})")
    return results


# Comparing ----------------------------------------------------------------------------------------


def comparable(result):
    """Removes messages and error texts, and sorts the notices."""
    if "error" in result:
        return {"error": True}
    plan = dict(result["plan"])
    notices = [{key: value for key, value in notice.items() if key != "message"} for notice in plan.get("notices", [])]
    plan["notices"] = sorted(notices, key=lambda notice: json.dumps(notice, sort_keys=True))
    return result | {"plan": plan}


def is_mapped(rules):
    """Returns whether the peers know the rules: they leave out text messages."""
    return not any(rule.startswith("MSG-") for rule in rules)


MISSING = object()


def differences(at, one, other):
    """Yields the paths at which two values differ, with both values."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from differences(f"{at}.{key}", one.get(key, MISSING), other.get(key, MISSING))
    elif one is MISSING or other is MISSING or json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True):
        # 1 and 1.0 are equal.
        if not (type(one) in (int, float) and type(other) in (int, float) and one == other):
            yield at, one, other


def shown(value):
    text = "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else f"{text[:110]}… ({len(text)}) …{text[-40:]}"


class Report:
    def __init__(self):
        self.compared = Counter()
        self.found = {}

    def add(self, where, name, expected, got):
        for at, one, other in differences("", comparable(expected), comparable(got)):
            self.found.setdefault((name, at), []).append((where, one, other))

    def print(self):
        for (name, at), places in sorted(self.found.items(), key=lambda item: -len(item[1])):
            print(f"\n{name} differs at {at or 'the result'}: {len(places)} times")
            for where, one, other in places[:4]:
                print(f"  {where}\n    first {shown(one)}\n    {name:5} {shown(other)}")


def compare(report, label, lines):
    """Maps the same lines with all three, reports differences and returns the crate's results."""
    ours = mapped("rust", lines)
    for name in ("python", "node"):
        for place, (first, second) in enumerate(zip(ours, mapped(name, lines))):
            report.add(f"{label} case {place}", f"rust/{name}", first, second)
    for result in ours:
        plan = result.get("plan", {})
        report.compared[plan.get("action", "error")] += 1
    return ours


def again(lines, results):
    """Returns the same calls with their Tasks in the directory, changed by the call and by people."""
    out = []
    for place, (line, result) in enumerate(zip(lines, results)):
        plan = result.get("plan", {})
        if plan.get("action") != "create":
            continue
        case = json.loads(line)
        fields = {key: value for key, value in plan["task"].items() if not str(value).startswith("@{")}
        task = {"id": "00T000000000001EAA", "call": result["call"], "fields": fields}
        change = random.Random(place)
        if change.random() < 0.8:
            task["wrote"] = dict(plan["wrote"])
        if change.random() < 0.5:
            call_goes_on(change, case["webhook"])
        if change.random() < 0.8:
            people_edit(change, fields)
        if change.random() < 0.1:
            task["sent"] = plan["wrote"]
            task["wrote"] = {key: value for key, value in plan["wrote"].items() if change.random() < 0.7}
        case["directory"]["tasks"] = [task]
        out.append(json.dumps(case, ensure_ascii=False))
    return out


def call_goes_on(change, webhook):
    """Changes what the call says: its notes, tags and links, and whether it has ended."""
    data = webhook.get("data", webhook.get("call", webhook))
    notes = data.get("comments")
    notes = notes if isinstance(notes, list) and all(isinstance(note, dict) for note in notes) else []
    match change.randrange(8):
        case 0: notes = [*notes, {"content": "Sends the contract.", "posted_at": 4_000_000_000, "posted_by": {"name": "Ida Brandt"}}]
        case 1: notes = [{"content": "First of all.", "posted_at": 1, "posted_by": {"name": "Ida Brandt"}}, *notes]
        case 2: notes = notes[:-1]
        case 3: notes = [note | {"content": f"{note.get('content')}\nEdited."} for note in notes]
        case 4: data["asset"] = "https://assets.example.com/another"
        case 5: data["ended_at"] = None
        case 6: data["tags"] = [{"name": "Late"}]
        case 7: data["user"] = {"id": 9, "name": "Another Agent", "email": "agent.9@example.com"}
    data["comments"] = notes


def people_edit(change, fields):
    """Changes one field as a person does, and what is read back as Salesforce does."""
    key = change.choice(sorted(fields))
    match change.randrange(8):
        case 0: fields[key] = None
        case 1: fields[key] = f" {fields[key]}\r\n" if isinstance(fields[key], str) else fields[key]
        case 2: fields.pop(key)
        case 3: fields["aircall__Transferred_to__c"] = "typed by a person"
        case 4: fields[key] = "typed by a person" if isinstance(fields[key], str) else str(fields[key]).lower()
        case _: fields["Description"] = edited(change, fields.get("Description") or "")


def edited(change, text):
    """Changes a Description as a person does."""
    lines = text.split("\n")
    # An empty line looks like every other one, so the rules do not define which of them was edited,
    # nor whether a line beside it belongs to the block above or below.
    at = change.choice([at for at, line in enumerate(lines) if line] or [0])
    inside = [at for at in range(1, len(lines)) if lines[at - 1] and lines[at]]
    match change.randrange(7):
        case 0: lines += ["", "Typed below.", "", "In two paragraphs."]
        case 1: lines = ["Typed above.", "", *lines]
        case 2: lines[at:at + 1] = []
        case 3: lines[at] += " (altered)"
        case 4 if inside: lines.insert(change.choice(inside), "Typed between.")
        case 5: lines = ["Typed instead of it all."]
        case 6: lines = []
    # Salesforce keeps 32,000 characters, and counts a line break as two.
    if len("\n".join(lines).encode("utf-16-le")) // 2 + len(lines) > 32_000:
        return text
    return change.choice(["\n", "\r\n"]).join(lines)


def expanded(value):
    """Replaces `$null`, `repeat` and `concat`, which the docs of tests/golden/cases.rs describe."""
    match value:
        case {"$null": _}: return None
        case {"repeat": [unit, count]}: return expanded(unit) * count
        case {"concat": parts}: return "".join(map(expanded, parts))
        case dict(): return {key: expanded(member) for key, member in value.items()}
        case list(): return [expanded(member) for member in value]
    return value


def merged(target, patch):
    """Applies an RFC 7396 merge patch."""
    if not isinstance(patch, dict) or patch.keys() in ({"$null"}, {"repeat"}, {"concat"}):
        return expanded(patch)
    target = target if isinstance(target, dict) else {}
    kept = {key: value for key, value in target.items() if key not in patch}
    return kept | {key: merged(target.get(key), value) for key, value in patch.items() if value is not None}


def golden_case(path):
    """Reads a case; its `input` is the base with the patches of the case applied."""
    case = json.loads(path.read_text())
    base = f"base.{case['base']}.json" if "base" in case else "base.json"
    base = expanded(json.loads(path.with_name(base).read_text()))
    patch = {key: case[key] for key in ("webhook", "directory", "settings") if key in case}
    plans = {key: expanded(case[key]) for key in ("plan", "plan_has") if key in case}
    return {"rules": case["rules"], "input": merged(base, patch)} | plans


ABSENT = {"$absent": True}


def part(plan, has):
    """Returns the part of a plan that a `plan_has` names."""
    if not isinstance(plan, dict) or not isinstance(has, dict) or has == ABSENT:
        return plan
    return {key: part(plan[key], value) if key in plan else ABSENT for key, value in has.items()}


def golden(report):
    """Compares the hand-written plans with those of the peers."""
    paths = [path for path in sorted((ROOT / "tests" / "golden").glob("*/*.json")) if not path.name.startswith("base.")]
    cases = {path: golden_case(path) for path in paths}
    cases = {path: case for path, case in cases.items() if is_mapped(case["rules"])}
    lines = [json.dumps(case["input"]) for case in cases.values()]
    for name in ("python", "node"):
        for (path, case), result in zip(cases.items(), mapped(name, lines)):
            got, wanted = result, case.get("plan", case.get("plan_has"))
            if "error" not in result:
                # The cases have plans without `wrote`.
                result["plan"].pop("wrote", None)
                got = {"plan": result["plan"] if "plan" in case else part(result["plan"], wanted)}
            report.add(str(path.relative_to(ROOT)), f"golden/{name}", {"plan": wanted}, got)
    return len(cases)


# Timing -------------------------------------------------------------------------------------------


def microseconds(output):
    return [float(figure) for figure in re.findall(r"map_us=([\d.]+)", output)]


def timings(rounds):
    """Returns the µs a call; each round runs all three in turn."""
    text = "\n".join(corpus_lines(TIMED_SEED, TIMED_COUNT)).encode()
    commands = {
        "rust": ["cargo", "bench", "--quiet", "--bench", "ratio", "--", "--peers"],
        "node": [*MAPPERS["node"], "--bench", "3"],
        "python": [*MAPPERS["python"], "--bench", "1"],
    }
    if "--peers" not in (ROOT / "benches" / "ratio" / "main.rs").read_text():
        print("the bench `ratio` has no --peers: the crate is not timed")
        del commands["rust"]
    figures = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            figures[name] += microseconds(run(*command, input=text, stdout=subprocess.PIPE).stdout.decode())
    return {name: statistics.median(found) for name, found in figures.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1,2,3,4", help="the seeds, one corpus for each")
    parser.add_argument("--count", type=int, default=5000, help="calls of each corpus, half of them plain")
    parser.add_argument("--nasty", type=int, default=1000, help="additional mutated calls of each corpus, half of them plain")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of timing")
    parser.add_argument("--no-timing", action="store_true")
    parser.add_argument("--log-call", type=Path, help="an existing log_call program")
    options = parser.parse_args()

    set_up()
    if options.log_call:
        MAPPERS["rust"][0] = options.log_call.resolve()
    else:
        run("cargo", "build", "--quiet", "--release", "--example", "log_call")
    report = Report()
    for seed in map(int, options.seeds.split(",")):
        lines = []
        for kind in ("plain", "wide"):
            lines += corpus_lines(seed, options.count // 2, kind=kind)
            lines += corpus_lines(seed + 1_000_000, options.nasty // 2, 100, kind)
        results = compare(report, f"seed {seed}", lines)
        compare(report, f"seed {seed} again", again(lines, results))
    report.print()
    count = golden(golden_report := Report())
    golden_report.print()
    actions = ", ".join(f"{count} {action}" for action, count in report.compared.most_common())
    print(f"\n{report.compared.total()} calls ({actions}) by Rust, Python and Node: {len(report.found)} kinds of difference")
    print(f"{count} golden cases by Python and Node: {len(golden_report.found)} kinds of difference")

    if not options.no_timing:
        medians = timings(options.rounds)
        base = medians.get("rust")
        print(f"\n| webhook bytes → Task bytes, {TIMED_COUNT} calls | µs a call | ratio |\n|---|---|---|")
        for name, median in medians.items():
            print(f"| {name} | {median:.1f} | {f'{median / base:.1f}' if base else '–'} |")
    sys.exit(1 if report.found or golden_report.found else 0)


if __name__ == "__main__":
    main()
