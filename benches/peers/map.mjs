// A second implementation of the rules, in JavaScript, to compare time and plans with the library.
//
//     map.mjs                 reads NDJSON cases, prints a plan a line, as `log_call --ndjson`
//     map.mjs --bench ROUNDS  times the same cases in-process: prints `map_us=…` each round
//
// The code follows the rules only. It uses JSON, google-libphonenumber, and Intl's zones, country
// names and grapheme clusters (each created once). Notices have no message: only rule, field and
// count are compared. Ids above 2^53 must be text, because JavaScript's numbers cannot hold them.
// The packages are found in the folder PEERS_MODULES, which run.py sets.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

import { Description, fitting, textOf } from "./merge.mjs";

const require = createRequire(pathToFileURL(`${process.env.PEERS_MODULES ?? "."}/`));
const { PhoneNumberFormat, PhoneNumberUtil } = require("google-libphonenumber");
const ZONES = new Set(Object.keys(require("tzdata").zones));

const KINDS = [
  "outbound_answered", "outbound_unanswered", "inbound_answered", "missed", "voicemail", "outbound_conference", "inbound_conference",
];
const MESSAGE_KINDS = ["message_sent", "message_received"];

// What a Subject and a template of FIELD-5 may name (SUBJ-10).
const PLACEHOLDERS = [
  "record", "number", "user", "caller", "caller_e164", "line_e164", "country", "direction", "kind", "tags", "teams", "missed_reason",
  "contact", "company", "call_id", "duration", "date", "hour", "time_zone", "user_email",
];

const SUBJECTS = {
  de: [
    "Ausgehender beantworteter Anruf an {record} mit {number}",
    "Ausgehender unbeantworteter Anruf an {record} mit {number}",
    "Eingehender Anruf von {record} auf {number}",
    "Entgangener Anruf von {record} auf {number}",
    "Voicemail von {record} auf {number}",
    "Ausgehender Konferenzanruf an {record} mit {number}",
    "Eingehender Anruf von {record} auf {number}",
  ],
  en: [
    "Outbound answered call to {record} with {number}",
    "Outbound unanswered call to {record} with {number}",
    "Inbound call from {record} on {number}",
    "Missed call from {record} on {number}",
    "Voicemail from {record} on {number}",
    "Outbound conference call to {record} with {number}",
    "Inbound call from {record} on {number}",
  ],
  en2025: [
    "Outbound answered call to {record} via {number}[ made by {user}]",
    "Outbound unanswered call via {number}[ made by {user}] to {record}",
    "Inbound answered call from {record} on {number}[ answered by {user}]",
    "Missed call from {record} on {number}",
    "Voicemail from {record} on {number}",
    "Outbound conference call to {record} with {number}",
    "Inbound call from {record} on {number}",
  ],
  fr: [
    "Appel sortant répondu à {record} avec {number}",
    "Appel sortant sans réponse vers {record} avec {number}",
    "Appel entrant de {record} sur {number}",
    "Appel manqué de {record} sur {number}",
    "Message vocal de {record} sur {number}",
    "Conférence téléphonique sortante vers {record} avec {number}",
    "Appel entrant de {record} sur {number}",
  ],
  es: [
    "Llamada saliente contestada a {record} con {number}",
    "Llamada saliente no contestada a {record} con {number}",
    "Llamada entrante de {record} en {number}",
    "Llamada perdida de {record} en {number}",
    "Buzón de voz de {record} en {number}",
    "Llamada de conferencia saliente a {record} con {number}",
    "Llamada entrante de {record} en {number}",
  ],
};

const TEXTS = {
  de: {
    voicemail_link: "Finde Voicemail hier: {link}",
    recording_link: "Finde die Aufzeichnung hier: {link}",
    note: "{agent} hat einen neuen Kommentar hinzugefügt:",
    connected: "verbunden",
    not_connected: "nicht verbunden",
    unknown_company: "Unbekannte Firma",
    unknown: "Unbekannt",
    ai_summary: "KI-Zusammenfassung:",
    topics: "Themen:",
    action_items: "Aufgaben:",
    sentiment: "Stimmung:",
  },
  en: {
    voicemail_link: "Find voicemail here: {link}",
    recording_link: "Find the recording here: {link}",
    note: "{agent} added a new comment:",
    connected: "connected",
    not_connected: "not connected",
    unknown_company: "Unknown Company",
    unknown: "Unknown",
    ai_summary: "AI summary:",
    topics: "Topics:",
    action_items: "Action items:",
    sentiment: "Sentiment:",
  },
  fr: {
    voicemail_link: "Trouvez le message vocal ici : {link}",
    recording_link: "Trouvez l'enregistrement ici : {link}",
    note: "{agent} a ajouté un nouveau commentaire :",
    connected: "connecté",
    not_connected: "non connecté",
    unknown_company: "Société inconnue",
    unknown: "Inconnu",
    ai_summary: "Résumé IA :",
    topics: "Sujets :",
    action_items: "Actions :",
    sentiment: "Sentiment :",
  },
  es: {
    voicemail_link: "Encuentra el buzón de voz aquí: {link}",
    recording_link: "Encuentra la grabación aquí: {link}",
    note: "{agent} ha añadido un nuevo comentario:",
    connected: "conectado",
    not_connected: "no conectado",
    unknown_company: "Empresa desconocida",
    unknown: "Desconocido",
    ai_summary: "Resumen de IA:",
    topics: "Temas:",
    action_items: "Tareas:",
    sentiment: "Sentimiento:",
  },
};

const PACKAGE_FIELDS = {
  waiting_time: "aircall__Waiting_Time__c",
  answered_by: "aircall__Answered_by__c",
  phone_number: "aircall__Phone_number__c",
  country: "aircall__Country__c",
  call_recording: "aircall__Call_Recording__c",
  transferred_to: "aircall__Transferred_to__c",
  time_zone: "aircall__Timezone__c",
  hour_of_the_day: "aircall__Hour_of_the_day__c",
  connection_status: "aircall__Connection_status__c",
  has_connected: "aircall__Has_connected__c",
};
// Fields of messages only; they are written where the settings name them (MSG-9).
const MESSAGE_FIELDS = ["sms_direction", "number_name"];

const RECORD_TYPES = ["Contact", "Lead", "Account", "PersonAccount"];
const PREFIXES = {
  Contact: ["003"], Lead: ["00Q"], Account: ["001"], PersonAccount: ["001"], User: ["005"], owner: ["005", "00G"], Case: ["500"],
  Opportunity: ["006"], Task: ["00T"], RecordType: ["012"],
};

// Task's own fields (LIMIT-6).
const TASK_FIELDS = new Set(
  `AccountId ActivityDate CallDisposition CallDurationInSeconds CallObject CallType CompletedDateTime ConnectionReceivedId
  ConnectionSentId CreatedById CreatedDate Description Id IsArchived IsClosed IsDeleted IsHighPriority IsRecurrence IsReminderSet
  IsVisibleInSelfService LastModifiedById LastModifiedDate OwnerId Priority RecordTypeId RecurrenceActivityId RecurrenceDayOfMonth
  RecurrenceDayOfWeekMask RecurrenceEndDateOnly RecurrenceInstance RecurrenceInterval RecurrenceMonthOfYear
  RecurrenceRegeneratedType RecurrenceStartDateOnly RecurrenceTimeZoneSidKey RecurrenceType ReminderDateTime Status Subject
  SystemModstamp TaskSubtype Type WhatCount WhatId WhoCount WhoId`.toLowerCase().split(/\s+/),
);

/** The case cannot be mapped; the text contains the reason. */
class Unreadable extends Error {}

const refuse = (why) => {
  throw new Unreadable(why);
};

// Reading -----------------------------------------------------------------------------------------

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const asObject = (value) => (isObject(value) ? value : {});
const asText = (value) => (typeof value === "string" ? value : "");

/** Returns a number or text id as text; "" if it is missing. */
const asId = (value) => (Number.isInteger(value) ? String(value) : trim(asText(value)));

