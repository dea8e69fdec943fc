"""Maps calls with the library, through the example `log_call --ndjson`."""
import json
import subprocess
import sys

SETTINGS = {"admin": "005000000000001AAA"}


def call(**fields):
    """Returns a missed call with these fields."""
    return {"id": 1, "direction": "inbound", "started_at": 1_772_457_500, "ended_at": 1_772_457_600, **fields}


def plans(binary, cases):
    """Returns a plan for each (call, settings), in order."""
    lines = "".join(json.dumps({"webhook": call, "settings": SETTINGS | settings}) + "\n" for call, settings in cases)
    done = subprocess.run([binary, "--ndjson"], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line)["plan"] for line in done.stdout.splitlines()]
    assert len(answers) == len(cases)
    return answers


def report(name, oracle, cases, disagreements, explained=None):
    """Prints the result and exits, with status 1 on an unexplained disagreement.

    `disagreements` are (case, theirs, ours); `explained` maps a case to the reason.
    """
    unexplained = [entry for entry in disagreements if entry[0] not in (explained or {})]
    for case, theirs, ours in unexplained[:20]:
        print(f"    {case!r:.300}: {theirs!r:.300} by {oracle}, ours {ours!r:.300}")
    known = len(disagreements) - len(unexplained)
    print(f"{name}: {cases} cases, {len(unexplained)} disagreements, {known} explained, by {oracle}")
    sys.exit(bool(unexplained))
