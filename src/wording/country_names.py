#!/usr/bin/env python3
"""Writes country_names.rs, the table of country names, beside this file.

Names:   Unicode CLDR, in the npm package `cldr-localenames-full`, main/LANGUAGE/territories.json
         (licence Unicode-3.0).
Regions: all regions of phone numbers, SUPPORTED_REGIONS of the PyPI package `phonenumbers`.

    python3 src/wording/country_names.py                 # the newest of both
    python3 src/wording/country_names.py 48.2.0 9.0.43   # these versions of CLDR and phonenumbers

The same versions give the same bytes: the header of country_names.rs names its versions. The script
needs npm and both registries, and works in target/country_names. If a name is missing, it writes
nothing.
"""

import json
import shutil
import subprocess
import sys
import tarfile
import unicodedata
import venv
from pathlib import Path

LANGUAGES = ["de", "en", "fr", "es"]  # the order of a row's names; `Language::choose` relies on it
SHORT = ["HK", "MO", "PS"]  # rule PKG-4: "Hong Kong", not "Hong Kong SAR China"

HERE = Path(__file__).resolve().parent
WORK = HERE.parents[1] / "target" / "country_names"


def cldr(version):
    """Returns CLDR's version, its names by language and code, and its licence."""
    subprocess.run(
        ["npm", "pack", f"cldr-localenames-full@{version}"], cwd=WORK, check=True, stdout=subprocess.DEVNULL
    )
    (package,) = WORK.glob("cldr-localenames-full-*.tgz")
    with tarfile.open(package) as files:

        def read(path):
            return files.extractfile(f"package/{path}").read().decode("utf-8")

        names = {
            language: json.loads(read(f"main/{language}/territories.json"))["main"][language]["localeDisplayNames"][
                "territories"
            ]
            for language in LANGUAGES
        }
        return json.loads(read("package.json"))["version"], names, read("LICENSE")


def phone_regions(version):
    """Returns the version of `phonenumbers` and its regions, sorted."""
    home = WORK / "venv"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    wanted = "phonenumbers" if version == "latest" else f"phonenumbers=={version}"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wanted], check=True)
    ask = "import json, phonenumbers as p; print(json.dumps([p.__version__, sorted(p.SUPPORTED_REGIONS)]))"
    return json.loads(subprocess.run([python, "-c", ask], check=True, capture_output=True).stdout)


def name(names, language, region):
    key = f"{region}-alt-short" if region in SHORT else region
    text = names[language].get(key)
    if not text:
        sys.exit(f"CLDR has no name for {key} in {language}")
    if not unicodedata.is_normalized("NFC", text) or not text.isprintable() or set(text) & {'"', "\\"}:
        sys.exit(f"the name for {key} in {language} needs a look before it goes into Rust source: {text!r}")
    return text


def main():
    cldr_wanted, phone_wanted = (sys.argv[1:] + ["latest", "latest"])[:2]
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    cldr_version, names, licence = cldr(cldr_wanted)
    phone_version, regions = phone_regions(phone_wanted)

    rows = []
    for region in regions:
        row = ", ".join(f'"{name(names, language, region)}"' for language in LANGUAGES)
        rows.append(f'    ("{region}", [{row}]),\n')
    notice = "".join(f"// {line}".rstrip() + "\n" for line in licence.strip().splitlines())
    (HERE / "country_names.rs").write_text(
        f"""\
//! Country names by region. Generated, not to be edited.
//!
//! - The names: Unicode CLDR, npm `cldr-localenames-full` {cldr_version}, licence Unicode-3.0 (below the
//!   table).
//! - The regions: all regions of the Python package `phonenumbers` {phone_version}.
//! - The command: `python3 src/wording/country_names.py {cldr_version} {phone_version}`.

/// Each region with its names in German, English, French and Spanish, sorted by region.
#[rustfmt::skip] // One line per region, however long the names are.
pub(super) static NAMES: [(&str, [&str; {len(LANGUAGES)}]); {len(rows)}] = [
{"".join(rows)}];

// The names are data of Unicode CLDR, whose licence follows.
//
{notice}""",
        encoding="utf-8",
    )
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main()