/** Whether a value says nothing: absent, null, "", {} or []. */
function isEmpty(value) {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Parses a text that is itself the JSON of an object or a list (LOG-8). */
function unpacked(value) {
  if (typeof value !== "string" || !/^\s*(?:[{[]|null\s*$)/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Reads an object of the call, and collects the paths of values that cannot be used (LOG-8). */
class Reader {
  constructor(value, unusable, path = "") {
    Object.assign(this, { value, unusable, path });
  }

  pathOf(key) {
    return this.path ? `${this.path}.${key}` : key;
  }

  refuse(key) {
    this.unusable.add(this.pathOf(key));
  }

  checked(key, isRight, value, otherwise) {
    if (isRight(value)) return value;
    if (!isEmpty(value)) this.refuse(key);
    return otherwise;
  }

  text(key) {
    return this.checked(key, (value) => typeof value === "string", this.value[key], "");
  }

  id(key) {
    const value = this.value[key];
    return Number.isInteger(value) ? String(value) : trim(this.text(key));
  }

  /** Returns the milliseconds of a time; null where it is missing or unreadable. */
  time(key) {
    const value = this.value[key];
    if (isEmpty(value)) return null;
    try {
      return readTime(value);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.refuse(key);
      return null;
    }
  }

  object(key) {
    return new Reader(this.checked(key, isObject, unpacked(this.value[key]), {}), this.unusable, this.pathOf(key));
  }

  /** Returns the texts of an inner object by their names. */
  texts(key, ...names) {
    const inner = this.object(key);
    return Object.fromEntries(names.map((name) => [name, inner.text(name)]));
  }

  /** Returns the id and the texts of an inner object by their names. */
  identified(key, ...names) {
    return { id: this.object(key).id("id"), ...this.texts(key, ...names) };
  }

  /** Returns a reader for each object of a list; a text among the tags is a tag's name. */
  entries(key) {
    const found = [];
    for (const packed of this.checked(key, Array.isArray, unpacked(this.value[key]), [])) {
      let entry = unpacked(packed);
      if (key === "tags" && typeof entry === "string" && entry) entry = { name: entry };
      if (isEmpty(entry)) continue;
      if (isObject(entry)) found.push(new Reader(entry, this.unusable, this.pathOf(key)));
      else this.refuse(key);
    }
    return found;
  }
}

const EARLIEST = Date.UTC(1700, 0, 1);
const LATEST = Date.UTC(4001, 0, 1) - 1;
const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z| ?UTC| ?([+-])(\d\d):?(\d\d))$/;
const WHOLE = /^(-?\d+)(?:\.0*)?$/;

function readIso(text) {
  const match = ISO.exec(text) ?? refuse("not a time");
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const milliseconds = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds));
  if (local.getUTCDate() !== day || local.getUTCMonth() !== month - 1 || hour > 23 || minute > 59 || second > 59) refuse("no time");
  const offset = match[8] ? Number(match[8] + "1") * (Number(match[9]) * 60 + Number(match[10])) : 0;
  return local.getTime() - offset * 60_000;
}

/** Parses a time as milliseconds since 1970 (LOG-8, LIMIT-3). */
function readTime(value) {
  let milliseconds;
  if (Number.isInteger(value)) milliseconds = value * 1000;
  else if (typeof value === "string" && WHOLE.test(trim(value))) milliseconds = Number(WHOLE.exec(trim(value))[1]) * 1000;
  else milliseconds = typeof value === "string" ? readIso(value) : refuse("not a time");
  return milliseconds >= EARLIEST && milliseconds <= LATEST ? milliseconds : refuse("time out of range (LIMIT-3)");
}

const readSeconds = (value) => Math.floor(readTime(value) / 1000);

/** Reads a time that may be missing; exports write 0 for "never". */
function optionalTime(value) {
  return value === undefined || value === null || value === "" ? null : readSeconds(value) || null;
}

function readCallId(value) {
  const text = asId(value);
  if (!/^\d+$/.test(text) || BigInt(text) >= 1n << 64n) refuse("id is missing or unreadable");
  return Number(text);
}

/** Parses the fields of a call that the rules use. */
function readCall(value) {
  const data = asObject(unpacked(value));
  const unusable = new Set();
  const read = new Reader(data, unusable);
  const direction = asText(data.direction).toLowerCase();
  const id = readCallId(data.id);
  if (direction !== "inbound" && direction !== "outbound") refuse("direction is missing or unreadable");
  const typesOf = (key) => read.entries(key).map((entry) => entry.text("type"));
  const [participants, others] = [typesOf("participants"), typesOf("conference_participants")];
  const call = {
    id,
    direction,
    unusable,
    inbound: direction === "inbound",
    startedAt: readSeconds(data.started_at),
    answeredAt: optionalTime(data.answered_at),
    endedAt: optionalTime(data.ended_at),
    rawDigits: read.text("raw_digits"),
    missedReason: read.text("missed_call_reason"),
    user: read.identified("user", "name", "email"),
    transferredTo: read.identified("transferred_to", "name", "email"),
    line: read.identified("number", "name", "digits", "e164_digits", "country", "time_zone"),
    contact: read.texts("contact", "first_name", "last_name", "company_name"),
    tags: read.entries("tags").map((tag) => ({ name: tag.text("name"), tagger: tag.object("tagged_by").id("id") })),
    notes: read.entries("comments").map(readNote).sort(byPlace),
    teams: read.entries("teams").map((team) => team.text("name")),
    participants: participants.length ? participants : others,
    asset: read.text("asset"),
    recording: [read.text("recording"), read.text("recording_short_url")],
    voicemail: [read.text("voicemail"), read.text("voicemail_short_url")],
    // The history writes them into the call; Aircall sends each as a webhook of its own (AI-1).
    insights: Object.fromEntries((data.insights ?? []).map(({ kind, texts }) => [kind, texts])),
  };
  call.home = trim(call.line.country).toUpperCase();
  call.answered = call.answeredAt !== null;
  call.kind = kindOf(call);
  return call;
}

/** Reads a note; it is sorted by its time (none comes first), then by its id (DESC-4). */
function readNote(entry) {
  const id = entry.id("id");
  return {
    id,
    // A missing id comes first, then numeric ids by value, then other texts.
    number: /^-?\d+$/.test(id) ? Number(id) : id ? Infinity : -1,
    posted: entry.time("posted_at") ?? -Infinity,
    content: entry.text("content"),
    author: entry.object("posted_by").text("name"),
  };
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const byPlace = (a, b) => compare(a.posted, b.posted) || compare(a.number, b.number) || compare(a.id, b.id);

function kindOf({ answered, inbound, direction, voicemail, participants }) {
  if (!answered) {
    if (!inbound) return "outbound_unanswered";
    return voicemail.some(trim) ? "voicemail" : "missed";
  }
  const others = participants.filter((type) => type !== "user").length;
  return `${direction}_${participants.length >= 3 || others >= 2 ? "conference" : "answered"}`;
}

/** Returns the call of a webhook, a REST response or a bare call; null for other webhooks. */
function callOf(webhook) {
  if (!isObject(webhook)) refuse("not an object");
  if ("data" in webhook || "event" in webhook || "resource" in webhook) {
    const [resource, event] = [asText(webhook.resource), asText(webhook.event)];
    if (resource ? resource !== "call" : event && !event.startsWith("call.")) return null;
    return readCall(webhook.data);
  }
  return readCall("call" in webhook ? webhook.call : webhook);
}

// Settings and directory --------------------------------------------------------------------------

function knownKeys(value, keys, what) {
  if (!isObject(value)) refuse(`${what}: not an object`);
  for (const key of Object.keys(value)) if (!keys.includes(key)) refuse(`${what}: unknown key ${key}`);
  return value;
}

const oneOf = (value, allowed, what) => (allowed.includes(value) ? value : refuse(`${what}: none of ${allowed.join(", ")}`));
const typed = (value, type, what) => (typeof value === type ? value : refuse(`${what}: not a ${type}`));
const listed = (value, key) => {
  const found = value[key] === undefined ? [] : value[key];
  return Array.isArray(found) ? found : refuse(`${key}: not a list`);
};

const CHECK_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/** Returns the 18-character form of an id that may belong to `kind` (LIMIT-2). */
function salesforceId(value, kind) {
  if (typeof value !== "string" || !/^[0-9A-Za-z]{15}([0-9A-Za-z]{3})?$/.test(value)) refuse(`${kind}: no Salesforce id`);
  if (!PREFIXES[kind].some((prefix) => value.startsWith(prefix))) refuse(`${kind}: id of another type`);
  const sign = (part) => CHECK_SIGNS[[...part].reduce((bits, letter, place) => bits | ((letter >= "A" && letter <= "Z") << place), 0)];
  const check = [0, 5, 10].map((at) => sign(value.slice(at, at + 5))).join("");
  if (value.length === 18 && value.slice(15) !== check) refuse(`${kind}: wrong checksum`);
  return value.slice(0, 15) + check;
}

const TEMPLATE_TOKEN = /\{\{|\}\}|\[\[|\]\]|\{[^{}[\]]*\}|[{}[\]]|[^{}[\]]+/g;

/** Parses a template into parts: {text}, {name}, or a list of those in brackets (SUBJ-10). */
function template(text, allowed, needed) {
  if (typeof text !== "string" || !clean(text)) refuse("a text of the wording is empty");
  const whole = [];
  let parts = whole;
  for (const token of text.match(TEMPLATE_TOKEN)) {
    if (["{{", "}}", "[[", "]]"].includes(token)) parts.push({ text: token[0] });
    else if (token === "[" && parts === whole) whole.push((parts = []));
    else if (token === "]" && parts !== whole) parts = whole;
    else if ("{}[]".includes(token)) refuse(`unbalanced or nested ${token}`);
    else if (token[0] !== "{") parts.push({ text: token });
    else if (allowed.includes(token.slice(1, -1))) parts.push({ name: token.slice(1, -1) });
    else refuse(`unknown placeholder ${token}`);
  }
  if (parts !== whole) refuse("a bracket is not closed");
  if (needed && !names(whole, needed)) refuse(`{${needed}} is missing`);
  return whole;
}

/** Whether a parsed template has a placeholder, in brackets or not. */
const names = (parts, placeholder) => parts.flat().some(({ name }) => name === placeholder);

/**
 * Renders a template; `value` returns the text of a placeholder. Outside of brackets,
 * `unknownUser` stands for a missing agent (SUBJ-9).
 */
function fill(parts, value, unknownUser = "") {
  let out = "";
  for (const part of parts) {
    if (Array.isArray(part)) {
      const texts = part.map(({ name, text }) => (name ? value(name) : text));
      if (part.every(({ name }, place) => !name || clean(texts[place]))) out += texts.join("");
    } else if (part.name) out += value(part.name) || (part.name === "user" ? unknownUser : "");
    else out += part.text;
  }
  return out;
}

/** Returns the pattern of the lines that a template of a link makes (DESC-8). */
function linkLine(parts) {
  const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`^${clean(parts.flat().map(({ name, text }) => (name ? "http\\S*" : escaped(text))).join(""))}$`);
}

function readWording(value, edition) {
  const { base = "en", subject = {}, ...own } = typeof value === "string" ? { base: value } : value;
  const language = oneOf(base, Object.keys(TEXTS), "wording");
  knownKeys(own, Object.keys(TEXTS.en), "wording");
  const subjects = SUBJECTS[language === "en" && edition === "2025" ? "en2025" : language];
  const texts = { ...TEXTS[language], ...own };
  const { voicemail_link, recording_link, note, ...plain } = texts;
  for (const [name, text] of Object.entries(plain)) if (!clean(typed(text, "string", name))) refuse(`${name} is empty`);
  const links = { voicemail_link: template(voicemail_link, ["link"], "link"), recording_link: template(recording_link, ["link"], "link") };
  const linkLines = Object.values(links).map(linkLine);
  const countries = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  const shortCountries = new Intl.DisplayNames(language, { type: "region", style: "short" });
  return {
    ...plain,
    ...links,
    subjects: Object.fromEntries(
      Object.entries({
        ...Object.fromEntries(KINDS.map((kind, place) => [kind, subjects[place]])),
        ...knownKeys(subject, [...KINDS, ...MESSAGE_KINDS], "subject"),
      }).map(([kind, text]) => [kind, template(text, MESSAGE_KINDS.includes(kind) ? [...PLACEHOLDERS, "channel"] : PLACEHOLDERS)]),
    ),
    note: template(note, ["agent"]),
    leadsToALink: (line) => linkLines.some((pattern) => pattern.test(line)),
    // CLDR's short forms of these three names (PKG-4).
    country: (region) => (["HK", "MO", "PS"].includes(region) ? shortCountries : countries).of(region),
  };
}

const MADE = { create_contact: "Contact", create_lead: "Lead", create_account: "Account" };
const EXTRA_OF_TASK = { priority: "Priority", recordtypeid: "RecordTypeId" };

function readSettings(value) {
  knownKeys(value, [
    "wording", "edition", "workflow", "outside_business_hours", "record_order", "unknown_number", "relate_to", "admin", "unmatched_owner",
    "own_numbers", "disposition_order", "recording_link", "count", "write_type", "call_id_field", "status", "package_fields", "exclude",
    "only_lines", "log_at", "duplicates", "shared_number", "agents", "activity_date", "extra_fields", "messages", "message_type",
    "insights",
  ], "settings");
  const given = (key, otherwise) => (value[key] === undefined ? otherwise : value[key]);
  const choice = (key, ...allowed) => oneOf(given(key, allowed[0]), allowed, key);
  const kinds = KINDS.slice(0, 5);
  const settings = {
    wording: readWording(given("wording", "en"), choice("edition", "2023", "2025")),
    workflow: {
      ...Object.fromEntries(kinds.map((kind) => [kind, "completed"])),
      ...knownKeys(given("workflow", {}), kinds, "workflow"),
    },
    outsideBusinessHours: choice("outside_business_hours", "log", "do_nothing"),
    recordOrder: choices(given("record_order", RECORD_TYPES), RECORD_TYPES, "record_order"),
    unknownNumber: choice("unknown_number", "do_nothing", "create_contact", "create_lead", "create_account"),
    relateTo: choice("relate_to", "nothing", "case", "case_or_create", "opportunity"),
    admin: salesforceId(value.admin, "User"),
    unmatchedOwner: given("unmatched_owner", null) === null ? null : salesforceId(value.unmatched_owner, "owner"),
    ownNumbers: new NumberSet(listed(value, "own_numbers")),
    markerFirst: choice("disposition_order", "tags_first", "marker_first") === "marker_first",
    directLink: choice("recording_link", "asset", "direct") === "direct",
    size: { salesforce: salesforceSize, characters: characters }[choice("count", "salesforce", "characters")],
    writeType: typed(given("write_type", true), "boolean", "write_type"),
    callIdField: given("call_id_field", null),
    status: {
      completed: "Completed",
      in_progress: "In Progress",
      ...knownKeys(given("status", {}), ["completed", "in_progress"], "status"),
    },
    logAtEnd: choice("log_at", "answered", "ended") === "ended",
    lineDate: choice("activity_date", "utc", "line") === "line",
    sharedNumber: choices(given("shared_number", []), ["agents_own", "account", "nobody", "first"], "shared_number"),
    insights: choices(given("insights", []), ["summary", "topics", "action_items", "sentiment"], "insights"),
    agents: readAgents(given("agents", {})),
    ...readExclude(given("exclude", {}), given("only_lines", null)),
  };
  choice("duplicates", "use_existing", "save_anyway");
  choice("messages", "do_nothing", "completed", "in_progress");
  typed(given("message_type", "Call"), "string", "message_type");
  for (const action of Object.values(settings.workflow)) oneOf(action, ["completed", "in_progress", "do_nothing"], "workflow");
  readFields(settings, given("package_fields", {}), given("extra_fields", {}));
  if (!settings.recordOrder.length) refuse("record_order is empty (LIMIT-6)");
  const made = MADE[settings.unknownNumber];
  if (made && !settings.recordOrder.includes(made)) refuse("record_order lacks the type that unknown_number makes (LIMIT-6)");
  settings.workflowOf = (kind) => settings.workflow[kind.replace("conference", "answered")];
  settings.statusOf = (kind) => settings.status[settings.workflowOf(kind)] ?? null;
  return settings;
}

/** Reads a list of some of the allowed values, none of them twice. */
function choices(value, allowed, what) {
  if (!Array.isArray(value)) refuse(`${what}: not a list`);
  for (const name of value) oneOf(name, allowed, what);
  return new Set(value).size === value.length ? value : refuse(`${what} has an entry twice`);
}

function readAgents(value) {
  if (!isObject(value)) refuse("agents: not an object");
  const agents = new Map(Object.entries(value).map(([address, user]) => [email(address), salesforceId(user, "User")]));
  return agents.size === Object.keys(value).length ? agents : refuse("two addresses in agents are equal (LIMIT-6)");
}

/** Returns an entry of `exclude.lines` or `only_lines`: an id, or a number in E.164. */
const lineKey = (entry) => (typeof entry === "string" && /^\+[1-9]\d{1,14}$/.test(entry) ? entry : String(readCallId(entry)));

function readExclude(value, only) {
  const exclude = knownKeys(value, ["lines", "numbers", "tags", "shorter_than", "own_numbers"], "exclude");
  const { shorter_than: shorterThan = 0, own_numbers: excludesOwnNumbers = false } = exclude;
  if (!Number.isInteger(shorterThan) || shorterThan < 0) refuse("shorter_than: not a whole number");
  const excludedLines = new Set(listed(exclude, "lines").map(lineKey));
  if (only !== null && !Array.isArray(only)) refuse("only_lines: not a list");
  const onlyLines = only && new Set(only.map(lineKey));
  if (onlyLines && !onlyLines.size) refuse("only_lines is empty (LIMIT-6)");
  if (onlyLines && [...onlyLines].some((line) => excludedLines.has(line))) refuse("a line is in only_lines and excluded (LIMIT-6)");
  return {
    excludedLines,
    onlyLines,
    excludedNumbers: new NumberSet(listed(exclude, "numbers")),
    excludedTags: new Set(listed(exclude, "tags").map((tag) => trim(typed(tag, "string", "tags")))),
    shorterThan,
    excludesOwnNumbers: typed(excludesOwnNumbers, "boolean", "own_numbers"),
  };
}

/** A set of numbers in E.164, and of beginnings of numbers, which end in `*`. */
class NumberSet {
  constructor(entries) {
    for (const entry of entries) if (!/^\+(?:[1-9]\d{1,14}|\d+\*)$/.test(typed(entry, "string", "numbers"))) refuse("not E.164");
    this.whole = new Set(entries);
    this.beginnings = entries.filter((entry) => entry.endsWith("*")).map((entry) => entry.slice(0, -1));
  }

  has(number) {
    return this.whole.has(number) || this.beginnings.some((beginning) => number.startsWith(beginning));
  }
}

const customName = (name) => (/__c$/i.test(String(name)) ? name : refuse("not a custom field"));

/** Reads the settings that name fields, and checks that each field is named once (LIMIT-6). */
function readFields(settings, packageFields, extra) {
  const given = knownKeys(packageFields, [...Object.keys(PACKAGE_FIELDS), ...MESSAGE_FIELDS], "package_fields");
  const all = { ...PACKAGE_FIELDS, ...given };
  settings.fields = Object.fromEntries(Object.keys(PACKAGE_FIELDS).map((key) => [key, all[key]]));
  const named = Object.values(all).filter((name) => name !== null);
  if (settings.callIdField !== null && settings.callIdField !== "CallObject") named.push(customName(settings.callIdField));
  if (!isObject(extra)) refuse("extra_fields: not an object");
  settings.extraFields = {};
  for (const [key, content] of Object.entries(extra)) {
    const ofTask = EXTRA_OF_TASK[key.toLowerCase()];
    const name = ofTask ?? customName(key);
    if (!ofTask) named.push(name);
    else if (name in settings.extraFields) refuse("two settings name the same field");
    if (name === "RecordTypeId") settings.extraFields[name] = salesforceId(content, "RecordType");
    else if (typeof content === "string") settings.extraFields[name] = template(content, PLACEHOLDERS);
    else if (!ofTask && ["number", "boolean"].includes(typeof content)) settings.extraFields[name] = content;
    else refuse(`${name}: neither a template, a number nor a boolean`);
  }
  for (const name of named) if (typeof name !== "string" || !/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) refuse("no API name");
  const lower = named.map((name) => name.toLowerCase());
  if (new Set(lower).size !== lower.length) refuse("two settings name the same field");
  if (lower.some((name) => TASK_FIELDS.has(name))) refuse("a field of Task's own");
}

function readDirectory(value) {
  knownKeys(value, ["records", "users", "cases", "opportunities", "tasks"], "directory");
  const flag = (entry, key, otherwise) => typed(entry[key] === undefined ? otherwise : entry[key], "boolean", key);
  const optionalId = (entry, key, kind) => ((entry[key] ?? null) === null ? null : salesforceId(entry[key], kind));
  const records = listed(value, "records").map((entry) => {
    knownKeys(entry, ["type", "id", "name", "owner", "phones", "duplicate", "account"], "record");
    const type = oneOf(entry.type, RECORD_TYPES, "type");
    return {
      type,
      id: salesforceId(entry.id, type),
      name: typed(entry.name, "string", "name"),
      owner: optionalId(entry, "owner", "owner"),
      phones: listed(entry, "phones").map((phone) => typed(phone, "string", "phones")),
      duplicate: flag(entry, "duplicate", false),
      account: optionalId(entry, "account", "Account"),
    };
  });
  const users = listed(value, "users").map((entry) => {
    knownKeys(entry, ["id", "email", "created_at", "active", "standard"], "user");
    return {
      id: salesforceId(entry.id, "User"),
      email: email(typed(entry.email, "string", "email")),
      createdAt: readTime(entry.created_at),
      active: flag(entry, "active", true),
      standard: flag(entry, "standard", true),
    };
  });
  const firstOpen = (key, kind) => {
    const first = new Map();
    for (const entry of listed(value, key)) {
      knownKeys(entry, ["id", "contact", "open"], kind);
      const [contact, id] = [salesforceId(entry.contact, "Contact"), salesforceId(entry.id, kind)];
      if (flag(entry, "open", true) && !first.has(contact)) first.set(contact, id);
    }
    return first;
  };
  const tasks = new Map();
  for (const entry of listed(value, "tasks")) {
    knownKeys(entry, ["id", "call", "message", "fields", "wrote", "sent"], "task");
    const task = { id: salesforceId(entry.id, "Task") };
    for (const key of ["fields", "wrote", "sent"]) task[key] = readTaskFields(entry[key] ?? null, key);
    if ("message" in entry) continue;
    const call = readCallId(entry.call);
    if (!tasks.has(call)) tasks.set(call, task);
  }
  const userById = new Map(users.map((user) => [user.id, user]).reverse());
  const recordById = new Map(records.map((record) => [record.id, record]).reverse());
  const [cases, opportunities] = [firstOpen("cases", "Case"), firstOpen("opportunities", "Opportunity")];
  return { records, recordById, users, userById, cases, opportunities, tasks, byNumber: new Map() };
}

/** Reads a Task's fields; an export may spell their names in another case. */
function readTaskFields(fields, what) {
  if (fields === null) return null;
  if (!isObject(fields)) refuse(`${what}: not an object`);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Returns the records with the number, of the first type in `order` that has any (REC-1). */
function holdersOf(directory, number, countries, order) {
  const key = countries.join();
  let index = directory.byNumber.get(key);
  if (!index) {
    index = new Map();
    directory.byNumber.set(key, index);
    for (const record of directory.records) {
      for (const found of new Set(record.phones.flatMap((phone) => numbersWithin(phone, countries)))) {
        const byType = index.get(found) ?? {};
        (byType[record.type] ??= []).push(record);
        index.set(found, byType);
      }
    }
  }
  const found = index.get(number) ?? {};
  return order.map((type) => found[type]).find(Boolean) ?? [];
}

// Numbers, texts, zones ---------------------------------------------------------------------------

const phones = PhoneNumberUtil.getInstance();
const REGIONS = new Set(phones.getSupportedRegions());

function phoneNumber(text, country) {
  try {
    return phones.parse(text, REGIONS.has(country) ? country : undefined);
  } catch {
    return null;
  }
}

const e164 = (number) => phones.format(number, PhoneNumberFormat.E164);

// The digits that carriers send for a number that is not shown (REC-7).
const CARRIERS_DIGITS = ["266696687", "7378742833", "2562533", "8656696", "8566696", "86282452253"];

/** Returns the decimal digits of a text, those of other scripts too, as 0 to 9. */
const digitsOf = (text) => (text.match(/\p{Nd}/gu) ?? []).map(valueOfDigit).join("");

function valueOfDigit(digit) {
  // Unicode has the ten digits of a script side by side, from zero on.
  let zero = digit.codePointAt(0);
  if (zero < 128) return digit;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && digit.codePointAt(0) - zero < 9) zero -= 1;
  return String(digit.codePointAt(0) - zero);
}

/** Whether a text stands for a number that is not shown (REC-7, SUBJ-9). */
function isWithheld(text, number) {
  const digits = digitsOf(text);
  if (/^0+$/.test(digits) || number?.getNationalNumber() === 0) return true;
  return ["", "anonymous"].includes(clean(text).toLowerCase()) || CARRIERS_DIGITS.includes(digits.replace(/^1/, ""));
}

const isPossible = (number) => phones.isPossibleNumberWithReason(number) === PhoneNumberUtil.ValidationResult.IS_POSSIBLE;

/** Returns a text's number in E.164; null where REC-7 calls it none. */
function usableNumber(text, country) {
  const number = phoneNumber(text, country);
  return number && isPossible(number) && !isWithheld(text, number) ? e164(number) : null;
}

/** Finds the numbers of a phone field: of the whole and of every stretch of it (REC-1). */
function numbersWithin(text, countries) {
  const pieces = [...text.matchAll(/\+?[^\p{L}/;,|&\n\r+]+|\+/gu)];
  const stretches = new Set([text]);
  pieces.forEach(({ index }, place) => {
    for (const last of pieces.slice(place)) stretches.add(text.slice(index, last.index + last[0].length));
  });
  return [...stretches].flatMap((stretch) => countries.map((country) => usableNumber(stretch, country))).filter(Boolean);
}

/** Normalises an address: ignores ASCII case and outer blanks (OWN-8). */
const email = (value) => trim(asText(value)).replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Trims Unicode white space. Unlike JavaScript, Unicode does not include U+FEFF. */
function trim(text) {
  if (!text.includes("\ufeff")) return text.trim();
  return text.replace(/^\p{White_Space}+/u, "").replace(/\p{White_Space}+$/u, "");
}

// eslint-disable-next-line no-control-regex
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

const withoutControls = (text) => text.replace(/\r\n?/g, "\n").replace(CONTROLS, "");

/** Cleans a part of a one-line field; the part keeps its outer blanks. */
const cleanInside = (text) => withoutControls(text).replace(/[\n\t]/g, " ");

/** Cleans a one-line field (DESC-6). */
const clean = (text) => trim(cleanInside(text));
const cleanLines = (text) => trim(withoutControls(text));

function characters(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const utf16Size = (text) => text.length;
const salesforceSize = (text) => text.length + (text.match(/\n/g)?.length ?? 0);

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Returns the longest fitting prefix at a grapheme boundary, trimmed (LIMIT-1). */
function cut(text, limit, size = utf16Size) {
  if (size(text) <= limit) return text;
  let over = 0;
  let room = 0;
  for (const character of text) {
    room += size(character);
    if (room > limit) break;
    over += character.length;
  }
  return trim(text.slice(0, segmenter.segment(text).containing(over).index));
}

const clocks = new Map();

/** Returns the formatter of a zone's day and hour; null for a zone that IANA does not have. */
function clock(timeZone) {
  if (!clocks.has(timeZone)) {
    // "Factory" is the database's placeholder for a machine without a zone (PKG-8).
    const known = ZONES.has(timeZone) && timeZone !== "Factory";
    const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "numeric", hourCycle: "h23" };
    clocks.set(timeZone, known ? new Intl.DateTimeFormat("en", { timeZone, ...parts }) : null);
  }
  return clocks.get(timeZone);
}

/** Renders an element of CallDisposition (DISP-5). */
function quoted(text) {
  const escaped = text.replaceAll("\\", "\\\\");
  if (!escaped.includes("'")) return `'${escaped}'`;
  if (!escaped.includes('"')) return `"${escaped}"`;
  return `'${escaped.replaceAll("'", "\\'")}'`;
}

// The plan ----------------------------------------------------------------------------------------

const LIMITS = { FirstName: 40, LastName: 80, Company: 255, Name: 255, Phone: 40 };

const filled = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));

