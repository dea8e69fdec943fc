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

const require = createRequire(pathToFileURL(`${process.env.PEERS_MODULES ?? "."}/`));
const { PhoneNumberFormat, PhoneNumberUtil } = require("google-libphonenumber");
const ZONES = new Set(Object.keys(require("tzdata").zones));

const KINDS = [
  "outbound_answered", "outbound_unanswered", "inbound_answered", "missed", "voicemail", "outbound_conference", "inbound_conference",
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
  },
  en: {
    voicemail_link: "Find voicemail here: {link}",
    recording_link: "Find the recording here: {link}",
    note: "{agent} added a new comment:",
    connected: "connected",
    not_connected: "not connected",
    unknown_company: "Unknown Company",
    unknown: "Unknown",
  },
  fr: {
    voicemail_link: "Trouvez le message vocal ici : {link}",
    recording_link: "Trouvez l'enregistrement ici : {link}",
    note: "{agent} a ajouté un nouveau commentaire :",
    connected: "connecté",
    not_connected: "non connecté",
    unknown_company: "Société inconnue",
    unknown: "Inconnu",
  },
  es: {
    voicemail_link: "Encuentra el buzón de voz aquí: {link}",
    recording_link: "Encuentra la grabación aquí: {link}",
    note: "{agent} ha añadido un nuevo comentario:",
    connected: "conectado",
    not_connected: "no conectado",
    unknown_company: "Empresa desconocida",
    unknown: "Desconocido",
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

const RECORD_TYPES = ["Contact", "Lead", "Account", "PersonAccount"];
const PREFIXES = {
  Contact: ["003"], Lead: ["00Q"], Account: ["001"], PersonAccount: ["001"], User: ["005"], owner: ["005", "00G"], Case: ["500"],
  Opportunity: ["006"], Task: ["00T"],
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

/** Returns the list's objects; skips null, {} and wrong shapes (LOG-8). */
const asEntries = (value) => (Array.isArray(value) ? value.filter((entry) => isObject(entry) && Object.keys(entry).length) : []);

/** Returns a number or text id as text; "" if it is missing. */
const asId = (value) => (Number.isInteger(value) ? String(value) : trim(asText(value)));

const EARLIEST = Date.UTC(1700, 0, 1);
const LATEST = Date.UTC(4001, 0, 1) - 1;
const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))$/;

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
  else if (typeof value === "string" && /^-?\d+$/.test(value)) milliseconds = Number(value) * 1000;
  else milliseconds = typeof value === "string" ? readIso(value) : refuse("not a time");
  return milliseconds >= EARLIEST && milliseconds <= LATEST ? milliseconds : refuse("time out of range (LIMIT-3)");
}

const readSeconds = (value) => Math.floor(readTime(value) / 1000);
const optionalTime = (value) => (value === undefined || value === null || value === "" ? null : readSeconds(value));

function readCallId(value) {
  const text = asId(value);
  if (!/^\d+$/.test(text) || BigInt(text) >= 1n << 64n) refuse("id is missing or unreadable");
  return Number(text);
}

/** Parses the fields of a call that the rules use. */
function readCall(value) {
  const data = asObject(value);
  const { direction } = data;
  const id = readCallId(data.id);
  if (direction !== "inbound" && direction !== "outbound") refuse("direction is missing or unreadable");
  const line = asObject(data.number);
  const participants = asEntries(data.participants);
  const call = {
    id,
    direction,
    inbound: direction === "inbound",
    startedAt: readSeconds(data.started_at),
    answeredAt: optionalTime(data.answered_at),
    endedAt: optionalTime(data.ended_at),
    rawDigits: asText(data.raw_digits),
    missedReason: asText(data.missed_call_reason),
    user: asObject(data.user),
    transferredTo: asObject(data.transferred_to),
    line,
    home: trim(asText(line.country)).toUpperCase(),
    contact: asObject(data.contact),
    tags: asEntries(data.tags),
    comments: asEntries(data.comments),
    participants: participants.length ? participants : asEntries(data.conference_participants),
    asset: asText(data.asset),
    recording: [asText(data.recording), asText(data.recording_short_url)],
    voicemail: [asText(data.voicemail), asText(data.voicemail_short_url)],
  };
  call.answered = call.answeredAt !== null;
  call.kind = kindOf(call);
  return call;
}

