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
import unicodedata
import zoneinfo
from datetime import date, datetime, timedelta, timezone

import babel
import phonenumbers
import regex

from merge import Description, fitting, text_of

KINDS = (
    "outbound_answered", "outbound_unanswered", "inbound_answered", "missed", "voicemail",
    "outbound_conference", "inbound_conference",
)
MESSAGE_KINDS = ("message_sent", "message_received")

# What a Subject and a template of FIELD-5 may name (SUBJ-10).
PLACEHOLDERS = (
    "record", "number", "user", "caller", "caller_e164", "line_e164", "country", "direction", "kind", "tags", "teams",
    "missed_reason", "contact", "company", "call_id", "duration", "date", "hour", "time_zone", "user_email",
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
        "ai_summary": "KI-Zusammenfassung:",
        "topics": "Themen:",
        "action_items": "Aufgaben:",
        "sentiment": "Stimmung:",
    },
    "en": {
        "voicemail_link": "Find voicemail here: {link}",
        "recording_link": "Find the recording here: {link}",
        "note": "{agent} added a new comment:",
        "connected": "connected",
        "not_connected": "not connected",
        "unknown_company": "Unknown Company",
        "unknown": "Unknown",
        "ai_summary": "AI summary:",
        "topics": "Topics:",
        "action_items": "Action items:",
        "sentiment": "Sentiment:",
    },
    "fr": {
        "voicemail_link": "Trouvez le message vocal ici : {link}",
        "recording_link": "Trouvez l'enregistrement ici : {link}",
        "note": "{agent} a ajouté un nouveau commentaire :",
        "connected": "connecté",
        "not_connected": "non connecté",
        "unknown_company": "Société inconnue",
        "unknown": "Inconnu",
        "ai_summary": "Résumé IA :",
        "topics": "Sujets :",
        "action_items": "Actions :",
        "sentiment": "Sentiment :",
    },
    "es": {
        "voicemail_link": "Encuentra el buzón de voz aquí: {link}",
        "recording_link": "Encuentra la grabación aquí: {link}",
        "note": "{agent} ha añadido un nuevo comentario:",
        "connected": "conectado",
        "not_connected": "no conectado",
        "unknown_company": "Empresa desconocida",
        "unknown": "Desconocido",
        "ai_summary": "Resumen de IA:",
        "topics": "Temas:",
        "action_items": "Tareas:",
        "sentiment": "Sentimiento:",
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
# Fields of messages only; they are written where the settings name them (MSG-9).
MESSAGE_FIELDS = ("sms_direction", "number_name")

# CLDR's short forms, which Babel does not contain (PKG-4).
SHORT_COUNTRIES = {
    "HK": {"de": "Hongkong", "en": "Hong Kong", "fr": "Hong Kong", "es": "Hong Kong"},
    "MO": {"de": "Macau", "en": "Macao", "fr": "Macao", "es": "Macao"},
    "PS": {"de": "Palästina", "en": "Palestine", "fr": "Palestine", "es": "Palestina"},
}

RECORD_TYPES = ("Contact", "Lead", "Account", "PersonAccount")
PREFIXES = {
    "Contact": ("003",), "Lead": ("00Q",), "Account": ("001",), "PersonAccount": ("001",), "User": ("005",),
    "owner": ("005", "00G"), "Case": ("500",), "Opportunity": ("006",), "Task": ("00T",), "RecordType": ("012",),
}

# Task's own fields (LIMIT-6).
TASK_FIELDS = set(
    """AccountId ActivityDate CallDisposition CallDurationInSeconds CallObject CallType CompletedDateTime ConnectionReceivedId
    ConnectionSentId CreatedById CreatedDate Description Id IsArchived IsClosed IsDeleted IsHighPriority IsRecurrence IsReminderSet
    IsVisibleInSelfService LastModifiedById LastModifiedDate OwnerId Priority RecordTypeId RecurrenceActivityId RecurrenceDayOfMonth
    RecurrenceDayOfWeekMask RecurrenceEndDateOnly RecurrenceInstance RecurrenceInterval RecurrenceMonthOfYear
    RecurrenceRegeneratedType RecurrenceStartDateOnly RecurrenceTimeZoneSidKey RecurrenceType ReminderDateTime Status Subject
    SystemModstamp TaskSubtype Type WhatCount WhatId WhoCount WhoId""".lower().split()
)


class Unreadable(Exception):
    """The case cannot be mapped; the text contains the reason."""


# Reading ------------------------------------------------------------------------------------------

EMPTY = (None, "", {}, [])


def as_object(value):
    return value if isinstance(value, dict) else {}


def as_text(value):
    return value if isinstance(value, str) else ""


def as_id(value):
    """Returns a number or text id as text; "" if it is missing."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return as_text(value).strip()


def unpacked(value):
    """Parses a text that is itself the JSON of an object or a list (LOG-8)."""
    if isinstance(value, str) and (value.strip()[:1] in ("{", "[") or value.strip() == "null"):
        try:
            return json.loads(value)
        except ValueError:
            pass
    return value


class Reader:
    """Reads an object of the call, and collects the paths of values that cannot be used (LOG-8)."""

    def __init__(self, value, unusable, path=""):
        self.value, self.unusable, self.path = value, unusable, path

    def _path(self, key):
        return f"{self.path}.{key}" if self.path else key

    def _checked(self, key, kind, value, otherwise):
        if isinstance(value, kind):
            return value
        if value not in EMPTY:
            self.unusable.add(self._path(key))
        return otherwise

    def text(self, key):
        return self._checked(key, str, self.value.get(key), "")

    def id(self, key):
        value = self.value.get(key)
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else self.text(key).strip()

    def time(self, key):
        """Returns the milliseconds of a time; None where it is missing or unreadable."""
        value = self.value.get(key)
        if value in EMPTY:
            return None
        try:
            return read_time(value)
        except Unreadable:
            self.unusable.add(self._path(key))
            return None

    def object(self, key):
        return Reader(self._checked(key, dict, unpacked(self.value.get(key)), {}), self.unusable, self._path(key))

    def texts(self, key, *names):
        """Returns the texts of an inner object by their names."""
        inner = self.object(key)
        return {name: inner.text(name) for name in names}

    def person(self, key):
        return self._texts_and_id(key, "name", "email")

    def line(self):
        return self._texts_and_id("number", "name", "digits", "e164_digits", "country", "time_zone")

    def _texts_and_id(self, key, *names):
        return {"id": self.object(key).id("id")} | self.texts(key, *names)

    def entries(self, key):
        """Returns a reader for each object of a list; a text among the tags is a tag's name."""
        found = []
        for entry in self._checked(key, list, unpacked(self.value.get(key)), []):
            entry = unpacked(entry)
            if key == "tags" and isinstance(entry, str) and entry:
                entry = {"name": entry}
            if isinstance(entry, dict) and entry:
                found.append(Reader(entry, self.unusable, self._path(key)))
            elif entry not in EMPTY:
                self.unusable.add(self._path(key))
        return found


EARLIEST = int(datetime(1700, 1, 1, tzinfo=timezone.utc).timestamp())
LATEST = int(datetime(4001, 1, 1, tzinfo=timezone.utc).timestamp()) - 1

ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z| ?UTC| ?[+-]\d\d:?\d\d)", re.ASCII)
DIGITS = re.compile(r"-?\d+", re.ASCII)
WHOLE = re.compile(r"(-?\d+)(?:\.0*)?", re.ASCII)


