"""A second implementation of the rules, in Python, to compare time and plans with the library.

    map.py                 reads NDJSON cases, prints a plan a line, as `log_call --ndjson`
    map.py --bench ROUNDS  times the same cases in-process: prints `map_us=…` each round

The code follows the rules only. It uses json, phonenumbers, zoneinfo, Babel's CLDR names, and the
`regex` module's grapheme clusters. Notices have no message: only rule, field and count are compared.
"""

import functools
import json
import re
import sys
import time
import zoneinfo
from datetime import date, datetime, timedelta, timezone

import babel
import phonenumbers
import regex

KINDS = (
    "outbound_answered", "outbound_unanswered", "inbound_answered", "missed", "voicemail",
    "outbound_conference", "inbound_conference",
)

SUBJECTS = {
    "de": (
        "Ausgehender beantworteter Anruf an {record} mit {number}",
        "Ausgehender unbeantworteter Anruf an {record} mit {number}",
        "Eingehender Anruf von {record} auf {number}",
        "Entgangener Anruf von {record} auf {number}",
        "Voicemail von {record} auf {number}",
        "Ausgehender Konferenzanruf an {record} mit {number}",
        "Eingehender Anruf von {record} auf {number}",
    ),
    "en": (
        "Outbound answered call to {record} with {number}",
        "Outbound unanswered call to {record} with {number}",
        "Inbound call from {record} on {number}",
        "Missed call from {record} on {number}",
        "Voicemail from {record} on {number}",
        "Outbound conference call to {record} with {number}",
        "Inbound call from {record} on {number}",
    ),
    "en 2025": (
        "Outbound answered call to {record} via {number}[ made by {user}]",
        "Outbound unanswered call via {number}[ made by {user}] to {record}",
        "Inbound answered call from {record} on {number}[ answered by {user}]",
        "Missed call from {record} on {number}",
        "Voicemail from {record} on {number}",
        "Outbound conference call to {record} with {number}",
        "Inbound call from {record} on {number}",
    ),
    "fr": (
        "Appel sortant répondu à {record} avec {number}",
        "Appel sortant sans réponse vers {record} avec {number}",
        "Appel entrant de {record} sur {number}",
        "Appel manqué de {record} sur {number}",
        "Message vocal de {record} sur {number}",
        "Conférence téléphonique sortante vers {record} avec {number}",
        "Appel entrant de {record} sur {number}",
    ),
    "es": (
        "Llamada saliente contestada a {record} con {number}",
        "Llamada saliente no contestada a {record} con {number}",
        "Llamada entrante de {record} en {number}",
        "Llamada perdida de {record} en {number}",
        "Buzón de voz de {record} en {number}",
        "Llamada de conferencia saliente a {record} con {number}",
        "Llamada entrante de {record} en {number}",
    ),
}

TEXTS = {
    "de": {
        "voicemail_link": "Finde Voicemail hier: {link}",
        "recording_link": "Finde die Aufzeichnung hier: {link}",
        "note": "{agent} hat einen neuen Kommentar hinzugefügt:",
        "connected": "verbunden",
        "not_connected": "nicht verbunden",
        "unknown_company": "Unbekannte Firma",
        "unknown": "Unbekannt",
    },
    "en": {
        "voicemail_link": "Find voicemail here: {link}",
        "recording_link": "Find the recording here: {link}",
        "note": "{agent} added a new comment:",
        "connected": "connected",
        "not_connected": "not connected",
        "unknown_company": "Unknown Company",
        "unknown": "Unknown",
    },
    "fr": {
        "voicemail_link": "Trouvez le message vocal ici : {link}",
        "recording_link": "Trouvez l'enregistrement ici : {link}",
        "note": "{agent} a ajouté un nouveau commentaire :",
        "connected": "connecté",
        "not_connected": "non connecté",
        "unknown_company": "Société inconnue",
        "unknown": "Inconnu",
    },
    "es": {
        "voicemail_link": "Encuentra el buzón de voz aquí: {link}",
        "recording_link": "Encuentra la grabación aquí: {link}",
        "note": "{agent} ha añadido un nuevo comentario:",
        "connected": "conectado",
        "not_connected": "no conectado",
        "unknown_company": "Empresa desconocida",
        "unknown": "Desconocido",
    },
}

PACKAGE_FIELDS = {
    "waiting_time": "aircall__Waiting_Time__c",
    "answered_by": "aircall__Answered_by__c",
    "phone_number": "aircall__Phone_number__c",
    "country": "aircall__Country__c",
    "call_recording": "aircall__Call_Recording__c",
    "transferred_to": "aircall__Transferred_to__c",
    "time_zone": "aircall__Timezone__c",
    "hour_of_the_day": "aircall__Hour_of_the_day__c",
    "connection_status": "aircall__Connection_status__c",
    "has_connected": "aircall__Has_connected__c",
}

# CLDR's short forms, which Babel does not contain (PKG-4).
SHORT_COUNTRIES = {
    "HK": {"de": "Hongkong", "en": "Hong Kong", "fr": "Hong Kong", "es": "Hong Kong"},
    "MO": {"de": "Macau", "en": "Macao", "fr": "Macao", "es": "Macao"},
    "PS": {"de": "Palästina", "en": "Palestine", "fr": "Palestine", "es": "Palestina"},
}