const skip = (reason, kind) => ({ action: "skip", skip: reason, because: kind ? { kind } : {}, notices: [] });

/** Plans one call. */
class Planner {
  constructor(call, directory, settings) {
    Object.assign(this, { call, directory, settings, wording: settings.wording });
    this.notices = [...call.unusable].map((field) => ({ rule: "LOG-8", field }));
    this.number = phoneNumber(call.rawDigits, call.home);
    this.withheld = isWithheld(call.rawDigits, this.number);
    this.e164 = this.number && !this.withheld && isPossible(this.number) ? e164(this.number) : null;
    // What {record} names: a record of the directory, or one that is made for this call.
    Object.assign(this, { record: null, made: null });
  }

  notice(rule, field, count = {}) {
    this.notices.push({ rule, field, ...count });
  }

  plan() {
    const { call, settings } = this;
    const running = call.endedAt === null;
    if (!call.answered && running) return skip("not_yet");
    const task = this.directory.tasks.get(call.id);
    if (task) return this.update(task);
    if (running && (settings.logAtEnd || settings.shorterThan || settings.excludedTags.size)) return skip("not_yet");
    if (settings.workflowOf(call.kind) === "do_nothing") return skip("workflow", call.kind);
    const outside = !call.answered && call.missedReason === "out_of_opening_hours";
    if (outside && settings.outsideBusinessHours === "do_nothing") return skip("outside_business_hours", call.kind);
    if (this.isExcluded()) return skip("excluded", call.kind);
    return this.create();
  }