def read_time(value):
    """Parses a time as milliseconds since 1970 (LOG-8, LIMIT-3)."""
    if isinstance(value, float) and value.is_integer() or isinstance(value, int) and not isinstance(value, bool):
        milliseconds = int(value) * 1000
    elif isinstance(value, str) and (match := WHOLE.fullmatch(value.strip())):
        milliseconds = int(match[1]) * 1000
    elif isinstance(value, str) and (match := ISO.fullmatch(value)):
        day, clock, fraction, offset = match.groups()
        offset = "+00:00" if offset.endswith(("Z", "UTC")) else offset.strip()[:3] + ":" + offset[-2:]
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
        data = as_object(unpacked(data))
        self.unusable = set()
        read = Reader(data, self.unusable)
        self.id = call_id(data.get("id"))
        self.direction = as_text(data.get("direction")).lower()
        if self.direction not in ("inbound", "outbound"):
            raise Unreadable("direction is missing or unreadable")
        self.started_at = read_seconds(data.get("started_at"))
        self.answered_at = self._optional_time(data.get("answered_at"))
        self.ended_at = self._optional_time(data.get("ended_at"))
        self.raw_digits = read.text("raw_digits")
        self.missed_reason = read.text("missed_call_reason")
        self.user = read.person("user")
        self.transferred_to = read.person("transferred_to")
        self.line = read.line()
        self.contact = read.texts("contact", "first_name", "last_name", "company_name")
        self.tags = [(tag.text("name"), tag.object("tagged_by").id("id")) for tag in read.entries("tags")]
        self.notes = sorted(map(self._note, read.entries("comments")), key=lambda note: note["place"])
        self.teams = [team.text("name") for team in read.entries("teams")]
        participants = [entry.text("type") for entry in read.entries("participants")]
        others = [entry.text("type") for entry in read.entries("conference_participants")]
        self.participants = participants or others
        self.asset = read.text("asset")
        self.recording = read.text("recording"), read.text("recording_short_url")
        self.voicemail = read.text("voicemail"), read.text("voicemail_short_url")
        # The history writes them into the call; Aircall sends each as a webhook of its own (AI-1).
        self.insights = {entry["kind"]: entry["texts"] for entry in data.get("insights", [])}

        self.inbound = self.direction == "inbound"
        self.answered = self.answered_at is not None
        self.kind = self._kind()
        self.home = self.line["country"].strip().upper() or None

    @staticmethod
    def _optional_time(value):
        """Reads a time that may be missing; exports write 0 for "never"."""
        return None if value is None or value == "" else read_seconds(value) or None

    @staticmethod
    def _note(entry):
        """Reads a note; its place sorts by time (none comes first), then by id (DESC-4)."""
        note_id, posted = entry.id("id"), entry.time("posted_at")
        # A missing id comes first, then numeric ids by value, then other texts.
        number = int(note_id) if DIGITS.fullmatch(note_id) else 1 << 64 if note_id else -1
        place = -1 << 63 if posted is None else posted, number, note_id
        return {"content": entry.text("content"), "author": entry.object("posted_by").text("name"), "place": place}

    def _kind(self):
        if not self.answered:
            if not self.inbound:
                return "outbound_unanswered"
            return "voicemail" if any(map(str.strip, self.voicemail)) else "missed"
        others = sum(kind != "user" for kind in self.participants)
        conference = len(self.participants) >= 3 or others >= 2
        return f"{self.direction}_{'conference' if conference else 'answered'}"


def call_id(value):
    text = as_id(value)
    if not (text.isascii() and text.isdigit()) or int(text) >= 1 << 64:
        raise Unreadable("id is missing or unreadable")
    return int(text)


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
    if needed and needed not in placeholders(whole):
        raise Unreadable(f"{{{needed}}} is missing")
    return whole


def placeholders(parts):
    """Returns the names of a parsed template, those in brackets too."""
    names = set()
    for part in parts:
        names |= placeholders(part) if isinstance(part, list) else {part[1]} - {None}
    return names