RECORD_TYPES = ("Contact", "Lead", "Account", "PersonAccount")
PREFIXES = {
    "Contact": ("003",), "Lead": ("00Q",), "Account": ("001",), "PersonAccount": ("001",), "User": ("005",),
    "owner": ("005", "00G"), "Case": ("500",), "Opportunity": ("006",), "Task": ("00T",),
}

# Task's own fields (LIMIT-6).
TASK_FIELDS = set(
    """AccountId ActivityDate CallDisposition CallDurationInSeconds CallObject CallType CompletedDateTime ConnectionReceivedId
    ConnectionSentId CreatedById CreatedDate Description Id IsArchived IsClosed IsDeleted IsHighPriority IsRecurrence IsReminderSet
    IsVisibleInSelfService LastModifiedById LastModifiedDate OwnerId Priority RecordTypeId RecurrenceActivityId RecurrenceDayOfMonth
    RecurrenceDayOfWeekMask RecurrenceEndDateOnly RecurrenceInstance RecurrenceInterval RecurrenceMonthOfYear
    RecurrenceRegeneratedType RecurrenceStartDateOnly RecurrenceTimeZoneSidKey RecurrenceType ReminderDateTime Status Subject
    SystemModstamp TaskSubtype Type WhatCount WhatId WhoCount WhoId""".split()
)


class Unreadable(Exception):
    """The case cannot be mapped; the text contains the reason."""


# Reading ------------------------------------------------------------------------------------------


def as_object(value):
    return value if isinstance(value, dict) else {}


def as_entries(value):
    """Returns the list's objects; skips null, {} and wrong shapes (LOG-8)."""
    return [entry for entry in value if isinstance(entry, dict) and entry] if isinstance(value, list) else []


def as_text(value):
    return value if isinstance(value, str) else ""