  /** Whether the settings `exclude` and `only_lines` leave the call out (LOG-9). */
  isExcluded() {
    const { call, settings, e164: number } = this;
    const line = this.lineNumber();
    const lines = [call.line.id.replace(/^0+(?=\d)/, ""), line && `+${line}`];
    if (lines.some((key) => settings.excludedLines.has(key))) return true;
    if (settings.onlyLines && !lines.some((key) => settings.onlyLines.has(key))) return true;
    if (number && settings.excludedNumbers.has(number)) return true;
    if (number && settings.excludesOwnNumbers && settings.ownNumbers.has(number)) return true;
    if (call.tags.some(({ name }) => settings.excludedTags.has(trim(name)))) return true;
    return call.answered && settings.shorterThan > 0 && this.seconds() < settings.shorterThan;
  }

  // Create

  create() {
    const { call, settings } = this;
    let { record, because, holders = 0 } = this.findRecord();
    let newRecord = null;
    if (because === "no_number") this.notice("REC-7", "WhoId");
    else if (because === "own_number") this.notice("REC-8", "WhoId");
    else if (because === "not_found" && settings.unknownNumber !== "do_nothing") {
      newRecord = this.newRecord();
      because = "created";
    }
    if (holders > 1) this.notice("REC-9", "WhoId", { count: holders });
    Object.assign(this, { record, made: newRecord });
    const type = (record ?? newRecord)?.type;
    const recordId = record?.id ?? "@{record.id}";
    const [owner, rule] = this.owner(record, newRecord);

    const task = {
      Subject: this.subject(),
      Type: settings.writeType ? "Call" : null,
      TaskSubtype: "Call",
      CallType: call.inbound ? "Inbound" : "Outbound",
      ActivityDate: this.date(),
      Status: this.oneLine("Status", settings.statusOf(call.kind)),
      Description: this.newDescription(),
      ...this.whatTheCallSays(),
      ...this.extraFields(Object.entries(settings.extraFields)),
      OwnerId: owner,
    };
    let relation = "none";
    let newCase = null;
    if (type === "Contact" || type === "Lead") task.WhoId = recordId;
    else if (type) [task.WhatId, relation] = [recordId, "account"];
    if (type === "Contact") {
      [relation, task.WhatId] = this.related(recordId);
      if (relation === "new_case") newCase = { ContactId: recordId, Origin: "Phone", Subject: task.Subject, OwnerId: owner };
    } else if (type && settings.relateTo !== "nothing") {
      this.notice("REC-5", "WhatId");
      if (type === "Lead") relation = "lead_not_allowed";
    }
    const wrote = Object.fromEntries(this.updatedFields().map((field) => [field, task[field] ?? null]));
    return filled({
      action: "create",
      new_record: newRecord,
      new_case: newCase && { fields: filled(newCase) },
      owner_change: this.ownerChange(record),
      task: filled(task),
      because: { kind: call.kind, record: because, relation, owner: rule, ...(holders > 1 && { holders }) },
      notices: this.notices,
      wrote,
    });
  }

