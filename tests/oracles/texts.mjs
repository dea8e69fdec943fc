// Compares shortened texts (LIMIT-1, DESC-5, DESC-6) with a JavaScript engine: `length` measures
// the texts, and ICU's grapheme clusters (Intl.Segmenter) are the places where a text may be cut.
// Usage: node texts.mjs LOG_CALL
import { spawnSync } from "node:child_process";
import process from "node:process";

// The Unicode version of the crate unicode-segmentation. Other versions have other boundaries.
const UNICODE = "17.0";
const LINE_LIMITS = { "Contact.FirstName": 40, "Contact.LastName": 80, aircall__Answered_by__c: 255, aircall__Transferred_to__c: 255 };
const DESCRIPTION = 32_000;
const NUMBER = "+33 1 99 00 12 34";
const SETTINGS = { admin: "005000000000001AAA", unknown_number: "create_contact" };

let seed = 20_261_122;
const below = (end) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * end);
};
const pick = (list) => list[below(list.length)];
const times = (count, make) => Array.from({ length: count }, make).join("");

// Pieces that form clusters (marks, joiners, flags, Hangul, conjuncts, prefixed signs), and blanks
// and control characters, which the library removes or replaces.
const PIECES = [
    "x", "x", "é", "e\u0301", "\u0301", "\u0300\u0301\u0302", "\u200d", "\ufe0f", "\u20e3", "👩‍👧‍👦", "👍🏽", "🏽", "🇩", "🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️‍🔥", "\u1100", "\u1161", "\u11a8", "각",
    "क्षि", "क", "\u094d", "\u093f", "ন্ত", "\u0600", "\u{110bd}", "ำ", "ກຳ", "\u{1f9d1}\u200d", "\u0c4d", "\u1b44", "ꦏ꧀", " ", "\u00a0", "\u2003", "\u2028", "\ufeff", "\u200b", "\u3000", "\n", "\r\n", "\r", "\t",
    "\0", "\u0007", "\u0085", "\u007f", "\u{1d165}", "\ud83d\ude00", "𝒳", "\u{e0020}", "ｶﾞ",
];
const anywhere = () => {
    const point = below(4) ? below(0x3000) : below(0x110000);
    return point >= 0xd800 && point < 0xe000 ? "?" : String.fromCodePoint(point);
};
const odd = (most) => times(below(most), () => (below(4) ? pick(PIECES) : anywhere()));
// Returns a text of about the limit's length, with the odd part where the text will be cut.
const near = (limit) => (below(20) ? "x".repeat(1 + below(limit)) + odd(30) : "a" + pick(PIECES).repeat(limit)) + odd(30);

const cleaned = (text, lineBreak) => {
    text = text.replace(/\r\n?/g, "\n");
    text = lineBreak ? text.replace(/[^\P{Cc}\n\t]/gu, "") : text.replace(/[\n\t]/g, " ").replace(/\p{Cc}/gu, "");
    return trimmed(text);
};
const trimmed = (text) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");
const lineLength = (text) => text.length;
const areaLength = (text) => text.length + text.split("\n").length - 1;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const cut = (text, limit, length) => {
    if (length(text) <= limit) return text;
    let kept = 0;
    let used = 0;
    for (const { segment, index } of segmenter.segment(text)) {
        used += length(segment);
        if (used > limit) break;
        kept = index + segment.length;
    }
    return trimmed(text.slice(0, kept));
};
const dropped = (text, kept) => [...text].length - [...kept].length;

const base = { id: 1, direction: "inbound", started_at: 1_772_457_500, answered_at: 1_772_457_510, ended_at: 1_772_457_600, raw_digits: NUMBER };
const plans = (calls) => {
    const lines = calls.map((call) => JSON.stringify({ webhook: { ...base, ...call }, settings: SETTINGS }) + "\n");
    const done = spawnSync(process.argv[2], ["--ndjson"], { input: lines.join(""), maxBuffer: 2 ** 30 });
    if (done.status !== 0) throw new Error(done.stderr.toString() || done.stdout.toString().slice(0, 500));
    return done.stdout.toString().trimEnd().split("\n").map((line) => JSON.parse(line).plan);
};

const noticed = (plan, field) => plan.notices.find((notice) => notice.field === field)?.dropped ?? 0;
let failed = false;
const report = (name, cases, cuts, wrong) => {
    for (const one of wrong.slice(0, 20)) console.log("    " + JSON.stringify(one).slice(0, 600));
    const { node, icu, unicode } = process.versions;
    console.log(`${name}: ${cases} cases, ${cuts} of them cut, ${wrong.length} disagreements, 0 explained, by Node ${node}, ICU ${icu}, Unicode ${unicode}`);
    failed ||= wrong.length > 0;
};

function lines(count) {
    const names = Array.from({ length: count }, () => Object.fromEntries(Object.entries(LINE_LIMITS).map(([field, limit]) => [field, near(limit)])));
    const calls = names.map((name) => ({
        contact: { first_name: name["Contact.FirstName"], last_name: name["Contact.LastName"] },
        user: { id: 1, name: name.aircall__Answered_by__c },
        transferred_to: { id: 2, name: name.aircall__Transferred_to__c },
    }));
    const wrong = [];
    let cuts = 0;
    plans(calls).forEach((plan, n) => {
        for (const [field, limit] of Object.entries(LINE_LIMITS)) {
            const text = cleaned(names[n][field], false);
            const kept = cut(text, limit, lineLength);
            cuts += kept !== text;
            const [object, own] = field.split(".");
            const ours = (own ? plan.new_record.fields[own] : plan.task[object]) ?? "";
            // A required field is never empty (NEW-2).
            const expected = kept === "" && own === "LastName" ? NUMBER : kept;
            if (ours !== expected || noticed(plan, field) !== dropped(text, kept)) wrong.push({ field, text, expected, ours });
        }
    });
    report("texts of one line", count * Object.keys(LINE_LIMITS).length, cuts, wrong);
}

function descriptions(count) {
    const makeNotes = () => {
        const first = times(1 + below(400), () => pick(["word ", "\n", "é", "😀", odd(4)]));
        // Half of the texts end within a few characters of the limit.
        const filler = below(2) ? "y".repeat(DESCRIPTION - 60 - areaLength(cleaned(first, true)) - below(50)) : pick(["z", "\n", "🇩🇪"]).repeat(below(20_000));
        return [first, filler + odd(40)];
    };
    const notes = Array.from({ length: count }, makeNotes);
    const wrong = [];
    let cuts = 0;
    const calls = notes.map((texts) => ({ comments: texts.map((content, id) => ({ id, content, posted_at: base.ended_at + id })) }));
    plans(calls).forEach((plan, n) => {
        const cleanedNotes = notes[n].map((text) => cleaned(text, true)).filter((text) => text !== "");
        const text = cleanedNotes.map((text) => `Aircall added a new comment:\n${text}`).join("\n\n");
        const expected = cut(text, DESCRIPTION, areaLength);
        cuts += expected !== text;
        const ours = plan.task.Description ?? "";
        const isWrong = ours !== expected || areaLength(ours) > DESCRIPTION || noticed(plan, "Description") !== dropped(text, expected);
        if (isWrong) wrong.push({ length: areaLength(text), expected: areaLength(expected), ours: areaLength(ours) });
    });
    report("descriptions", count, cuts, wrong);
}

if (process.versions.unicode !== UNICODE) console.log(`    the library uses Unicode ${UNICODE}, this Node uses ${process.versions.unicode}`);
lines(10_000);
descriptions(400);
process.exitCode = failed ? 1 : 0;