def as_id(value):
    """Returns a number or text id as text; "" if it is missing."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return as_text(value).strip()


EARLIEST = int(datetime(1700, 1, 1, tzinfo=timezone.utc).timestamp())
LATEST = int(datetime(4001, 1, 1, tzinfo=timezone.utc).timestamp()) - 1

ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)", re.ASCII)
DIGITS = re.compile(r"-?\d+", re.ASCII)


def read_time(value):
    """Parses a time as milliseconds since 1970 (LOG-8, LIMIT-3)."""
    if isinstance(value, int) and not isinstance(value, bool):
        milliseconds = value * 1000
    elif isinstance(value, str) and DIGITS.fullmatch(value):
        milliseconds = int(value) * 1000
    elif isinstance(value, str) and (match := ISO.fullmatch(value)):
        day, clock, fraction, offset = match.groups()
        offset = "+00:00" if offset == "Z" else offset[:3] + ":" + offset[-2:]
        try:
            whole = datetime.fromisoformat(f"{day}T{clock}{offset}").timestamp()
        except ValueError as error:
            raise Unreadable(f"no time: {error}") from None
        milliseconds = int(whole) * 1000 + int((fraction or "0").ljust(3, "0")[:3])
    else:
        raise Unreadable("not a time")
    if not EARLIEST * 1000 <= milliseconds < (LATEST + 1) * 1000:
        raise Unreadable("time out of range (LIMIT-3)")
    return milliseconds


def read_seconds(value):
    return read_time(value) // 1000


class Call:
    """The fields of a call that the rules use."""

    def __init__(self, data):
        data = as_object(data)
        self.id = self._call_id(data.get("id"))
        self.direction = data.get("direction")
        if self.direction not in ("inbound", "outbound"):
            raise Unreadable("direction is missing or unreadable")
        self.started_at = read_seconds(data.get("started_at"))
        self.answered_at = self._optional_time(data.get("answered_at"))
        self.ended_at = self._optional_time(data.get("ended_at"))
        self.raw_digits = as_text(data.get("raw_digits"))
        self.missed_reason = as_text(data.get("missed_call_reason"))
        self.user = as_object(data.get("user"))
        self.transferred_to = as_object(data.get("transferred_to"))
        self.line = as_object(data.get("number"))
        self.contact = as_object(data.get("contact"))
        self.tags = as_entries(data.get("tags"))
        self.comments = as_entries(data.get("comments"))
        self.participants = as_entries(data.get("participants")) or as_entries(data.get("conference_participants"))
        self.asset = as_text(data.get("asset"))
        self.recording = as_text(data.get("recording")), as_text(data.get("recording_short_url"))
        self.voicemail = as_text(data.get("voicemail")), as_text(data.get("voicemail_short_url"))

        self.inbound = self.direction == "inbound"
        self.answered = self.answered_at is not None
        self.kind = self._kind()
        self.home = as_text(self.line.get("country")).strip().upper() or None

    @staticmethod
    def _call_id(value):
        text = as_id(value)
        if not (text.isascii() and text.isdigit()) or int(text) >= 1 << 64:
            raise Unreadable("id is missing or unreadable")
        return int(text)

    @staticmethod
    def _optional_time(value):
        return None if value is None or value == "" else read_seconds(value)

    def _kind(self):
        if not self.answered:
            if not self.inbound:
                return "outbound_unanswered"
            return "voicemail" if any(map(str.strip, self.voicemail)) else "missed"
        others = sum(participant.get("type") != "user" for participant in self.participants)
        conference = len(self.participants) >= 3 or others >= 2
        return f"{self.direction}_{'conference' if conference else 'answered'}"


def call_of(webhook):
    """Returns the call of a webhook, a REST response or a bare call; None for other webhooks."""
    if not isinstance(webhook, dict):
        raise Unreadable("not an object")
    if "data" in webhook or "event" in webhook or "resource" in webhook:
        resource, event = as_text(webhook.get("resource")), as_text(webhook.get("event"))
        if resource != "call" if resource else event and not event.startswith("call."):
            return None
        return Call(webhook.get("data"))
    return Call(webhook["call"] if "call" in webhook else webhook)


# Settings and directory ---------------------------------------------------------------------------


def known_keys(value, keys, what):
    if not isinstance(value, dict):
        raise Unreadable(f"{what}: not an object")
    if unknown := value.keys() - set(keys):
        raise Unreadable(f"{what}: unknown key {sorted(unknown)[0]}")
    return value


def listed(value, key):
    found = value.get(key, [])
    if not isinstance(found, list):
        raise Unreadable(f"{key}: not a list")
    return found


def typed(value, kind, what):
    if not isinstance(value, kind):
        raise Unreadable(f"{what}: not a {kind.__name__}")
    return value


def one_of(value, allowed, what):
    if value not in allowed:
        raise Unreadable(f"{what}: {value!r} is not one of {', '.join(map(str, allowed))}")
    return value


CHECK_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def salesforce_id(value, kind):
    """Returns the 18-character form of an id that may belong to `kind` (LIMIT-2)."""
    if not (isinstance(value, str) and re.fullmatch(r"[0-9A-Za-z]{15}([0-9A-Za-z]{3})?", value)):
        raise Unreadable(f"{kind}: no Salesforce id")
    if not value.startswith(PREFIXES[kind]):
        raise Unreadable(f"{kind}: id of another type")
    parts = value[0:5], value[5:10], value[10:15]
    check = "".join(CHECK_SIGNS[sum(1 << place for place, sign in enumerate(part) if "A" <= sign <= "Z")] for part in parts)
    if value[15:] and value[15:] != check:
        raise Unreadable(f"{kind}: wrong checksum")
    return value[:15] + check


TEMPLATE_TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\{[^{}\[\]]*\}|[{}\[\]]|[^{}\[\]]+")


def template(text, allowed, needed=None):
    """Parses a template into (text, None), (None, placeholder) or bracketed lists (SUBJ-10)."""
    if not isinstance(text, str) or not clean(text):
        raise Unreadable("a text of the wording is empty")
    whole = parts = []
    for token in TEMPLATE_TOKEN.findall(text):
        if token in ("{{", "}}", "[[", "]]"):
            parts.append((token[0], None))
        elif token == "[" and parts is whole:
            parts = []
            whole.append(parts)
        elif token == "]" and parts is not whole:
            parts = whole
        elif token in "{}[]":
            raise Unreadable(f"unbalanced or nested {token}")
        elif token[0] == "{":
            if token[1:-1] not in allowed:
                raise Unreadable(f"unknown placeholder {token}")
            parts.append((None, token[1:-1]))
        else:
            parts.append((token, None))
    if parts is not whole:
        raise Unreadable("a bracket is not closed")
    if needed and "{" + needed + "}" not in text.replace("{{", ""):
        raise Unreadable(f"{{{needed}}} is missing")
    return whole


def fill(parts, values, otherwise=""):
    """Renders a template; `otherwise` replaces an empty placeholder outside of brackets."""
    out = []
    for part in parts:
        if isinstance(part, list):
            if all(values[name] for _, name in part if name):
                out.append(fill(part, values))
        else:
            text, name = part
            out.append((values[name] or otherwise) if name else text)
    return "".join(out)


class Wording:
    def __init__(self, value, edition):
        own = {"base": value} if isinstance(value, str) else dict(value)
        known_keys(own, ("base", "subject", *TEXTS["en"]), "wording")
        self.language = one_of(own.pop("base", "en"), tuple(TEXTS), "wording")
        base = "en 2025" if self.language == "en" and edition == "2025" else self.language
        subjects = dict(zip(KINDS, SUBJECTS[base])) | known_keys(own.pop("subject", {}), KINDS, "subject")
        texts = TEXTS[self.language] | own
        self.subjects = {kind: template(text, ("record", "number", "user")) for kind, text in subjects.items()}
        self.voicemail_link = template(texts["voicemail_link"], ("link",), "link")
        self.recording_link = template(texts["recording_link"], ("link",), "link")
        self.note = template(texts["note"], ("agent",))
        for name in ("connected", "not_connected", "unknown_company", "unknown"):
            if not isinstance(texts[name], str) or not clean(texts[name]):
                raise Unreadable(f"{name} is empty")
            setattr(self, name, texts[name])
        self.countries = babel.Locale(self.language).territories


class Settings:
    def __init__(self, value):
        known_keys(value, (
            "wording", "edition", "workflow", "outside_business_hours", "record_order", "unknown_number", "relate_to", "admin",
            "unmatched_owner", "own_numbers", "disposition_order", "recording_link", "count", "write_type", "call_id_field", "status",
            "package_fields",
        ), "settings")
        edition = one_of(value.get("edition", "2023"), ("2023", "2025"), "edition")
        self.wording = Wording(value.get("wording", "en"), edition)
        self.workflow = dict.fromkeys(KINDS[:5], "completed") | known_keys(value.get("workflow", {}), KINDS[:5], "workflow")
        for action in self.workflow.values():
            one_of(action, ("completed", "in_progress", "do_nothing"), "workflow")
        self.outside_business_hours = one_of(
            value.get("outside_business_hours", "log"), ("log", "do_nothing"), "outside_business_hours")
        self.record_order = value.get("record_order", list(RECORD_TYPES))
        for kind in self.record_order:
            one_of(kind, RECORD_TYPES, "record_order")
        if len(set(self.record_order)) != len(self.record_order):
            raise Unreadable("record_order names a type twice")
        self.unknown_number = one_of(
            value.get("unknown_number", "do_nothing"), ("do_nothing", "create_contact", "create_lead", "create_account"), "unknown_number")
        self.relate_to = one_of(
            value.get("relate_to", "nothing"), ("nothing", "case", "case_or_create", "opportunity"), "relate_to")
        self.admin = salesforce_id(value.get("admin"), "User")
        unmatched = value.get("unmatched_owner")
        self.unmatched_owner = None if unmatched is None else salesforce_id(unmatched, "owner")
        self.own_numbers = frozenset(map(self._own_number, listed(value, "own_numbers")))
        self.marker_first = one_of(
            value.get("disposition_order", "tags_first"), ("tags_first", "marker_first"), "disposition_order") == "marker_first"
        self.direct_link = one_of(value.get("recording_link", "asset"), ("asset", "direct"), "recording_link") == "direct"
        self.size = {"salesforce": salesforce_size, "characters": len}[
            one_of(value.get("count", "salesforce"), ("salesforce", "characters"), "count")]
        self.write_type = typed(value.get("write_type", True), bool, "write_type")
        self.call_id_field = value.get("call_id_field")
        self.status = {"completed": "Completed", "in_progress": "In Progress"} | known_keys(
            value.get("status", {}), ("completed", "in_progress"), "status")
        self.fields = PACKAGE_FIELDS | known_keys(value.get("package_fields", {}), PACKAGE_FIELDS, "package_fields")
        self._check_names()

    @staticmethod
    def _own_number(text):
        if not (isinstance(text, str) and re.fullmatch(r"\+\d+", text, re.ASCII)):
            raise Unreadable("own_numbers: not E.164")
        return text

    def _check_names(self):
        names = [name for name in self.fields.values() if name is not None]
        if self.call_id_field not in (None, "CallObject"):
            if not str(self.call_id_field).endswith("__c"):
                raise Unreadable("call_id_field is not a custom field")
            names.append(self.call_id_field)
        for name in names:
            if not (isinstance(name, str) and re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII)):
                raise Unreadable(f"{name!r} is not an API name")
        if len({name.lower() for name in names}) != len(names):
            raise Unreadable("two settings name the same field")
        if {name.lower() for name in names} & {name.lower() for name in TASK_FIELDS}:
            raise Unreadable("a field of Task's own")

    def workflow_of(self, kind):
        return self.workflow[kind.replace("conference", "answered")]

    def status_of(self, kind):
        """Returns the kind, or None if the call is not logged."""
        return self.status.get(self.workflow_of(kind))


class Directory:
    def __init__(self, value):
        known_keys(value, ("records", "users", "cases", "opportunities", "tasks"), "directory")
        self.records = [self._record(entry) for entry in listed(value, "records")]
        self.users = [self._user(entry) for entry in listed(value, "users")]
        self.cases = self._related(listed(value, "cases"), "Case")
        self.opportunities = self._related(listed(value, "opportunities"), "Opportunity")
        self.tasks = {}
        for entry in listed(value, "tasks"):
            known_keys(entry, ("id", "call", "fields", "wrote"), "task")
            fields = entry.get("fields")
            task = salesforce_id(entry.get("id"), "Task"), None if fields is None else typed(fields, dict, "fields")
            self.tasks.setdefault(Call._call_id(entry.get("call")), task)
        self.active = {user["id"]: user["active"] for user in reversed(self.users)}
        self.by_id = {record["id"]: record for record in reversed(self.records)}
        self._by_number = {}

    @staticmethod
    def _record(entry):
        known_keys(entry, ("type", "id", "name", "owner", "phones"), "record")
        kind = one_of(entry.get("type"), RECORD_TYPES, "type")
        owner = entry.get("owner")
        return {
            "type": kind,
            "id": salesforce_id(entry.get("id"), kind),
            "name": typed(entry.get("name"), str, "name"),
            "owner": None if owner is None else salesforce_id(owner, "owner"),
            "phones": [typed(phone, str, "phones") for phone in listed(entry, "phones")],
        }

    @staticmethod
    def _user(entry):
        known_keys(entry, ("id", "email", "created_at", "active"), "user")
        return {
            "id": salesforce_id(entry.get("id"), "User"),
            "email": email(typed(entry.get("email"), str, "email")),
            "created_at": read_time(entry.get("created_at")),
            "active": typed(entry.get("active", True), bool, "active"),
        }

    @staticmethod
    def _related(entries, kind):
        """Returns the first open entry of each contact."""
        first = {}
        for entry in entries:
            known_keys(entry, ("id", "contact", "open"), kind)
            contact, own = salesforce_id(entry.get("contact"), "Contact"), salesforce_id(entry.get("id"), kind)
            if typed(entry.get("open", True), bool, "open"):
                first.setdefault(contact, own)
        return first

    def first_with(self, number, home, order):
        """Finds the first record of the first type in `order` with the number (REC-1, REC-2)."""
        if home not in self._by_number:
            index = self._by_number[home] = {}
            for record in self.records:
                for phone in record["phones"]:
                    if parsed := phone_number(phone, home):
                        index.setdefault(e164(parsed), {}).setdefault(record["type"], record)
        found = self._by_number[home].get(number, {})
        return next((found[kind] for kind in order if kind in found), None)


# Numbers, texts, zones ----------------------------------------------------------------------------


def phone_number(text, home):
    try:
        return phonenumbers.parse(text, home if home in phonenumbers.SUPPORTED_REGIONS else None)
    except phonenumbers.NumberParseException:
        return None


def e164(number):
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_possible(number):
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE


def email(value):
    """Normalises an address: ignores ASCII case and outer blanks (OWN-8)."""
    return "".join(sign.lower() if sign.isascii() else sign for sign in as_text(value).strip())


CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean(text, lines=False):
    """Cleans a text by DESC-6; `lines` keeps line breaks."""
    text = CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not lines:
        text = text.replace("\n", " ").replace("\t", " ")
    return text.strip()


def utf16_size(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def salesforce_size(text):
    return utf16_size(text) + text.count("\n")


def cut(text, limit, size=utf16_size):
    """Returns the longest fitting prefix, trimmed, and the number of lost characters (LIMIT-1)."""
    if size(text) <= limit:
        return text, 0
    end = room = 0
    for match in regex.finditer(r"\X", text):
        room += size(match.group())
        if room > limit:
            break
        end = match.end()
    kept = text[:end].strip()
    return kept, len(text) - len(kept)


ZONES = zoneinfo.available_timezones()


@functools.cache
def zone(name):
    return zoneinfo.ZoneInfo(name) if name in ZONES else None


EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def utc(seconds):
    return EPOCH + timedelta(seconds=seconds)


def quoted(text):
    """Renders an element of CallDisposition (DISP-5)."""
    text = text.replace("\\", "\\\\")
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "\\'") + "'"


# The plan -----------------------------------------------------------------------------------------

LIMITS = {"FirstName": 40, "LastName": 80, "Company": 255, "Name": 255, "Phone": 40}


class Planner:
    """Plans one call."""

    def __init__(self, call, directory, settings):
        self.call, self.directory, self.settings = call, directory, settings
        self.wording = settings.wording
        self.notices = []
        self.number = phone_number(call.raw_digits, call.home)
        self.withheld = clean(call.raw_digits).lower() in ("", "anonymous")

    def notice(self, rule, field, dropped=None):
        self.notices.append({"rule": rule, "field": field} | ({"dropped": dropped} if dropped else {}))

    def plan(self):
        call, settings = self.call, self.settings
        if not call.answered and call.ended_at is None:
            return skip("not_yet")
        if task := self.directory.tasks.get(call.id):
            return self.update(*task)
        if settings.workflow_of(call.kind) == "do_nothing":
            return skip("workflow", call.kind)
        outside = not call.answered and call.missed_reason == "out_of_opening_hours"
        if outside and settings.outside_business_hours == "do_nothing":
            return skip("outside_business_hours", call.kind)
        return self.create()

    # Create

    def create(self):
        call, settings = self.call, self.settings
        record, because = self.find_record()
        new_record = None
        if because in ("no_number", "own_number"):
            self.notice("REC-7" if because == "no_number" else "REC-8", "WhoId")
        elif record is None and settings.unknown_number != "do_nothing":
            new_record = self.new_record()
            because = "created"
        kind = record["type"] if record else new_record["type"] if new_record else None
        record_id = record["id"] if record else "@{record.id}" if new_record else None
        owner, rule = self.owner(record, new_record)

        task = {"Subject": self.subject(record, new_record)}
        if settings.write_type:
            task["Type"] = "Call"
        task["TaskSubtype"] = "Call"
        task["CallType"] = "Inbound" if call.inbound else "Outbound"
        task["ActivityDate"] = utc(call.started_at).date().isoformat()
        task["Status"] = self.one_line("Status", settings.status_of(call.kind))
        task |= self.what_the_call_says()

        relation, new_case = "none", None
        if kind in ("Contact", "Lead"):
            task["WhoId"] = record_id
        elif kind:
            task["WhatId"], relation = record_id, "account"
        if kind == "Contact":
            relation, task["WhatId"] = self.related(record_id)
            if relation == "new_case":
                new_case = {"ContactId": record_id, "Origin": "Phone", "Subject": task["Subject"], "OwnerId": owner}
        elif kind and settings.relate_to != "nothing":
            self.notice("REC-5", "WhatId")
            if kind == "Lead":
                relation = "lead_not_allowed"
        task["OwnerId"] = owner

        plan = {"action": "create"}
        if new_record:
            plan["new_record"] = new_record
        if new_case:
            plan["new_case"] = {"fields": filled(new_case)}
        if change := self.owner_change(record):
            plan["owner_change"] = change
        plan["task"] = filled(task)
        plan["because"] = {"kind": call.kind, "record": because, "relation": relation, "owner": rule}
        plan["notices"] = self.notices
        return plan

    def find_record(self):
        """Finds the record and `because.record` (REC-1, REC-7, REC-8)."""
        if self.withheld or self.number is None or not is_possible(self.number):
            return None, "no_number"
        number = e164(self.number)
        if number in self.settings.own_numbers:
            return None, "own_number"
        record = self.directory.first_with(number, self.call.home, self.settings.record_order)
        return record, "first_match" if record else "not_found"

    def new_record(self):
        kind = {"create_contact": "Contact", "create_lead": "Lead", "create_account": "Account"}[self.settings.unknown_number]
        contact = self.call.contact
        first, last, company = (clean(as_text(contact.get(key))) for key in ("first_name", "last_name", "company_name"))
        shown = clean(self.call.raw_digits)
        if kind == "Account":
            texts = {"Name": company or " ".join(filter(None, (first, last))) or shown}
        else:
            texts = {"FirstName": first, "LastName": last} if first and last else {"LastName": first or last or shown}
            if kind == "Lead":
                texts["Company"] = self.wording.unknown_company
        texts["Phone"] = e164(self.number)
        fields = {name: self.one_line(f"{kind}.{name}", text, LIMITS[name]) for name, text in texts.items()}
        return {"type": kind, "fields": filled(fields | {"OwnerId": self.settings.admin})}

    def related(self, contact):
        """Finds `because.relation` and the WhatId of a Contact (REC-4)."""
        wanted = self.settings.relate_to
        if wanted in ("case", "case_or_create"):
            if case := self.directory.cases.get(contact):
                return "case", case
            if wanted == "case_or_create":
                return "new_case", "@{case.id}"
        if wanted == "opportunity" and (opportunity := self.directory.opportunities.get(contact)):
            return "opportunity", opportunity
        return "none", None

    # Owners

    def always_active(self, user):
        return user in (self.settings.admin, self.settings.unmatched_owner)

    def agents(self):
        """Finds the active Salesforce users with the agent's address."""
        address = email(self.call.user.get("email"))
        return [
            user for user in self.directory.users
            if address and user["email"] == address and (user["active"] or self.always_active(user["id"]))
        ]

    def owner(self, record, new_record):
        call, settings = self.call, self.settings
        if not record and not new_record:
            return None, "OWN-7"
        if call.answered:
            day_before = (call.answered_at - 86_400) * 1000
            if agent := next((user for user in self.agents() if user["created_at"] <= day_before), None):
                return agent["id"], "OWN-1"
        if new_record:
            return settings.admin, "OWN-6"
        owner = record["owner"]
        if owner and (self.always_active(owner) or self.directory.active.get(owner, True)):
            return owner, "OWN-2" if call.answered else "OWN-4"
        if call.answered:
            return settings.admin, "OWN-3"
        return settings.unmatched_owner or settings.admin, "OWN-5"

    def owner_change(self, record):
        call, admin = self.call, self.settings.admin
        if not record or record["owner"] != admin or (call.inbound and not call.answered):
            return None
        agent = next(iter(self.agents()), None)
        if not agent or agent["id"] == admin:
            return None
        kind = "Account" if record["type"] == "PersonAccount" else record["type"]
        return {"type": kind, "id": record["id"], "owner": agent["id"]}

    # Update

    def update(self, task_id, present):
        call, settings = self.call, self.settings
        wanted = self.subject_of_update(present) | self.what_the_call_says()
        if call.kind == "voicemail" and present:
            now, missed, voicemail = present.get("Status"), settings.status_of("missed"), settings.status_of("voicemail")
            if now and now == missed and voicemail and voicemail != missed:
                wanted["Status"] = voicemail
        because = {"kind": call.kind, "record": "task", "owner": "UPD-2"}
        if present is None:
            # What people typed into the Description is not known, so it is not sent (UPD-3).
            if wanted.pop("Description"):
                self.notices = [notice for notice in self.notices if notice["rule"] != "DESC-5"]
                self.notice("DESC-7", "Description")
            changes = filled(wanted)
        else:
            changes = {
                field: value
                for field, value in wanted.items()
                if not self.same(field, present.get(field), value) and (value is not None or call.ended_at is not None)
            }
            if not changes:
                return {"action": "unchanged", "task_id": task_id, "because": because, "notices": []}
        return {"action": "update", "task_id": task_id, "task": changes, "because": because, "notices": self.notices}

    def subject_of_update(self, present):
        """Returns the Subject if the Task's record is known (UPD-5)."""
        present = present or {}
        on = present.get("WhoId") or present.get("WhatId")
        if on:
            record = next((record for record in self.directory.records if record["id"][:15] == str(on)[:15]), None)
            if record is None:
                return {}
        elif "WhoId" in present and "WhatId" in present:
            record = None
        else:
            record, _ = self.find_record()
            if record is None:
                return {}
        return {"Subject": self.subject(record, None)}

    def same(self, field, present, wanted):
        """Compares two values by UPD-3."""
        if isinstance(present, str):
            lines = field == "Description"
            present = clean(present, lines)
            present, _ = cut(present, 32_000, self.settings.size) if lines else cut(present, 255)
            present = present or None
        if isinstance(present, bool) or isinstance(wanted, bool):
            return present is wanted
        return present == wanted or as_number(present) is not None and as_number(present) == as_number(wanted)

    # Fields

    def one_line(self, field, text, limit=255):
        """Cleans and cuts a one-line field; None if the result is empty (LIMIT-1, LIMIT-4)."""
        text, dropped = cut(clean(text), limit)
        if dropped:
            self.notice("LIMIT-1", field, dropped)
        return text or None

    def subject(self, record, new_record):
        call = self.call
        shown = self.wording.unknown if self.withheld else call.raw_digits
        name = record["name"] if record else ""
        if new_record:
            fields = new_record["fields"]
            name = fields.get("Name") or " ".join(filter(None, (fields.get("FirstName"), fields.get("LastName"))))
        line, digits = as_text(call.line.get("name")), as_text(call.line.get("digits"))
        user = as_text(call.user.get("name"))
        values = {
            "record": name if clean(name) else shown,
            "number": line if clean(line) else digits if clean(digits) else self.wording.unknown,
            "user": user if clean(user) else "",
        }
        return self.one_line("Subject", fill(self.wording.subjects[call.kind], values, self.wording.unknown))

    def what_the_call_says(self):
        """Returns the fields of both create and update, except Subject (UPD-2)."""
        call, settings = self.call, self.settings
        line = self.line_number()
        link, expires = self.link()
        says = {
            "CallDisposition": self.disposition(line),
            "CallDurationInSeconds": self.duration(),
            "Description": self.description(link),
        }
        for key, field in settings.fields.items():
            if field:
                says[field] = getattr(self, key)(field, line, link, expires)
        if settings.call_id_field:
            says[settings.call_id_field] = f"aircall:{call.id}"
        return says

    def line_number(self):
        """Returns the digits of the company's number (PKG-3)."""
        for key in ("e164_digits", "digits"):
            number = phone_number(as_text(self.call.line.get(key)), self.call.home)
            if number and is_possible(number):
                return e164(number)[1:]
        return None

    def disposition(self, line):
        call = self.call
        tags = [tag for tag in (clean_inside(as_text(tag.get("name"))) for tag in self.tags()) if tag.strip()]
        reason = clean_inside(call.missed_reason)
        after = [call.direction, "answered_call" if call.answered else "unanswered_call", *filter(None, [line])]
        reasons = [reason] if reason.strip() else []
        dropped = 0
        while True:
            first = ["aircall", *tags] if self.settings.marker_first else [*tags, "aircall"]
            text = clean("[" + ", ".join(map(quoted, first + after + reasons)) + "]")
            if utf16_size(text) <= 255 or not (tags or reasons):
                break
            (tags or reasons).pop()
            dropped += 1
        if dropped:
            self.notice("DISP-6", "CallDisposition", dropped)
        return text

    def tags(self):
        """Returns the tags; after a transfer, those of B or without an author (XFER-1 to XFER-3)."""
        call = self.call
        target, holder = as_id(call.transferred_to.get("id")), as_id(call.user.get("id"))
        if not (call.answered and target and target == holder):
            return call.tags
        return [tag for tag in call.tags if as_id(as_object(tag.get("tagged_by")).get("id")) in ("", target)]

    def duration(self):
        call = self.call
        if not call.answered:
            return 0
        if call.ended_at is None:
            return None
        seconds = call.ended_at - call.answered_at
        kept = min(max(seconds, 0), 99_999_999)
        if kept != seconds:
            self.notice("FIELD-3", "CallDurationInSeconds")
        return kept

    def link(self):
        """Returns the link, and whether only an expiring link exists (PKG-5)."""
        call = self.call
        presigned, short = map(clean, call.voicemail if call.kind == "voicemail" else call.recording)
        asset = clean(call.asset)
        if self.settings.direct_link:
            return presigned or short or asset or None, False
        return asset or short or presigned or None, not asset and not short and bool(presigned)

    def description(self, link):
        settings, wording = self.settings, self.wording
        link_block = None
        if link:
            text = wording.voicemail_link if self.call.kind == "voicemail" else wording.recording_link
            link_block = clean(fill(text, {"link": link}), lines=True)
        notes = []
        for note in sorted(self.call.comments, key=note_place):
            if text := clean(as_text(note.get("content")), lines=True):
                author = as_text(as_object(note.get("posted_by")).get("name"))
                heading = fill(wording.note, {"agent": author if clean(author) else "Aircall"})
                notes.append(f"{heading}\n{text}")
        whole = clean("\n\n".join(filter(None, [link_block, *notes])), lines=True)
        fits = not link_block or settings.size(link_block) <= 32_000
        text, _ = cut(whole if fits else clean("\n\n".join(notes), lines=True), 32_000, settings.size)
        if dropped := len(whole) - len(text):
            self.notice("DESC-5", "Description", dropped)
        return text or None

    # The package's fields, each named like its setting (PKG-1 to PKG-10).

    def waiting_time(self, field, line, link, expires):
        call = self.call
        if not call.inbound:
            return 0
        return max(0, call.answered_at - call.started_at) if call.answered else None

    def answered_by(self, field, line, link, expires):
        return self.one_line(field, as_text(self.call.user.get("name"))) if self.call.answered else None

    def phone_number(self, field, line, link, expires):
        return line

    def country(self, field, line, link, expires):
        region = self.number and phonenumbers.region_code_for_number(self.number)
        if not region or region == "001":
            return None
        language = self.wording.language
        short = SHORT_COUNTRIES.get(region)
        return short[language] if short else self.wording.countries.get(region)

    def call_recording(self, field, line, link, expires):
        if expires:
            self.notice("PKG-5", field)
        if link and utf16_size(clean(link)) > 255:
            self.notice("PKG-5", field)
            return None
        return clean(link) if link else None

    def transferred_to(self, field, line, link, expires):
        return self.one_line(field, as_text(self.call.transferred_to.get("name")))

    def time_zone(self, field, line, link, expires):
        return self.one_line(field, as_text(self.call.line.get("time_zone")))

    def hour_of_the_day(self, field, line, link, expires):
        name = clean(as_text(self.call.line.get("time_zone")))
        if not name:
            return None
        if known := zone(name):
            return str(utc(self.call.started_at).astimezone(known).hour)
        self.notice("PKG-8", field)
        return None

    def connection_status(self, field, line, link, expires):
        if not self.call.inbound:
            return None
        return self.one_line(field, self.wording.connected if self.call.answered else self.wording.not_connected)

    def has_connected(self, field, line, link, expires):
        return self.call.inbound and self.call.answered