  /** Finds the record, `because.record` and how many records hold the number (REC-1 to REC-10). */
  findRecord() {
    const { settings, call, directory } = this;
    const duplicate = directory.records.find((record) => record.duplicate && settings.recordOrder.includes(record.type));
    if (duplicate) return { record: duplicate, because: "duplicate" };
    if (!this.e164) return { record: null, because: "no_number" };
    if (settings.ownNumbers.has(this.e164)) return { record: null, because: "own_number" };
    const holders = holdersOf(directory, this.e164, [call.home, this.countryOfOtherParty()], settings.recordOrder);
    if (holders.length > 1) return { ...this.oneOfSeveral(holders), holders: holders.length };
    return holders.length ? { record: holders[0], because: "first_match" } : { record: null, because: "not_found" };
  }

  countryOfOtherParty() {
    const region = phones.getRegionCodeForNumber(this.number);
    return REGIONS.has(region) ? region : phones.getRegionCodeForCountryCode(this.number.getCountryCode());
  }

  /** Chooses among records that hold the same number (REC-9). */
  oneOfSeveral(holders) {
    const { call, settings } = this;
    for (const way of settings.sharedNumber) {
      if (way === "first") break;
      if (way === "nobody") return { record: null, because: "shared_nobody" };
      if (way === "agents_own" && (call.answered || !call.inbound)) {
        const agent = this.agent();
        const own = agent && holders.find(({ owner }) => owner === agent.id);
        if (own) return { record: own, because: "agents_own" };
      }
      const [{ type, account }] = holders;
      if (way === "account" && type === "Contact" && account && holders.every((holder) => holder.account === account)) {
        const known = this.directory.recordById.get(account);
        return { record: known ?? { type: "Account", id: account, name: "", owner: null }, because: "shared_account" };
      }
    }
    return { record: holders[0], because: "first_match" };
  }