def fill(parts, value, unknown_user=""):
    """Renders a template; outside of brackets, `unknown_user` stands for a missing agent (SUBJ-9).

    `value` returns the text of a placeholder.
    """
    out = []
    for part in parts:
        if isinstance(part, list):
            texts = [value(name) if name else text for text, name in part]
            if all(clean(text) for text, (_, name) in zip(texts, part) if name):
                out += texts
        else:
            text, name = part
            out.append(text if name is None else value(name) or (unknown_user if name == "user" else ""))
    return "".join(out)


def link_line(parts):
    """Returns the pattern of the lines that a template of a link makes (DESC-8)."""
    flat = [inner for part in parts for inner in (part if isinstance(part, list) else [part])]
    return clean("".join(re.escape(text) if name is None else r"http\S*" for text, name in flat))


class Wording:
    def __init__(self, value, edition):
        own = {"base": value} if isinstance(value, str) else dict(value)
        known_keys(own, ("base", "subject", *TEXTS["en"]), "wording")
        self.language = one_of(own.pop("base", "en"), tuple(TEXTS), "wording")
        base = "en 2025" if self.language == "en" and edition == "2025" else self.language
        own_subjects = known_keys(own.pop("subject", {}), KINDS + MESSAGE_KINDS, "subject")
        subjects = dict(zip(KINDS, SUBJECTS[base])) | own_subjects
        texts = TEXTS[self.language] | own
        self.subjects = {
            kind: template(text, PLACEHOLDERS + ("channel",) if kind in MESSAGE_KINDS else PLACEHOLDERS)
            for kind, text in subjects.items()
        }
        self.voicemail_link = template(texts.pop("voicemail_link"), ("link",), "link")
        self.recording_link = template(texts.pop("recording_link"), ("link",), "link")
        self.leads_to_a_link = re.compile("|".join(map(link_line, (self.voicemail_link, self.recording_link)))).fullmatch
        self.note = template(texts.pop("note"), ("agent",))
        for name, text in texts.items():
            if not clean(typed(text, str, name)):
                raise Unreadable(f"{name} is empty")
            setattr(self, name, text)
        self.countries = babel.Locale(self.language).territories


LINE = re.compile(r"\d+", re.ASCII)
E164 = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)
E164_OR_PREFIX = re.compile(r"\+[1-9]\d{1,14}|\+\d+\*", re.ASCII)

EXTRA_OF_TASK = {"priority": "Priority", "recordtypeid": "RecordTypeId"}


class Settings:
    KEYS = (
        "wording", "edition", "workflow", "outside_business_hours", "record_order", "unknown_number", "relate_to", "admin",
        "unmatched_owner", "own_numbers", "disposition_order", "recording_link", "count", "write_type", "call_id_field", "status",
        "package_fields", "exclude", "only_lines", "log_at", "duplicates", "shared_number", "agents", "activity_date", "extra_fields",
        "messages", "message_type", "insights",
    )

    def __init__(self, value):
        known_keys(value, self.KEYS, "settings")

        def choice(key, *allowed):
            return one_of(value.get(key, allowed[0]), allowed, key)

        self.wording = Wording(value.get("wording", "en"), choice("edition", "2023", "2025"))
        self.workflow = dict.fromkeys(KINDS[:5], "completed") | known_keys(value.get("workflow", {}), KINDS[:5], "workflow")
        for action in self.workflow.values():
            one_of(action, ("completed", "in_progress", "do_nothing"), "workflow")
        self.outside_business_hours = choice("outside_business_hours", "log", "do_nothing")
        self.record_order = choices(value.get("record_order", list(RECORD_TYPES)), RECORD_TYPES, "record_order")
        self.unknown_number = choice("unknown_number", "do_nothing", "create_contact", "create_lead", "create_account")
        self.relate_to = choice("relate_to", "nothing", "case", "case_or_create", "opportunity")
        self.admin = salesforce_id(value.get("admin"), "User")
        unmatched = value.get("unmatched_owner")
        self.unmatched_owner = None if unmatched is None else salesforce_id(unmatched, "owner")
        self.own_numbers = numbers(listed(value, "own_numbers"), "own_numbers")
        self.marker_first = choice("disposition_order", "tags_first", "marker_first") == "marker_first"
        self.direct_link = choice("recording_link", "asset", "direct") == "direct"
        self.size = {"salesforce": salesforce_size, "characters": len}[choice("count", "salesforce", "characters")]
        self.write_type = typed(value.get("write_type", True), bool, "write_type")
        self.call_id_field = value.get("call_id_field")
        self.status = {"completed": "Completed", "in_progress": "In Progress"} | known_keys(
            value.get("status", {}), ("completed", "in_progress"), "status")
        self.log_at_end = choice("log_at", "answered", "ended") == "ended"
        self.line_date = choice("activity_date", "utc", "line") == "line"
        self.shared_number = choices(
            value.get("shared_number", []), ("agents_own", "account", "nobody", "first"), "shared_number")
        self.insights = choices(value.get("insights", []), ("summary", "topics", "action_items", "sentiment"), "insights")
        choice("duplicates", "use_existing", "save_anyway")
        choice("messages", "do_nothing", "completed", "in_progress")
        typed(value.get("message_type", "Call"), str, "message_type")
        self._agents(typed(value.get("agents", {}), dict, "agents"))
        self._exclude(known_keys(
            value.get("exclude", {}), ("lines", "numbers", "tags", "shorter_than", "own_numbers"), "exclude"), value.get("only_lines"))
        self._fields(value)

    def _agents(self, agents):
        self.agents = {email(address): salesforce_id(user, "User") for address, user in agents.items()}
        if len(self.agents) != len(agents):
            raise Unreadable("two addresses in agents are equal (LIMIT-6)")

    def _exclude(self, exclude, only_lines):
        self.excluded_lines = frozenset(map(line_key, listed(exclude, "lines")))
        self.excluded_numbers = numbers(listed(exclude, "numbers"), "exclude.numbers")
        self.excluded_tags = frozenset(typed(tag, str, "tags").strip() for tag in listed(exclude, "tags"))
        self.shorter_than = whole_number(exclude.get("shorter_than", 0))
        self.excludes_own_numbers = typed(exclude.get("own_numbers", False), bool, "own_numbers")
        self.only_lines = None if only_lines is None else frozenset(map(line_key, typed(only_lines, list, "only_lines")))
        if self.only_lines is not None and (not self.only_lines or self.only_lines & self.excluded_lines):
            raise Unreadable("only_lines is empty or excluded (LIMIT-6)")

    def _fields(self, value):
        """Reads the settings that name fields, and checks that each field is named once (LIMIT-6)."""
        given = known_keys(value.get("package_fields", {}), (*PACKAGE_FIELDS, *MESSAGE_FIELDS), "package_fields")
        self.fields = {key: given.get(key, name) for key, name in PACKAGE_FIELDS.items()}
        names = [name for name in (PACKAGE_FIELDS | given).values() if name is not None]
        if self.call_id_field not in (None, "CallObject"):
            names.append(custom_name(self.call_id_field))
        self.extra_fields = {}
        for name, content in typed(value.get("extra_fields", {}), dict, "extra_fields").items():
            name = EXTRA_OF_TASK.get(name.lower()) or custom_name(name)
            if name == "RecordTypeId":
                self.extra_fields[name] = salesforce_id(content, "RecordType")
            elif isinstance(content, str):
                self.extra_fields[name] = template(content, PLACEHOLDERS)
            elif name == "Priority" or not isinstance(content, (bool, int, float)):
                raise Unreadable(f"{name}: neither a template, a number nor a boolean")
            else:
                self.extra_fields[name] = content
            if name not in EXTRA_OF_TASK.values():
                names.append(name)
        for name in names:
            if not (isinstance(name, str) and re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII)):
                raise Unreadable(f"{name!r} is not an API name")
        lower = {name.lower() for name in names}
        if len(lower) != len(names) or len(self.extra_fields) != len(value.get("extra_fields", {})):
            raise Unreadable("two settings name the same field")
        if lower & TASK_FIELDS:
            raise Unreadable("a field of Task's own")
        if self.unknown_number != "do_nothing" and MADE[self.unknown_number] not in self.record_order or not self.record_order:
            raise Unreadable("record_order lacks the type that unknown_number makes (LIMIT-6)")

    def workflow_of(self, kind):
        return self.workflow[kind.replace("conference", "answered")]

    def status_of(self, kind):
        """Returns the kind's status, or None if the call is not logged."""
        return self.status.get(self.workflow_of(kind))