def as_number(value):
    """Parses a number, also from a text field."""
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None


def clean_inside(text):
    """Cleans a part of a one-line field; the part keeps its outer blanks."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\n", " ").replace("\t", " ")


def note_place(note):
    """Returns a note's sort key: time (none comes first), then id (DESC-4)."""
    try:
        posted = read_time(note.get("posted_at"))
    except Unreadable:
        posted = -1 << 63
    note_id = as_id(note.get("id"))
    # A missing id comes first, then numeric ids by value, then other texts.
    number = int(note_id) if DIGITS.fullmatch(note_id) else 1 << 64 if note_id else -1
    return posted, number, note_id


def filled(fields):
    return {name: value for name, value in fields.items() if value is not None}


def skip(reason, kind=None):
    return {"action": "skip", "skip": reason, "because": {"kind": kind} if kind else {}, "notices": []}


def answer(webhook, directory, settings):
    call = call_of(webhook)
    if call is None:
        return {"plan": skip("not_a_call")}
    return {"call": call.id, "plan": Planner(call, directory, settings).plan()}


# The program --------------------------------------------------------------------------------------


def read(kind, value):
    """Parses settings or a directory; any value of a wrong type rejects the whole."""
    try:
        return kind(value)
    except (AttributeError, KeyError, TypeError) as error:
        raise Unreadable(f"{kind.__name__}: {error}") from None