  newRecord() {
    const { call, settings } = this;
    const type = MADE[settings.unknownNumber];
    const [first, last, company] = ["first_name", "last_name", "company_name"].map((key) => clean(call.contact[key]));
    const shown = clean(call.rawDigits);
    let texts;
    if (type === "Account") texts = { Name: company || [first, last].filter(Boolean).join(" ") || shown };
    else {
      texts = first && last ? { FirstName: first, LastName: last } : { LastName: first || last || shown };
      if (type === "Lead") texts.Company = this.wording.unknown_company;
    }
    texts.Phone = e164(this.number);
    const fields = Object.entries(texts).map(([name, text]) => [name, this.oneLine(`${type}.${name}`, text, LIMITS[name])]);
    return { type, fields: filled({ ...Object.fromEntries(fields), OwnerId: settings.admin }) };
  }

  /** Finds `because.relation` and the WhatId of a Contact (REC-4). */
  related(contact) {
    const wanted = this.settings.relateTo;
    if (wanted === "case" || wanted === "case_or_create") {
      const found = this.directory.cases.get(contact);
      if (found) return ["case", found];
      if (wanted === "case_or_create") return ["new_case", "@{case.id}"];
    }
    const opportunity = wanted === "opportunity" && this.directory.opportunities.get(contact);
    return opportunity ? ["opportunity", opportunity] : ["none", null];
  }

  // Owners

  alwaysActive(user) {
    return user === this.settings.admin || user === this.settings.unmatchedOwner;
  }

  canOwn(user) {
    return user.standard && (user.active || this.alwaysActive(user.id));
  }

  /** Finds the agent's Salesforce user who can own Tasks and is old enough (OWN-1, OWN-8). */
  agent(createdBy = Infinity) {
    const { directory, settings } = this;
    const address = email(this.call.user.email);
    if (!address) return null;
    const meant = settings.agents.get(address);
    if (meant) {
      const user = directory.userById.get(meant);
      return !user || (user.createdAt <= createdBy && this.canOwn(user)) ? { id: meant } : null;
    }
    const isAgents = (user) => user.email === address || user.email === `${address}.invalid`;
    return directory.users.find((user) => isAgents(user) && user.createdAt <= createdBy && this.canOwn(user)) ?? null;
  }

  owner(record, newRecord) {
    const { call, settings, directory } = this;
    if (!record && !newRecord) return [null, "OWN-7"];
    if (call.answered) {
      const agent = this.agent((call.answeredAt - 86_400) * 1000);
      if (agent) return [agent.id, "OWN-1"];
    }
    if (newRecord) return [settings.admin, "OWN-6"];
    const { owner } = record;
    const known = directory.userById.get(owner);
    if (owner && (!known || this.canOwn(known))) return [owner, call.answered ? "OWN-2" : "OWN-4"];
    return call.answered ? [settings.admin, "OWN-3"] : [settings.unmatchedOwner ?? settings.admin, "OWN-5"];
  }

  ownerChange(record) {
    const { call, settings } = this;
    if (record?.owner !== settings.admin || (call.inbound && !call.answered)) return null;
    const agent = this.agent();
    if (!agent || agent.id === settings.admin) return null;
    return { type: record.type === "PersonAccount" ? "Account" : record.type, id: record.id, owner: agent.id };
  }

  // Update

  update(task) {
    const { call, settings } = this;
    const { id, fields: present } = task;
    const { known, record } = this.recordOfUpdate(present ?? {});
    this.record = record;
    const isUpdated = ([name, content]) => !Object.values(EXTRA_OF_TASK).includes(name) && (known || !namesRecord(content));
    const extra = Object.entries(settings.extraFields).filter(isUpdated);
    const wanted = { ...(known && { Subject: this.subject() }), ...this.whatTheCallSays(), ...this.extraFields(extra) };
    if (call.kind === "voicemail" && present?.status) {
      const [missed, voicemail] = [settings.statusOf("missed"), settings.statusOf("voicemail")];
      if (present.status === missed && voicemail && voicemail !== missed) wanted.Status = voicemail;
    }
    const because = { kind: call.kind, record: "task", owner: "UPD-2" };
    let changes = filled(wanted);
    let says = changes;
    // An update whose answer was lost counts where the Task shows that it arrived (UPD-6).
    const hasArrived = ([name, value]) => present && name !== "description" && same(present[name], value);
    const before = { ...task.wrote, ...Object.fromEntries(Object.entries(task.sent ?? {}).filter(hasArrived)) };
    if (present) {
      const compared = this.compare(wanted, present, before);
      const description = this.descriptionOfUpdate(task);
      changes = { ...compared.changes, ...description.changes };
      says = { ...compared.says, ...description.says };
      if (compared.kept.length) because.kept = compared.kept.sort();
    } else if (this.blocks().length) {
      // What people typed into the Description is not known, so it is not sent (UPD-3).
      this.notice("DESC-7", "Description");
    }
    const wrote = this.wrote(says, before);
    if (!Object.keys(changes).length) return { action: "unchanged", task_id: id, because, notices: [], wrote };
    return { action: "update", task_id: id, task: changes, because, notices: this.notices, wrote };
  }

