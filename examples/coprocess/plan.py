"""Plans calls from Python: `log_call --ndjson` prints one line for each line it reads."""
import json
import subprocess
import sys

program = subprocess.Popen([sys.argv[1], "--ndjson"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def plan(webhook, settings, directory):
    print(json.dumps({"webhook": webhook, "settings": settings, "directory": directory}), file=program.stdin, flush=True)
    return json.loads(program.stdout.readline())


webhook, settings, directory = (json.load(open(path)) for path in sys.argv[2:5])
answer = plan(webhook, settings, directory)
print(answer.get("error") or answer["plan"].get("task", {}).get("Subject", "no Subject is written"))
