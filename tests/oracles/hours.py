"""Compares the hour (PKG-8), the zone (PKG-7) and the date (FIELD-2) with Python's zoneinfo.

Usage: hours.py LOG_CALL. The cases lie around every clock change of every zone from 2015 to 2030.
The zones come from the PyPI package `tzdata` in the version that chrono-tz ships, not from the
machine.
"""
import datetime
import sys
import zoneinfo
from importlib import resources

import library
import tzdata

UTC = datetime.timezone.utc
EXPLAINED = {"Factory": "the placeholder of a machine without a configured zone; chrono-tz omits it"}
# No zone changes its clock twice within this time.
STEP = 6 * 3600
FROM, TO = (int(datetime.datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2015, 2031))
SPELLINGS = [
    lambda second: second,
    lambda second: str(second),
    lambda second: at(second).strftime("%Y-%m-%dT%H:%M:%SZ"),
    lambda second: at(second).strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
    # The same moment with another UTC offset.
    lambda second: at(second).astimezone(datetime.timezone(datetime.timedelta(hours=-5, minutes=-30))).isoformat(),
]


def at(second, zone=UTC):
    return datetime.datetime.fromtimestamp(second, zone)


def changes(zone):
    """Yields the seconds at which the zone's clocks change."""
    offset = lambda second: at(second, zone).utcoffset()
    before = offset(FROM)
    for end in range(FROM + STEP, TO + STEP, STEP):
        after = offset(end)
        if after != before:
            low, high = end - STEP, end
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            yield high
        before = after


def expected(name, second):
    return str(at(second, ZONES[name]).hour), name, at(second).date().isoformat()


def ours(plan):
    task = plan["task"]
    return task.get("aircall__Hour_of_the_day__c"), task.get("aircall__Timezone__c"), task.get("ActivityDate")


zoneinfo.reset_tzpath(to=[])
ZONES = {name: zoneinfo.ZoneInfo(name) for name in (resources.files("tzdata") / "zones").read_text().split()}
seconds = [(name, second + near) for name, zone in ZONES.items() for second in changes(zone) for near in (-1, 0, 1)]
# Adds midwinter and midsummer of every year, also for zones without a clock change.
seconds += [(name, FROM + half * 15_778_476) for name in ZONES for half in range(32)]
names = [name.swapcase() for name in ZONES if name.swapcase() not in ZONES]

calls = [
    library.call(started_at=SPELLINGS[n % len(SPELLINGS)](second), ended_at=None, answered_at=second, number={"time_zone": name})
    for n, (name, second) in enumerate(seconds)
]
calls += [library.call(number={"time_zone": name}) for name in names]
plans = library.plans(sys.argv[1], [(call, {}) for call in calls])
found = [
    (name, expected(name, second), ours(plan))
    for (name, second), plan in zip(seconds, plans)
    if ours(plan) != expected(name, second)
]
for name, plan in zip(names, plans[len(seconds) :]):
    known = "aircall__Hour_of_the_day__c" in plan["task"] or all(notice["rule"] != "PKG-8" for notice in plan["notices"])
    found += [(name, "not a zone", "a zone")] if known else []
library.report("hours and dates", f"zoneinfo with tzdata {tzdata.IANA_VERSION}, {len(ZONES)} zones", len(plans), found, EXPLAINED)