  /** Returns what the Task has of the call's; what the plan does not look at is as before (UPD-6). */
  wrote(says, before) {
    const known = this.updatedFields().filter((field) => field.toLowerCase() in before);
    return { ...Object.fromEntries(known.map((field) => [field, before[field.toLowerCase()]])), ...says };
  }

  /** Returns the names of the fields that an update may write (UPD-2). */
  updatedFields() {
    const { fields, callIdField, extraFields } = this.settings;
    const ofTask = Object.values(EXTRA_OF_TASK);
    const named = [...Object.values(fields), callIdField].filter(Boolean);
    const extra = Object.keys(extraFields).filter((name) => !ofTask.includes(name));
    return ["Subject", "Status", "Description", "CallDisposition", "CallDurationInSeconds", ...named, ...extra];
  }

  /** Returns whether the Task's record is known, and the record (UPD-5). */
  recordOfUpdate(present) {
    const on = present.whoid || present.whatid;
    if (on) {
      const record = this.directory.records.find(({ id }) => id.slice(0, 15) === String(on).slice(0, 15));
      return { known: Boolean(record), record };
    }
    if ("whoid" in present && "whatid" in present) return { known: true, record: null };
    const { record } = this.findRecord();
    return { known: Boolean(record), record };
  }

  /** Returns the fields to send, all that the Task then has, and what people changed (UPD-3, UPD-6). */
  compare(wanted, present, wrote) {
    const [changes, says, kept] = [{}, {}, []];
    const counts = (value) => value !== null || this.call.endedAt !== null;
    for (const [field, value] of Object.entries(wanted)) {
      const name = field.toLowerCase();
      const now = present[name] ?? null;
      if (same(now, value)) {
        if (counts(value) || !(name in wrote)) says[field] = value;
        continue;
      }
      if (name in wrote && !same(now, wrote[name])) {
        const news = !same(value, wrote[name]) && counts(value);
        if (!news || !same(now, null)) {
          kept.push(field);
          if (news) this.notice("UPD-6", field);
          continue;
        }
      }
      if (counts(value)) changes[field] = value;
    }
    return { changes, says: { ...says, ...changes }, kept };
  }

  /** Merges what the call says with what people typed; returns what to send and what the call said (DESC-7 to DESC-9). */
  descriptionOfUpdate({ fields, wrote, sent }) {
    const { settings, wording } = this;
    const textIn = (where) => cleanLines(asText(where?.description));
    const blocks = this.blocks();
    const description = new Description({
      theirs: textIn(fields),
      base: wrote && "description" in wrote ? textIn(wrote) : null,
      sent: textIn(sent),
      ended: this.call.endedAt !== null,
      size: settings.size,
      otherLink: wording.leadsToALink,
    });
    const { text, said, kept } = description.merge(blocks, cut);
    if (text === null) {
      this.notice("DESC-9", "Description");
      return { changes: {}, says: {} };
    }
    this.noticeOfDropped(blocks, kept);
    const says = said === null ? {} : { Description: said || null };
    return { changes: text === description.theirs ? {} : { Description: text || null }, says };
  }

  // Fields

  /** Cleans and cuts a one-line field; null if the result is empty (LIMIT-1, LIMIT-4). */
  oneLine(field, text, limit = 255) {
    const whole = clean(text);
    const kept = cut(whole, limit);
    if (kept !== whole) this.notice("LIMIT-1", field, { dropped: characters(whole) - characters(kept) });
    return kept || null;
  }

  subject() {
    const { wording, call } = this;
    return this.oneLine("Subject", this.filled(wording.subjects[call.kind]));
  }

  filled(parts) {
    return fill(parts, (name) => this.placeholder(name), this.wording.unknown);
  }

  /** Returns the company's own fields (FIELD-5). */
  extraFields(entries) {
    return Object.fromEntries(
      entries.map(([name, content]) => [name, Array.isArray(content) ? this.oneLine(name, this.filled(content)) : content]),
    );
  }

  /** Returns the text of a placeholder; "" where it has nothing to say (SUBJ-9, SUBJ-10). */
  placeholder(name) {
    const { call, wording } = this;
    const { line, contact, user } = call;
    const number = () => this.lineNumber();
    return {
      record: () => this.recordName(),
      number: () => [line.name, line.digits].find(clean) ?? wording.unknown,
      user: () => (clean(user.name) ? user.name : ""),
      caller: () => (this.withheld ? "" : call.rawDigits),
      caller_e164: () => this.e164 ?? "",
      line_e164: () => (number() ? `+${number()}` : ""),
      country: () => this.country() ?? "",
      direction: () => (call.inbound ? "Inbound" : "Outbound"),
      kind: () => call.kind,
      tags: () => this.tags().join(", "),
      teams: () => call.teams.map(cleanInside).filter(trim).join(", "),
      missed_reason: () => call.missedReason,
      contact: () => [contact.first_name, contact.last_name].filter(clean).join(" "),
      company: () => contact.company_name,
      call_id: () => String(call.id),
      duration: () => String(this.seconds() ?? ""),
      date: () => this.date(),
      hour: () => this.hour() ?? "",
      time_zone: () => line.time_zone,
      user_email: () => user.email,
    }[name]();
  }

  recordName() {
    let name = this.record?.name ?? "";
    if (this.made) {
      const { Name, FirstName, LastName } = this.made.fields;
      name = Name ?? [FirstName, LastName].filter(Boolean).join(" ");
    }
    if (clean(name)) return name;
    return this.withheld ? this.wording.unknown : this.call.rawDigits;
  }

  /** Returns the fields of both create and update, except Subject and Description (UPD-2). */
  whatTheCallSays() {
    const { call, settings } = this;
    const line = this.lineNumber();
    const [link, expires] = this.link();
    const seconds = this.seconds();
    if (call.answered && seconds !== null && seconds !== call.endedAt - call.answeredAt) this.notice("FIELD-3", "CallDurationInSeconds");
    const says = { CallDisposition: this.disposition(line), CallDurationInSeconds: seconds };
    for (const [key, field] of Object.entries(settings.fields)) {
      if (field) says[field] = this[key](field, { line, link, expires });
    }
    if (settings.callIdField) says[settings.callIdField] = `aircall:${call.id}`;
    return says;
  }

  /** Returns the day on which the call began (FIELD-2). */
  date() {
    const { startedAt, line } = this.call;
    const known = this.settings.lineDate && clock(clean(line.time_zone));
    if (!known) return new Date(startedAt * 1000).toISOString().slice(0, 10);
    const parts = Object.fromEntries(known.formatToParts(startedAt * 1000).map(({ type, value }) => [type, value]));
    return `${parts.year.padStart(4, "0")}-${parts.month}-${parts.day}`;
  }

  /** Returns the digits of the company's number (PKG-3). */
  lineNumber() {
    const { line, home } = this.call;
    this.line ??= { number: usableNumber(line.e164_digits, home) ?? usableNumber(line.digits, home) };
    return this.line.number && this.line.number.slice(1);
  }

  disposition(line) {
    const { call } = this;
    const tags = this.tags();
    const reasons = [cleanInside(call.missedReason)].filter(trim);
    const status = call.answered ? "answered_call" : "unanswered_call";
    let dropped = 0;
    for (;;) {
      const first = this.settings.markerFirst ? ["aircall", ...tags] : [...tags, "aircall"];
      const text = clean(`[${[...first, call.direction, status, ...(line ? [line] : []), ...reasons].map(quoted).join(", ")}]`);
      if (utf16Size(text) <= 255 || !(tags.length || reasons.length)) {
        if (dropped) this.notice("DISP-6", "CallDisposition", { dropped });
        return text;
      }
      (tags.length ? tags : reasons).pop();
      dropped += 1;
    }
  }