MADE = {"create_contact": "Contact", "create_lead": "Lead", "create_account": "Account"}


def choices(value, allowed, what):
    """Reads a list of some of the allowed values, none of them twice."""
    for name in typed(value, list, what):
        one_of(name, allowed, what)
    if len(set(value)) != len(value):
        raise Unreadable(f"{what} has an entry twice")
    return value


def whole_number(value):
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Unreadable("not a whole number")
    return value


def custom_name(name):
    if not str(name).lower().endswith("__c"):
        raise Unreadable(f"{name!r} is not a custom field")
    return name


def line_key(entry):
    """Returns an entry of `exclude.lines` or `only_lines`: an id as an int, or a number in E.164."""
    if isinstance(entry, str) and E164.fullmatch(entry):
        return entry
    return call_id(entry)


class NumberSet:
    """A set of numbers in E.164, and of beginnings of numbers, which end in `*`."""

    def __init__(self, entries):
        self.whole = frozenset(entries)
        self.prefixes = tuple(entry[:-1] for entry in entries if entry.endswith("*"))

    def __contains__(self, number):
        return number in self.whole or number.startswith(self.prefixes)


def numbers(entries, what):
    for entry in entries:
        if not E164_OR_PREFIX.fullmatch(typed(entry, str, what)):
            raise Unreadable(f"{what}: not E.164")
    return NumberSet(entries)