function kindOf({ answered, inbound, direction, voicemail, participants }) {
  if (!answered) {
    if (!inbound) return "outbound_unanswered";
    return voicemail.some(trim) ? "voicemail" : "missed";
  }
  const others = participants.filter(({ type }) => type !== "user").length;
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
  if (needed && !whole.flat().some(({ name }) => name === needed)) refuse(`{${needed}} is missing`);
  return whole;
}

/** Renders a template; `otherwise` replaces an empty placeholder outside of brackets. */
function fill(parts, values, otherwise = "") {
  let out = "";
  for (const part of parts) {
    if (Array.isArray(part)) {
      if (part.every(({ name }) => !name || values[name])) out += fill(part, values);
    } else out += part.name ? values[part.name] || otherwise : part.text;
  }
  return out;
}

function readWording(value, edition) {
  const { base = "en", subject = {}, ...own } = typeof value === "string" ? { base: value } : value;
  const language = oneOf(base, Object.keys(TEXTS), "wording");
  knownKeys(own, Object.keys(TEXTS.en), "wording");
  const subjects = SUBJECTS[language === "en" && edition === "2025" ? "en2025" : language];
  const texts = { ...TEXTS[language], ...own };
  for (const name of ["connected", "not_connected", "unknown_company", "unknown"]) {
    if (typeof texts[name] !== "string" || !clean(texts[name])) refuse(`${name} is empty`);
  }
  const countries = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  const shortCountries = new Intl.DisplayNames(language, { type: "region", style: "short" });
  return {
    ...texts,
    subjects: Object.fromEntries(
      Object.entries({ ...Object.fromEntries(KINDS.map((kind, place) => [kind, subjects[place]])), ...knownKeys(subject, KINDS, "subject") })
        .map(([kind, text]) => [kind, template(text, ["record", "number", "user"])]),
    ),
    voicemail_link: template(texts.voicemail_link, ["link"], "link"),
    recording_link: template(texts.recording_link, ["link"], "link"),
    note: template(texts.note, ["agent"]),
    // CLDR's short forms of these three names (PKG-4).
    country: (region) => (["HK", "MO", "PS"].includes(region) ? shortCountries : countries).of(region),
  };
}