  /** Returns the tags' names; after a transfer, those of B or without an author (XFER-1 to XFER-3). */
  tags() {
    const { answered, transferredTo, user, tags } = this.call;
    const target = transferredTo.id;
    const isTransferred = answered && target && target === user.id;
    const left = isTransferred ? tags.filter(({ tagger }) => tagger === "" || tagger === target) : tags;
    return left.map(({ name }) => cleanInside(name)).filter(trim);
  }

  /** Returns the seconds of the conversation; null while it runs (FIELD-3). */
  seconds() {
    const { answered, answeredAt, endedAt } = this.call;
    if (!answered) return 0;
    return endedAt === null ? null : Math.min(Math.max(endedAt - answeredAt, 0), 99_999_999);
  }

  /** Returns the link, and whether only an expiring link exists (PKG-5). */
  link() {
    const { call, settings } = this;
    const [presigned, short] = (call.kind === "voicemail" ? call.voicemail : call.recording).map(clean);
    const asset = clean(call.asset);
    if (settings.directLink) return [presigned || short || asset || null, false];
    return [asset || short || presigned || null, !asset && !short && Boolean(presigned)];
  }

  newDescription() {
    const blocks = this.blocks();
    const kept = fitting(blocks, this.settings.size, cut);
    this.noticeOfDropped(blocks, kept);
    return textOf(kept) || null;
  }

  noticeOfDropped(blocks, kept) {
    const dropped = characters(textOf(blocks)) - characters(textOf(kept));
    if (dropped) this.notice("DESC-5", "Description", { dropped });
  }

  /** Returns the blocks of the Description: the link, the notes, what the AI says (DESC-1 to DESC-4, AI-2). */
  blocks() {
    const { settings, wording, call } = this;
    const blocks = [];
    const [link] = this.link();
    if (link) {
      const text = call.kind === "voicemail" ? wording.voicemail_link : wording.recording_link;
      blocks.push({ kind: "link", text: cleanLines(fill(text, () => link)) });
    }
    for (const { content, author } of call.notes) {
      const text = cleanLines(content);
      const heading = fill(wording.note, () => (clean(author) ? author : "Aircall"));
      if (text) blocks.push({ kind: "note", text: `${withoutControls(heading)}\n${text}` });
    }
    for (const kind of settings.insights) {
      const text = insight(kind, call.insights[kind] ?? []);
      const heading = wording[kind === "summary" ? "ai_summary" : kind];
      if (text) blocks.push({ kind: "insight", text: `${withoutControls(heading)}\n${text}` });
    }
    // The whole text is trimmed (DESC-6); every block but the first keeps the blanks of a name.
    return blocks.map(({ kind, text }, place) => ({ kind, text: place ? text : trim(text) }));
  }

  // The package's fields, each named like its setting (PKG-1 to PKG-10).

  waiting_time() {
    const { inbound, answered, answeredAt, startedAt } = this.call;
    if (!inbound) return 0;
    return answered ? Math.max(0, answeredAt - startedAt) : null;
  }

  answered_by(field) {
    return this.call.answered ? this.oneLine(field, this.call.user.name) : null;
  }

  phone_number(field, { line }) {
    return line;
  }

  country() {
    const region = this.number && !this.withheld && phones.getRegionCodeForNumber(this.number);
    return region && region !== "001" && region !== "ZZ" ? (this.wording.country(region) ?? null) : null;
  }

  call_recording(field, { link, expires }) {
    if (expires) this.notice("PKG-5", field);
    if (link && utf16Size(link) > 255) {
      this.notice("PKG-5", field);
      return null;
    }
    return link;
  }

  transferred_to(field) {
    return this.oneLine(field, this.call.transferredTo.name);
  }

  time_zone(field) {
    return this.oneLine(field, this.call.line.time_zone);
  }

  hour_of_the_day(field) {
    const zone = clean(this.call.line.time_zone);
    if (zone && !clock(zone)) this.notice("PKG-8", field);
    return this.hour();
  }

  /** Returns the hour of the line's day as text (PKG-8). */
  hour() {
    const known = clock(clean(this.call.line.time_zone));
    const hour = known?.formatToParts(this.call.startedAt * 1000).find(({ type }) => type === "hour");
    return hour ? String(Number(hour.value)) : null;
  }

  connection_status(field) {
    if (!this.call.inbound) return null;
    return this.oneLine(field, this.call.answered ? this.wording.connected : this.wording.not_connected);
  }

  has_connected() {
    return this.call.inbound && this.call.answered;
  }
}

/** Renders what Aircall's AI says of a call (AI-2). */
function insight(kind, texts) {
  const kept = texts.map(kind === "summary" ? asText : cleanInside).filter(trim);
  if (kind === "summary") return cleanLines(kept.join("\n"));
  if (kind === "action_items") return cleanLines(kept.map((text) => `- ${text}`).join("\n"));
  return cleanLines([...(kind === "sentiment" ? new Set(kept) : kept)].join(", "));
}

const namesRecord = (content) => Array.isArray(content) && names(content, "record");

const JSON_SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false)$/;

/** Compares two values of a field by UPD-3 and UPD-6. */
function same(one, other) {
  const plain = (value) => (typeof value === "string" ? cut(clean(value), 255) || null : (value ?? null));
  let [left, right] = [plain(one), plain(other)];
  if ((typeof left === "string") !== (typeof right === "string")) {
    [left, right] = [left, right].map((value) => (JSON_SCALAR.test(value) ? JSON.parse(value) : value));
  }
  return left === right;
}

function answer(webhook, directory, settings) {
  const call = callOf(webhook);
  if (!call) return { plan: skip("not_a_call") };
  return { call: call.id, plan: new Planner(call, directory, settings).plan() };
}

// The program -------------------------------------------------------------------------------------

/** Parses settings or a directory; any value of a wrong type rejects the whole. */
function read(kind, value) {
  try {
    return kind(value);
  } catch (error) {
    if (error instanceof TypeError) refuse(`${kind.name}: ${error.message}`);
    throw error;
  }
}

function mapLine(line) {
  try {
    const { webhook, directory, settings } = knownKeys(JSON.parse(line), ["webhook", "directory", "settings"], "case");
    const ready = read(readSettings, settings);
    return answer(webhook, read(readDirectory, directory === undefined ? {} : directory), ready);
  } catch (error) {
    if (!(error instanceof Unreadable || error instanceof SyntaxError)) throw error;
    return { error: error.message };
  }
}

/** Times webhook text to Task text; settings and directories are parsed beforehand. */
function bench(lines, rounds) {
  const prepared = new Map();
  const ready = (read, value) => {
    const text = JSON.stringify(value);
    if (!prepared.has(text)) prepared.set(text, read(value));
    return prepared.get(text);
  };
  const cases = lines.map((line) => {
    const { webhook, directory, settings } = JSON.parse(line);
    return [Buffer.from(JSON.stringify(webhook)), ready(readDirectory, directory ?? {}), ready(readSettings, settings)];
  });
  const oneRound = () => {
    let bytes = 0;
    for (const [webhook, directory, settings] of cases) {
      try {
        const { task } = answer(JSON.parse(webhook.toString()), directory, settings).plan;
        if (task) bytes += Buffer.from(JSON.stringify(task)).length;
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
      }
    }
    return bytes;
  };
  // Warm-up rounds let the just-in-time compiler finish before the measurement.
  for (let warm = 0; warm < 3; warm += 1) oneRound();
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    oneRound();
    console.log(`map_us=${(((performance.now() - start) / cases.length) * 1000).toFixed(2)}`);
  }
}

const lines = readFileSync(0, "utf8").split("\n").filter((line) => line.trim());
if (process.argv[2] === "--bench") bench(lines, Number(process.argv[3]));
else for (const line of lines) process.stdout.write(`${JSON.stringify(mapLine(line))}\n`);