class Directory:
    def __init__(self, value):
        known_keys(value, ("records", "users", "cases", "opportunities", "tasks"), "directory")
        self.records = [self._record(entry) for entry in listed(value, "records")]
        self.users = [self._user(entry) for entry in listed(value, "users")]
        self.cases = self._related(listed(value, "cases"), "Case")
        self.opportunities = self._related(listed(value, "opportunities"), "Opportunity")
        self.tasks = {}
        for entry in listed(value, "tasks"):
            known_keys(entry, ("id", "call", "message", "fields", "wrote", "sent"), "task")
            task = {"id": salesforce_id(entry.get("id"), "Task")}
            for key in ("fields", "wrote", "sent"):
                # An export may spell the names of fields in another case.
                fields = None if entry.get(key) is None else typed(entry[key], dict, key)
                task[key] = fields and {name.lower(): value for name, value in fields.items()}
            if "message" not in entry:
                self.tasks.setdefault(call_id(entry.get("call")), task)
        self.user_by_id = {user["id"]: user for user in reversed(self.users)}
        self.by_id = {record["id"]: record for record in reversed(self.records)}
        self._by_number = {}

    @staticmethod
    def _record(entry):
        known_keys(entry, ("type", "id", "name", "owner", "phones", "duplicate", "account"), "record")
        kind = one_of(entry.get("type"), RECORD_TYPES, "type")
        owner, account = entry.get("owner"), entry.get("account")
        return {
            "type": kind,
            "id": salesforce_id(entry.get("id"), kind),
            "name": typed(entry.get("name"), str, "name"),
            "owner": None if owner is None else salesforce_id(owner, "owner"),
            "phones": [typed(phone, str, "phones") for phone in listed(entry, "phones")],
            "duplicate": typed(entry.get("duplicate", False), bool, "duplicate"),
            "account": None if account is None else salesforce_id(account, "Account"),
        }

    @staticmethod
    def _user(entry):
        known_keys(entry, ("id", "email", "created_at", "active", "standard"), "user")
        return {
            "id": salesforce_id(entry.get("id"), "User"),
            "email": email(typed(entry.get("email"), str, "email")),
            "created_at": read_time(entry.get("created_at")),
            "active": typed(entry.get("active", True), bool, "active"),
            "standard": typed(entry.get("standard", True), bool, "standard"),
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

    def holders(self, number, countries, order):
        """Returns the records with the number, of the first type in `order` that has any (REC-1)."""
        if countries not in self._by_number:
            index = self._by_number[countries] = {}
            for record in self.records:
                held = {found for phone in record["phones"] for found in numbers_within(phone, countries)}
                for found in held:
                    index.setdefault(found, {}).setdefault(record["type"], []).append(record)
        found = self._by_number[countries].get(number, {})
        return next((found[kind] for kind in order if kind in found), [])


# Numbers, texts, zones ----------------------------------------------------------------------------


def phone_number(text, country):
    try:
        return phonenumbers.parse(text, country if country in phonenumbers.SUPPORTED_REGIONS else None)
    except phonenumbers.NumberParseException:
        return None


def e164(number):
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


# The digits that carriers send for a number that is not shown (REC-7).
CARRIERS_DIGITS = {"266696687", "7378742833", "2562533", "8656696", "8566696", "86282452253"}


def is_withheld(text, number):
    """Whether a text stands for a number that is not shown (REC-7, SUBJ-9)."""
    digits = "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())
    zeros = digits and not digits.strip("0") or number is not None and number.national_number == 0
    return zeros or clean(text).lower() in ("", "anonymous") or digits.removeprefix("1") in CARRIERS_DIGITS


def is_possible(number):
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE


def usable_number(text, country):
    """Returns a text's number in E.164; None where REC-7 calls it none."""
    number = phone_number(text, country)
    usable = number is not None and is_possible(number) and not is_withheld(text, number)
    return e164(number) if usable else None


PIECE = regex.compile(r"\+?(?:[^\p{L}/;,|&\n\r+]+)|\+")


def numbers_within(text, countries):
    """Finds the numbers of a phone field: of the whole and of every stretch of it (REC-1)."""
    pieces = list(PIECE.finditer(text))
    stretches = {text} | {text[one.start():other.end()] for place, one in enumerate(pieces) for other in pieces[place:]}
    return {usable_number(stretch, country) for stretch in stretches for country in countries} - {None}


def email(value):
    """Normalises an address: ignores ASCII case and outer blanks (OWN-8)."""
    return "".join(sign.lower() if sign.isascii() else sign for sign in as_text(value).strip())


CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean(text, lines=False):
    """Cleans a text by DESC-6; `lines` keeps line breaks."""
    return (scrubbed(text) if lines else clean_inside(text)).strip()


def scrubbed(text):
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_inside(text):
    """Cleans a part of a one-line field; the part keeps its outer blanks."""
    return scrubbed(text).replace("\n", " ").replace("\t", " ")


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


# "Factory" is the database's placeholder for a machine without a zone (PKG-8).
ZONES = zoneinfo.available_timezones() - {"Factory"}


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
        self.notices = [{"rule": "LOG-8", "field": path} for path in call.unusable]
        self.number = phone_number(call.raw_digits, call.home)
        self.withheld = is_withheld(call.raw_digits, self.number)
        usable = self.number is not None and not self.withheld and is_possible(self.number)
        self.e164 = e164(self.number) if usable else None
        # What {record} names: a record of the directory, or one that is made for this call.
        self.record = self.made = None

    def notice(self, rule, field, **count):
        self.notices.append({"rule": rule, "field": field} | count)

    def plan(self):
        call, settings = self.call, self.settings
        running = call.ended_at is None
        if not call.answered and running:
            return skip("not_yet")
        if task := self.directory.tasks.get(call.id):
            return self.update(task)
        if running and (settings.log_at_end or settings.shorter_than or settings.excluded_tags):
            return skip("not_yet")
        if settings.workflow_of(call.kind) == "do_nothing":
            return skip("workflow", call.kind)
        outside = not call.answered and call.missed_reason == "out_of_opening_hours"
        if outside and settings.outside_business_hours == "do_nothing":
            return skip("outside_business_hours", call.kind)
        if self.is_excluded():
            return skip("excluded", call.kind)
        return self.create()

    def is_excluded(self):
        """Whether the settings `exclude` and `only_lines` leave the call out (LOG-9)."""
        call, settings = self.call, self.settings
        line_id, line = call.line["id"], self.line_number
        lines = {int(line_id) if LINE.fullmatch(line_id) else line_id, line and "+" + line}
        return bool(
            lines & settings.excluded_lines
            or settings.only_lines is not None and not lines & settings.only_lines
            or self.e164 and self.e164 in settings.excluded_numbers
            or self.e164 and settings.excludes_own_numbers and self.e164 in settings.own_numbers
            or any(name.strip() in settings.excluded_tags for name, _ in call.tags)
            or call.answered and settings.shorter_than and self.duration() < settings.shorter_than
        )

    # Create

    def create(self):
        call, settings = self.call, self.settings
        record, because, holders = self.find_record()
        new_record = None
        if because in ("no_number", "own_number"):
            self.notice("REC-7" if because == "no_number" else "REC-8", "WhoId")
        elif because == "not_found" and settings.unknown_number != "do_nothing":
            new_record = self.new_record()
            because = "created"
        if holders > 1:
            self.notice("REC-9", "WhoId", count=holders)
        kind = record["type"] if record else new_record["type"] if new_record else None
        record_id = record["id"] if record else "@{record.id}" if new_record else None
        owner, rule = self.owner(record, new_record)
        self.record, self.made = record, new_record

        task = {"Subject": self.subject()}
        if settings.write_type:
            task["Type"] = "Call"
        task["TaskSubtype"] = "Call"
        task["CallType"] = "Inbound" if call.inbound else "Outbound"
        task["ActivityDate"] = self.date()
        task["Status"] = self.one_line("Status", settings.status_of(call.kind))
        blocks = self.blocks()
        task["Description"] = text_of(kept := fitting(blocks, settings.size, cut)) or None
        if dropped := len(text_of(blocks)) - len(text_of(kept)):
            self.notice("DESC-5", "Description", dropped=dropped)
        task |= self.what_the_call_says() | self.extra_fields(settings.extra_fields)

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
        if holders > 1:
            plan["because"]["holders"] = holders
        plan["notices"] = self.notices
        plan["wrote"] = {field: task.get(field) for field in self.updated_fields()}
        return plan

    def find_record(self):
        """Finds the record, `because.record` and how many records hold the number (REC-1 to REC-10)."""
        settings, directory = self.settings, self.directory
        for record in directory.records:
            if record["duplicate"] and record["type"] in settings.record_order:
                return record, "duplicate", 0
        if self.e164 is None:
            return None, "no_number", 0
        if self.e164 in settings.own_numbers:
            return None, "own_number", 0
        holders = directory.holders(self.e164, (self.call.home, self.country_of_other_party()), settings.record_order)
        if len(holders) < 2:
            return (holders[0], "first_match", 1) if holders else (None, "not_found", 0)
        return *self.one_of_several(holders), len(holders)

    def country_of_other_party(self):
        region = phonenumbers.region_code_for_number(self.number)
        return region if region and region != "001" else phonenumbers.region_code_for_country_code(self.number.country_code)

    def one_of_several(self, holders):
        """Chooses among records that hold the same number (REC-9)."""
        for way in self.settings.shared_number:
            if way == "agents_own" and (self.call.answered or not self.call.inbound):
                agent = self.agent()
                own = [record for record in holders if agent and record["owner"] == agent["id"]]
                if own:
                    return own[0], "agents_own"
            elif way == "account":
                accounts = {record["account"] for record in holders}
                if holders[0]["type"] == "Contact" and len(accounts) == 1 and None not in accounts:
                    return self.account(accounts.pop()), "shared_account"
            elif way == "nobody":
                return None, "shared_nobody"
            elif way == "first":
                break
        return holders[0], "first_match"

    def account(self, account):
        known = self.directory.by_id.get(account)
        return known or {"type": "Account", "id": account, "name": "", "owner": None}

    def new_record(self):
        kind = MADE[self.settings.unknown_number]
        contact = self.call.contact
        first, last, company = (clean(contact[key]) for key in ("first_name", "last_name", "company_name"))
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

    def can_own(self, user):
        return user["standard"] and (user["active"] or self.always_active(user["id"]))

    def agent(self, created_by=None):
        """Finds the agent's Salesforce user who can own Tasks and is old enough (OWN-1, OWN-8)."""
        address = email(self.call.user["email"])
        if not address:
            return None
        if meant := self.settings.agents.get(address):
            users = [self.directory.user_by_id.get(meant, {"id": meant, "active": True, "standard": True, "created_at": EARLIEST * 1000})]
        else:
            users = [user for user in self.directory.users if address in (user["email"], user["email"].removesuffix(".invalid"))]
        old_enough = (user for user in users if created_by is None or user["created_at"] <= created_by)
        return next(filter(self.can_own, old_enough), None)

    def owner(self, record, new_record):
        call, settings = self.call, self.settings
        if not record and not new_record:
            return None, "OWN-7"
        if call.answered:
            if agent := self.agent((call.answered_at - 86_400) * 1000):
                return agent["id"], "OWN-1"
        if new_record:
            return settings.admin, "OWN-6"
        owner = record["owner"]
        if owner and (owner not in self.directory.user_by_id or self.can_own(self.directory.user_by_id[owner])):
            return owner, "OWN-2" if call.answered else "OWN-4"
        if call.answered:
            return settings.admin, "OWN-3"
        return settings.unmatched_owner or settings.admin, "OWN-5"

    def owner_change(self, record):
        call, admin = self.call, self.settings.admin
        if not record or record["owner"] != admin or (call.inbound and not call.answered):
            return None
        agent = self.agent()
        if not agent or agent["id"] == admin:
            return None
        kind = "Account" if record["type"] == "PersonAccount" else record["type"]
        return {"type": kind, "id": record["id"], "owner": agent["id"]}

    # Update

    def update(self, task):
        call, settings, present = self.call, self.settings, task["fields"]
        has_record, self.record = self.record_of_update(present or {})
        wanted = {"Subject": self.subject()} if has_record else {}
        wanted |= self.what_the_call_says()
        wanted |= self.extra_fields({
            name: content for name, content in settings.extra_fields.items()
            if name not in EXTRA_OF_TASK.values() and (has_record or not names_record(content))
        })
        if call.kind == "voicemail" and present:
            now, missed, voicemail = present.get("status"), settings.status_of("missed"), settings.status_of("voicemail")
            if now and now == missed and voicemail and voicemail != missed:
                wanted["Status"] = voicemail
        plan = {"action": "update", "task_id": task["id"], "because": {"kind": call.kind, "record": "task", "owner": "UPD-2"}}
        blocks = self.blocks()
        # An update whose response was lost counts if the Task shows that it arrived (UPD-6).
        wrote = dict(task["wrote"] or {})
        if present is None:
            # What people typed into the Description is not known, so it is not sent (UPD-3).
            if blocks:
                self.notice("DESC-7", "Description")
            changes = says = filled(wanted)
        else:
            wrote |= {
                name: value for name, value in (task["sent"] or {}).items()
                if name != "description" and same(present.get(name), value)
            }
            changes, says, kept = self.changes(wanted, present, wrote)
            merged, said = self.description_of_update(blocks, task)
            changes, says = changes | merged, says | said
            if kept:
                plan["because"]["kept"] = sorted(kept)
        plan["wrote"] = self.wrote(says, wrote)
        if not changes:
            return plan | {"action": "unchanged", "notices": []}
        return plan | {"task": changes, "notices": self.notices}

    def wrote(self, says, before):
        """Returns what the Task has of the call's; what the plan does not look at is as before (UPD-6)."""
        known = {field: before[field.lower()] for field in self.updated_fields() if field.lower() in before}
        return known | says

    def updated_fields(self):
        """Returns the names of the fields that an update may write (UPD-2)."""
        settings = self.settings
        extra = (name for name in settings.extra_fields if name not in EXTRA_OF_TASK.values())
        named = filter(None, (*settings.fields.values(), settings.call_id_field, *extra))
        return ("Subject", "Status", "Description", "CallDisposition", "CallDurationInSeconds", *named)

    def record_of_update(self, present):
        """Returns whether the Task's record is known, and the record (UPD-5)."""
        on = present.get("whoid") or present.get("whatid")
        if on:
            record = next((record for record in self.directory.records if record["id"][:15] == str(on)[:15]), None)
            return record is not None, record
        if "whoid" in present and "whatid" in present:
            return True, None
        record, _, _ = self.find_record()
        return record is not None, record

    def changes(self, wanted, present, wrote):
        """Returns the fields to send, all that the Task then has, and what people changed (UPD-3, UPD-6)."""
        ended = self.call.ended_at is not None
        changes, says, kept = {}, {}, []
        for field, value in wanted.items():
            name = field.lower()
            now = present.get(name)
            counts = value is not None or ended
            if same(now, value):
                says |= {field: value} if counts or name not in wrote else {}
                continue
            if name in wrote and not same(now, wrote[name]):
                news = not same(value, wrote[name]) and counts
                if not (news and same(now, None)):
                    kept.append(field)
                    if news:
                        self.notice("UPD-6", field)
                    continue
            if counts:
                changes[field] = value
        return changes, says | changes, kept

    def description_of_update(self, blocks, task):
        """Merges what the call says with what people typed; returns what to send and what the call said (DESC-7 to DESC-9)."""
        settings = self.settings
        theirs, base, sent = (
            clean(as_text((task[key] or {}).get("description")), lines=True) for key in ("fields", "wrote", "sent"))
        if "description" not in (task["wrote"] or {}):
            base = None
        description = Description(theirs, base, sent, self.call.ended_at is not None, settings.size, self.wording.leads_to_a_link)
        text, said, dropped = description.merge(blocks, cut)
        if text is None:
            self.notice("DESC-9", "Description")
            return {}, {}
        if dropped:
            self.notice("DESC-5", "Description", dropped=dropped)
        says = {} if said is None else {"Description": said or None}
        return {} if text == theirs else {"Description": text or None}, says

    # Fields

    def one_line(self, field, text, limit=255):
        """Cleans and cuts a one-line field; None if the result is empty (LIMIT-1, LIMIT-4)."""
        text, dropped = cut(clean(text), limit)
        if dropped:
            self.notice("LIMIT-1", field, dropped=dropped)
        return text or None

    def subject(self):
        return self.one_line("Subject", fill(self.wording.subjects[self.call.kind], self.placeholder, self.wording.unknown))

    def extra_fields(self, wanted):
        """Returns the company's own fields (FIELD-5)."""
        return {
            name: self.one_line(name, fill(content, self.placeholder, self.wording.unknown)) if isinstance(content, list) else content
            for name, content in wanted.items()
        }

    def placeholder(self, name):
        """Returns the text of a placeholder; "" where it has nothing to say (SUBJ-9, SUBJ-10)."""
        call = self.call
        match name:
            case "record":
                return self.record_name()
            case "number":
                line, digits = call.line["name"], call.line["digits"]
                return line if clean(line) else digits if clean(digits) else self.wording.unknown
            case "user":
                return call.user["name"] if clean(call.user["name"]) else ""
            case "caller":
                return "" if self.withheld else call.raw_digits
            case "caller_e164":
                return self.e164 or ""
            case "line_e164":
                return "+" + line if (line := self.line_number) else ""
            case "country":
                return self.country_name() or ""
            case "direction":
                return "Inbound" if call.inbound else "Outbound"
            case "kind":
                return call.kind
            case "tags":
                return ", ".join(self.tags())
            case "teams":
                return ", ".join(filter(str.strip, map(clean_inside, call.teams)))
            case "missed_reason":
                return call.missed_reason
            case "contact":
                return " ".join(filter(clean, (call.contact["first_name"], call.contact["last_name"])))
            case "company":
                return call.contact["company_name"]
            case "call_id":
                return str(call.id)
            case "duration":
                return "" if (seconds := self.duration()) is None else str(seconds)
            case "date":
                return self.date()
            case "hour":
                return self.hour() or ""
            case "time_zone":
                return call.line["time_zone"]
            case "user_email":
                return call.user["email"]
        raise AssertionError(name)

    def record_name(self):
        name = self.record["name"] if self.record else ""
        if self.made:
            fields = self.made["fields"]
            name = fields.get("Name") or " ".join(filter(None, (fields.get("FirstName"), fields.get("LastName"))))
        return name if clean(name) else self.wording.unknown if self.withheld else self.call.raw_digits

    def what_the_call_says(self):
        """Returns fields of both create and update, except Subject and Description (UPD-2)."""
        call, settings = self.call, self.settings
        line = self.line_number
        link, expires = self.link()
        seconds = self.duration()
        if seconds is not None and call.answered and seconds != call.ended_at - call.answered_at:
            self.notice("FIELD-3", "CallDurationInSeconds")
        says = {"CallDisposition": self.disposition(line), "CallDurationInSeconds": seconds}
        for key, field in settings.fields.items():
            if field:
                says[field] = getattr(self, key)(field, line, link, expires)
        if settings.call_id_field:
            says[settings.call_id_field] = f"aircall:{call.id}"
        return says

    def date(self):
        """Returns the day on which the call began (FIELD-2)."""
        zone = self.zone() if self.settings.line_date else None
        return utc(self.call.started_at).astimezone(zone or timezone.utc).date().isoformat()

    def zone(self):
        return zone(clean(self.call.line["time_zone"]))

    @functools.cached_property
    def line_number(self):
        """Returns the digits of the company's number (PKG-3)."""
        for key in ("e164_digits", "digits"):
            if number := usable_number(self.call.line[key], self.call.home):
                return number[1:]
        return None

    def disposition(self, line):
        call = self.call
        tags = self.tags()
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
            self.notice("DISP-6", "CallDisposition", dropped=dropped)
        return text

    def tags(self):
        """Returns the names of the tags; after a transfer, those of B or without an author (XFER-1 to XFER-3)."""
        call = self.call
        target = call.transferred_to["id"]
        transferred = call.answered and target and target == call.user["id"]
        names = [clean_inside(name) for name, tagger in call.tags if not transferred or tagger in ("", target)]
        return [name for name in names if name.strip()]

    def duration(self):
        """Returns the seconds of the conversation; None while it runs (FIELD-3)."""
        call = self.call
        if not call.answered:
            return 0
        return None if call.ended_at is None else min(max(call.ended_at - call.answered_at, 0), 99_999_999)

    def link(self):
        """Returns the link, and whether only an expiring link exists (PKG-5)."""
        call = self.call
        presigned, short = map(clean, call.voicemail if call.kind == "voicemail" else call.recording)
        asset = clean(call.asset)
        if self.settings.direct_link:
            return presigned or short or asset or None, False
        return asset or short or presigned or None, not asset and not short and bool(presigned)

    def blocks(self):
        """Returns the blocks of the Description: the link, the notes, what the AI says (DESC-1 to DESC-4, AI-2)."""
        settings, wording = self.settings, self.wording
        blocks = []
        link, _ = self.link()
        if link:
            text = wording.voicemail_link if self.call.kind == "voicemail" else wording.recording_link
            block = clean(fill(text, lambda _: link), lines=True)
            blocks.append(("link", block))
        for note in self.call.notes:
            if text := clean(note["content"], lines=True):
                author = note["author"] if clean(note["author"]) else "Aircall"
                heading = fill(wording.note, lambda _: author)
                blocks.append(("note", f"{scrubbed(heading)}\n{text}"))
        for kind in settings.insights:
            if text := insight(kind, self.call.insights.get(kind, [])):
                heading = getattr(wording, "ai_summary" if kind == "summary" else kind)
                blocks.append(("insight", f"{scrubbed(heading)}\n{text}"))
        # The whole text is trimmed (DESC-6); every block but the first keeps the blanks of a name.
        return [(kind, text if place else text.lstrip()) for place, (kind, text) in enumerate(blocks)]

    # The package's fields, each named like its setting (PKG-1 to PKG-10).

    def waiting_time(self, field, line, link, expires):
        call = self.call
        if not call.inbound:
            return 0
        return max(0, call.answered_at - call.started_at) if call.answered else None

    def answered_by(self, field, line, link, expires):
        return self.one_line(field, self.call.user["name"]) if self.call.answered else None

    def phone_number(self, field, line, link, expires):
        return line

    def country(self, field, line, link, expires):
        return self.country_name()

    def country_name(self):
        region = None if self.number is None or self.withheld else phonenumbers.region_code_for_number(self.number)
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
        return self.one_line(field, self.call.transferred_to["name"])

    def time_zone(self, field, line, link, expires):
        return self.one_line(field, self.call.line["time_zone"])

    def hour_of_the_day(self, field, line, link, expires):
        if clean(self.call.line["time_zone"]) and not self.zone():
            self.notice("PKG-8", field)
        return self.hour()

    def hour(self):
        known = self.zone()
        return str(utc(self.call.started_at).astimezone(known).hour) if known else None

    def connection_status(self, field, line, link, expires):
        if not self.call.inbound:
            return None
        return self.one_line(field, self.wording.connected if self.call.answered else self.wording.not_connected)

    def has_connected(self, field, line, link, expires):
        return self.call.inbound and self.call.answered


JSON_SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false", re.ASCII)


def same(one, other):
    """Compares two values of a field by UPD-3 and UPD-6."""
    one, other = (cut(clean(value), 255)[0] or None if isinstance(value, str) else value for value in (one, other))
    if isinstance(one, str) != isinstance(other, str):
        one, other = (
            json.loads(value) if isinstance(value, str) and JSON_SCALAR.fullmatch(value) else value for value in (one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def names_record(content):
    return isinstance(content, list) and "record" in placeholders(content)


def insight(kind, texts):
    """Renders what Aircall's AI says of a call (AI-2)."""
    texts = list(filter(str.strip, map(clean_inside if kind != "summary" else as_text, texts)))
    match kind:
        case "summary":
            text = "\n".join(texts)
        case "action_items":
            text = "\n".join(f"- {text}" for text in texts)
        case "sentiment":
            text = ", ".join(dict.fromkeys(texts))
        case _:
            text = ", ".join(texts)
    return clean(text, lines=True)


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