function readSettings(value) {
  knownKeys(value, [
    "wording", "edition", "workflow", "outside_business_hours", "record_order", "unknown_number", "relate_to", "admin", "unmatched_owner",
    "own_numbers", "disposition_order", "recording_link", "count", "write_type", "call_id_field", "status", "package_fields",
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
    recordOrder: given("record_order", RECORD_TYPES),
    unknownNumber: choice("unknown_number", "do_nothing", "create_contact", "create_lead", "create_account"),
    relateTo: choice("relate_to", "nothing", "case", "case_or_create", "opportunity"),
    admin: salesforceId(value.admin, "User"),
    unmatchedOwner: given("unmatched_owner", null) === null ? null : salesforceId(value.unmatched_owner, "owner"),
    ownNumbers: new Set(listed(value, "own_numbers")),
    markerFirst: choice("disposition_order", "tags_first", "marker_first") === "marker_first",
    directLink: choice("recording_link", "asset", "direct") === "direct",
    size: { salesforce: salesforceSize, characters: characters }[choice("count", "salesforce", "characters")],
    writeType: typed(given("write_type", true), "boolean", "write_type"),
    callIdField: given("call_id_field", null),
    status: { completed: "Completed", in_progress: "In Progress", ...knownKeys(given("status", {}), ["completed", "in_progress"], "status") },
    fields: { ...PACKAGE_FIELDS, ...knownKeys(given("package_fields", {}), Object.keys(PACKAGE_FIELDS), "package_fields") },
  };
  for (const action of Object.values(settings.workflow)) oneOf(action, ["completed", "in_progress", "do_nothing"], "workflow");
  for (const kind of settings.recordOrder) oneOf(kind, RECORD_TYPES, "record_order");
  if (new Set(settings.recordOrder).size !== settings.recordOrder.length) refuse("record_order names a type twice");
  for (const number of settings.ownNumbers) if (!/^\+\d+$/.test(number)) refuse("own_numbers: not E.164");
  checkNames(settings);
  settings.workflowOf = (kind) => settings.workflow[kind.replace("conference", "answered")];
  settings.statusOf = (kind) => settings.status[settings.workflowOf(kind)] ?? null;
  return settings;
}

function checkNames({ fields, callIdField }) {
  const names = Object.values(fields).filter((name) => name !== null);
  if (callIdField !== null && callIdField !== "CallObject") {
    if (!String(callIdField).endsWith("__c")) refuse("call_id_field is not a custom field");
    names.push(callIdField);
  }
  for (const name of names) if (typeof name !== "string" || !/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) refuse("no API name");
  const lower = names.map((name) => name.toLowerCase());
  if (new Set(lower).size !== lower.length) refuse("two settings name the same field");
  if (lower.some((name) => TASK_FIELDS.has(name))) refuse("a field of Task's own");
}

function readDirectory(value) {
  knownKeys(value, ["records", "users", "cases", "opportunities", "tasks"], "directory");
  const records = listed(value, "records").map((entry) => {
    knownKeys(entry, ["type", "id", "name", "owner", "phones"], "record");
    const type = oneOf(entry.type, RECORD_TYPES, "type");
    const owner = (entry.owner ?? null) === null ? null : salesforceId(entry.owner, "owner");
    const phones = listed(entry, "phones").map((phone) => typed(phone, "string", "phones"));
    return { type, id: salesforceId(entry.id, type), name: typed(entry.name, "string", "name"), owner, phones };
  });
  const users = listed(value, "users").map((entry) => {
    knownKeys(entry, ["id", "email", "created_at", "active"], "user");
    const { active = true } = entry;
    const address = email(typed(entry.email, "string", "email"));
    return { id: salesforceId(entry.id, "User"), email: address, createdAt: readTime(entry.created_at), active: typed(active, "boolean", "active") };
  });
  const firstOpen = (key, kind) => {
    const first = new Map();
    for (const entry of listed(value, key)) {
      knownKeys(entry, ["id", "contact", "open"], kind);
      const [contact, id] = [salesforceId(entry.contact, "Contact"), salesforceId(entry.id, kind)];
      const { open = true } = entry;
      if (typed(open, "boolean", "open") && !first.has(contact)) first.set(contact, id);
    }
    return first;
  };
  const tasks = new Map();
  for (const entry of listed(value, "tasks")) {
    knownKeys(entry, ["id", "call", "fields", "wrote"], "task");
    const fields = entry.fields ?? null;
    if (fields !== null && !isObject(fields)) refuse("fields: not an object");
    const [call, task] = [readCallId(entry.call), { id: salesforceId(entry.id, "Task"), fields }];
    if (!tasks.has(call)) tasks.set(call, task);
  }
  const active = new Map(users.map((user) => [user.id, user.active]).reverse());
  const cases = firstOpen("cases", "Case");
  return { records, users, active, cases, opportunities: firstOpen("opportunities", "Opportunity"), tasks, byNumber: new Map() };
}

/** Finds the first record of the first type in `order` with the number (REC-1, REC-2). */
function firstWith(directory, number, home, order) {
  let index = directory.byNumber.get(home);
  if (!index) {
    index = new Map();
    directory.byNumber.set(home, index);
    for (const record of directory.records) {
      for (const phone of record.phones) {
        const parsed = phoneNumber(phone, home);
        if (!parsed) continue;
        const found = index.get(e164(parsed)) ?? {};
        found[record.type] ??= record;
        index.set(e164(parsed), found);
      }
    }
  }
  const found = index.get(number) ?? {};
  return order.map((type) => found[type]).find(Boolean) ?? null;
}

// Numbers, texts, zones ---------------------------------------------------------------------------

const phones = PhoneNumberUtil.getInstance();
const REGIONS = new Set(phones.getSupportedRegions());

function phoneNumber(text, home) {
  try {
    return phones.parse(text, REGIONS.has(home) ? home : undefined);
  } catch {
    return null;
  }
}

const e164 = (number) => phones.format(number, PhoneNumberFormat.E164);
const isPossible = (number) => phones.isPossibleNumberWithReason(number) === PhoneNumberUtil.ValidationResult.IS_POSSIBLE;

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

/** Returns the formatter of a zone's hour; null for a zone that IANA does not have. */
function clock(zone) {
  if (!clocks.has(zone)) {
    // "Factory" is IANA's placeholder for a machine without a configured zone; Intl rejects it.
    const timeZone = zone === "Factory" ? "Etc/UTC" : zone;
    const known = ZONES.has(zone);
    clocks.set(zone, known ? new Intl.DateTimeFormat("en", { timeZone, hour: "numeric", hourCycle: "h23" }) : null);
  }
  return clocks.get(zone);
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
    Object.assign(this, { call, directory, settings, wording: settings.wording, notices: [] });
    this.number = phoneNumber(call.rawDigits, call.home);
    this.withheld = ["", "anonymous"].includes(clean(call.rawDigits).toLowerCase());
  }

  notice(rule, field, dropped) {
    this.notices.push(dropped ? { rule, field, dropped } : { rule, field });
  }

  plan() {
    const { call, settings } = this;
    if (!call.answered && call.endedAt === null) return skip("not_yet");
    const task = this.directory.tasks.get(call.id);
    if (task) return this.update(task);
    if (settings.workflowOf(call.kind) === "do_nothing") return skip("workflow", call.kind);
    const outside = !call.answered && call.missedReason === "out_of_opening_hours";
    if (outside && settings.outsideBusinessHours === "do_nothing") return skip("outside_business_hours", call.kind);
    return this.create();
  }

  // Create

  create() {
    const { call, settings } = this;
    let [record, because] = this.findRecord();
    let newRecord = null;
    if (because === "no_number") this.notice("REC-7", "WhoId");
    else if (because === "own_number") this.notice("REC-8", "WhoId");
    else if (!record && settings.unknownNumber !== "do_nothing") {
      newRecord = this.newRecord();
      because = "created";
    }
    const type = (record ?? newRecord)?.type;
    const recordId = record?.id ?? "@{record.id}";
    const [owner, rule] = this.owner(record, newRecord);

    const task = {
      Subject: this.subject(record, newRecord),
      Type: settings.writeType ? "Call" : null,
      TaskSubtype: "Call",
      CallType: call.inbound ? "Inbound" : "Outbound",
      ActivityDate: new Date(call.startedAt * 1000).toISOString().slice(0, 10),
      Status: this.oneLine("Status", settings.statusOf(call.kind)),
      ...this.whatTheCallSays(),
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
    return filled({
      action: "create",
      new_record: newRecord,
      new_case: newCase && { fields: filled(newCase) },
      owner_change: this.ownerChange(record),
      task: filled(task),
      because: { kind: call.kind, record: because, relation, owner: rule },
      notices: this.notices,
    });
  }

  /** Finds the record and `because.record` (REC-1, REC-7, REC-8). */
  findRecord() {
    const { settings, call } = this;
    if (this.withheld || !this.number || !isPossible(this.number)) return [null, "no_number"];
    const number = e164(this.number);
    if (settings.ownNumbers.has(number)) return [null, "own_number"];
    const record = firstWith(this.directory, number, call.home, settings.recordOrder);
    return [record, record ? "first_match" : "not_found"];
  }

  newRecord() {
    const { call, settings } = this;
    const type = { create_contact: "Contact", create_lead: "Lead", create_account: "Account" }[settings.unknownNumber];
    const [first, last, company] = ["first_name", "last_name", "company_name"].map((key) => clean(asText(call.contact[key])));
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

  /** Finds the active Salesforce users with the agent's address. */
  agents() {
    const address = email(this.call.user.email);
    if (!address) return [];
    return this.directory.users.filter((user) => user.email === address && (user.active || this.alwaysActive(user.id)));
  }

  owner(record, newRecord) {
    const { call, settings } = this;
    if (!record && !newRecord) return [null, "OWN-7"];
    if (call.answered) {
      const dayBefore = (call.answeredAt - 86_400) * 1000;
      const agent = this.agents().find((user) => user.createdAt <= dayBefore);
      if (agent) return [agent.id, "OWN-1"];
    }
    if (newRecord) return [settings.admin, "OWN-6"];
    const { owner } = record;
    if (owner && (this.alwaysActive(owner) || (this.directory.active.get(owner) ?? true))) return [owner, call.answered ? "OWN-2" : "OWN-4"];
    return call.answered ? [settings.admin, "OWN-3"] : [settings.unmatchedOwner ?? settings.admin, "OWN-5"];
  }

  ownerChange(record) {
    const { call, settings } = this;
    if (record?.owner !== settings.admin || (call.inbound && !call.answered)) return null;
    const [agent] = this.agents();
    if (!agent || agent.id === settings.admin) return null;
    return { type: record.type === "PersonAccount" ? "Account" : record.type, id: record.id, owner: agent.id };
  }

  // Update

  update({ id, fields: present }) {
    const { call, settings } = this;
    const wanted = { ...this.subjectOfUpdate(present ?? {}), ...this.whatTheCallSays() };
    if (call.kind === "voicemail" && present?.Status) {
      const [missed, voicemail] = [settings.statusOf("missed"), settings.statusOf("voicemail")];
      if (present.Status === missed && voicemail && voicemail !== missed) wanted.Status = voicemail;
    }
    const because = { kind: call.kind, record: "task", owner: "UPD-2" };
    // What people typed into the Description is not known, so it is not sent (UPD-3).
    if (!present && wanted.Description) {
      this.notices = this.notices.filter((notice) => notice.rule !== "DESC-5");
      this.notice("DESC-7", "Description");
    }
    if (!present) delete wanted.Description;
    let task = filled(wanted);
    if (present) {
      const differs = ([field, value]) => !this.same(field, present[field], value) && (value !== null || call.endedAt !== null);
      task = Object.fromEntries(Object.entries(wanted).filter(differs));
      if (!Object.keys(task).length) return { action: "unchanged", task_id: id, because, notices: [] };
    }
    return { action: "update", task_id: id, task, because, notices: this.notices };
  }

  /** Returns the Subject if the Task's record is known (UPD-5). */
  subjectOfUpdate(present) {
    const on = present.WhoId || present.WhatId;
    let record;
    if (on) {
      record = this.directory.records.find(({ id }) => id.slice(0, 15) === String(on).slice(0, 15));
      if (!record) return {};
    } else if (!("WhoId" in present && "WhatId" in present)) {
      [record] = this.findRecord();
      if (!record) return {};
    }
    return { Subject: this.subject(record, null) };
  }

  /** Compares two values by UPD-3. */
  same(field, present, wanted) {
    if (typeof wanted === "number" && typeof present === "string") return present.trim() !== "" && Number(present) === wanted;
    if (typeof present === "number" && typeof wanted === "string") return Number(wanted) === present;
    if (typeof present !== "string") return (present ?? null) === wanted;
    const text = field === "Description" ? cut(cleanLines(present), 32_000, this.settings.size) : cut(clean(present), 255);
    return (text || null) === wanted;
  }

  // Fields

  /** Cleans and cuts a one-line field; null if the result is empty (LIMIT-1, LIMIT-4). */
  oneLine(field, text, limit = 255) {
    const whole = clean(text);
    const kept = cut(whole, limit);
    if (kept !== whole) this.notice("LIMIT-1", field, characters(whole) - characters(kept));
    return kept || null;
  }

  subject(record, newRecord) {
    const { call, wording } = this;
    const shown = this.withheld ? wording.unknown : call.rawDigits;
    let name = record?.name ?? "";
    if (newRecord) {
      const { Name, FirstName, LastName } = newRecord.fields;
      name = Name ?? [FirstName, LastName].filter(Boolean).join(" ");
    }
    const [line, digits, user] = [call.line.name, call.line.digits, call.user.name].map(asText);
    const values = {
      record: clean(name) ? name : shown,
      number: clean(line) ? line : clean(digits) ? digits : wording.unknown,
      user: clean(user) ? user : "",
    };
    return this.oneLine("Subject", fill(wording.subjects[call.kind], values, wording.unknown));
  }

  /** Returns the fields of both create and update, except Subject (UPD-2). */
  whatTheCallSays() {
    const { call, settings } = this;
    const line = this.lineNumber();
    const [link, expires] = this.link();
    const says = {
      CallDisposition: this.disposition(line),
      CallDurationInSeconds: this.duration(),
      Description: this.description(link),
    };
    for (const [key, field] of Object.entries(settings.fields)) {
      if (field) says[field] = this[key](field, { line, link, expires });
    }
    if (settings.callIdField) says[settings.callIdField] = `aircall:${call.id}`;
    return says;
  }

  /** Returns the digits of the company's number (PKG-3). */
  lineNumber() {
    for (const key of ["e164_digits", "digits"]) {
      const number = phoneNumber(asText(this.call.line[key]), this.call.home);
      if (number && isPossible(number)) return e164(number).slice(1);
    }
    return null;
  }

  disposition(line) {
    const { call } = this;
    const tags = this.tags().map(({ name }) => cleanInside(asText(name))).filter(trim);
    const reasons = [cleanInside(call.missedReason)].filter(trim);
    const status = call.answered ? "answered_call" : "unanswered_call";
    let dropped = 0;
    for (;;) {
      const first = this.settings.markerFirst ? ["aircall", ...tags] : [...tags, "aircall"];
      const text = clean(`[${[...first, call.direction, status, ...(line ? [line] : []), ...reasons].map(quoted).join(", ")}]`);
      if (utf16Size(text) <= 255 || !(tags.length || reasons.length)) {
        if (dropped) this.notice("DISP-6", "CallDisposition", dropped);
        return text;
      }
      (tags.length ? tags : reasons).pop();
      dropped += 1;
    }
  }

  /** Returns the tags; after a transfer, those of B or without an author (XFER-1 to XFER-3). */
  tags() {
    const { answered, transferredTo, user, tags } = this.call;
    const target = asId(transferredTo.id);
    if (!answered || !target || target !== asId(user.id)) return tags;
    return tags.filter((tag) => ["", target].includes(asId(asObject(tag.tagged_by).id)));
  }

  duration() {
    const { answered, answeredAt, endedAt } = this.call;
    if (!answered) return 0;
    if (endedAt === null) return null;
    const seconds = endedAt - answeredAt;
    const kept = Math.min(Math.max(seconds, 0), 99_999_999);
    if (kept !== seconds) this.notice("FIELD-3", "CallDurationInSeconds");
    return kept;
  }

  /** Returns the link, and whether only an expiring link exists (PKG-5). */
  link() {
    const { call, settings } = this;
    const [presigned, short] = (call.kind === "voicemail" ? call.voicemail : call.recording).map(clean);
    const asset = clean(call.asset);
    if (settings.directLink) return [presigned || short || asset || null, false];
    return [asset || short || presigned || null, !asset && !short && Boolean(presigned)];
  }

  description(link) {
    const { settings, wording, call } = this;
    const linkText = call.kind === "voicemail" ? wording.voicemail_link : wording.recording_link;
    const linkBlock = link && cleanLines(fill(linkText, { link }));
    const notes = [];
    for (const { content, posted_by: author } of call.comments.map(placed).sort(byPlace)) {
      const text = cleanLines(asText(content));
      if (!text) continue;
      const name = asText(asObject(author).name);
      notes.push(`${fill(wording.note, { agent: clean(name) ? name : "Aircall" })}\n${text}`);
    }
    const whole = cleanLines((linkBlock ? [linkBlock, ...notes] : notes).join("\n\n"));
    const fits = !linkBlock || settings.size(linkBlock) <= 32_000;
    const text = cut(fits ? whole : cleanLines(notes.join("\n\n")), 32_000, settings.size);
    if (text !== whole) this.notice("DESC-5", "Description", characters(whole) - characters(text));
    return text || null;
  }

  // The package's fields, each named like its setting (PKG-1 to PKG-10).

  waiting_time() {
    const { inbound, answered, answeredAt, startedAt } = this.call;
    if (!inbound) return 0;
    return answered ? Math.max(0, answeredAt - startedAt) : null;
  }

  answered_by(field) {
    return this.call.answered ? this.oneLine(field, asText(this.call.user.name)) : null;
  }

  phone_number(field, { line }) {
    return line;
  }

  country() {
    const region = this.number && phones.getRegionCodeForNumber(this.number);
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
    return this.oneLine(field, asText(this.call.transferredTo.name));
  }

  time_zone(field) {
    return this.oneLine(field, asText(this.call.line.time_zone));
  }

  hour_of_the_day(field) {
    const zone = clean(asText(this.call.line.time_zone));
    if (!zone) return null;
    const known = clock(zone);
    if (known) return String(Number(known.format(this.call.startedAt * 1000)));
    this.notice("PKG-8", field);
    return null;
  }

  connection_status(field) {
    if (!this.call.inbound) return null;
    return this.oneLine(field, this.call.answered ? this.wording.connected : this.wording.not_connected);
  }

  has_connected() {
    return this.call.inbound && this.call.answered;
  }
}

/** Adds a note's sort key: time (none comes first), then id (DESC-4). */
function placed(note) {
  let posted = -Infinity;
  try {
    posted = readTime(note.posted_at);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
  const id = asId(note.id);
  // A missing id comes first, then numeric ids by value, then other texts.
  return { ...note, posted, number: /^-?\d+$/.test(id) ? Number(id) : id ? Infinity : -1, id };
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const byPlace = (a, b) => compare(a.posted, b.posted) || compare(a.number, b.number) || compare(a.id, b.id);

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