def map_line(line):
    try:
        case = known_keys(json.loads(line), ("webhook", "directory", "settings"), "case")
        settings = read(Settings, case.get("settings"))
        directory = read(Directory, case.get("directory", {}))
        return answer(case.get("webhook"), directory, settings)
    except (Unreadable, ValueError) as error:
        return {"error": str(error)}


def bench(lines, rounds):
    """Times webhook text to Task text; settings and directories are parsed beforehand."""
    prepared = {}

    def ready(kind, value):
        text = json.dumps(value, sort_keys=True)
        if text not in prepared:
            prepared[text] = kind(value)
        return prepared[text]

    cases = []
    for line in lines:
        case = json.loads(line)
        webhook = json.dumps(case["webhook"], ensure_ascii=False, separators=(",", ":")).encode()
        cases.append((webhook, ready(Directory, case.get("directory") or {}), ready(Settings, case["settings"])))

    def one_round():
        for webhook, directory, settings in cases:
            try:
                task = answer(json.loads(webhook), directory, settings)["plan"].get("task")
            except Unreadable:
                continue
            if task:
                json.dumps(task, ensure_ascii=False, separators=(",", ":")).encode()

    one_round()
    for _ in range(rounds):
        start = time.perf_counter()
        one_round()
        print(f"map_us={(time.perf_counter() - start) / len(cases) * 1e6:.2f}", flush=True)


def main():
    lines = (line for line in sys.stdin.buffer if line.strip())
    if sys.argv[1:2] == ["--bench"]:
        bench(list(lines), int(sys.argv[2]))
        return
    for line in lines:
        sys.stdout.write(json.dumps(map_line(line), ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    main()
