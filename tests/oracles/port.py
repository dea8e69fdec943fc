"""Runs a script with `phonenumbers`, the Python port of Google's libphonenumber."""
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / "target" / "oracles" / "numbers"


def inside_venv(newest):
    """Restarts this script with a Python that has the right version of `phonenumbers`."""
    made_from = re.search(r"metadata ([\d.]+)", (ROOT / "src/phone/table.rs").read_text()).group(1)
    requirement = "phonenumbers" if newest else f"phonenumbers=={made_from}"
    if Path(sys.prefix) == VENV:
        return
    if not (VENV / "bin" / "python").exists():
        venv.create(VENV, with_pip=True)
    python = VENV / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", requirement], check=True)
    os.execv(python, [python, *sys.argv])


def fast_patterns():
    from phonenumbers import re_util

    # Without the cache, the port compiles its patterns repeatedly and is ten times slower.
    getattr(re_util, "enable_pattern_cache", lambda: None)()
