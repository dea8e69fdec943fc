-- Webhooks that wait to be absorbed, and those that cannot be read.
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    call INTEGER, -- null: nobody can read it
    received_at INTEGER NOT NULL, -- here and below: milliseconds since 1970
    body BLOB NOT NULL,
    unreadable TEXT -- why
) STRICT;
CREATE INDEX IF NOT EXISTS event_by_call ON event (call, id);

CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY, -- Aircall's; above 2^63 it is negative here
    seen_at INTEGER NOT NULL,
    due INTEGER, -- when a worker may take it; null: there is nothing to do
    history TEXT, -- what all its webhooks tell, JSON
    is_written INTEGER NOT NULL DEFAULT 0, -- whether Salesforce has what the history says
    attempts INTEGER NOT NULL DEFAULT 0, -- that failed, since one succeeded
    outdated INTEGER NOT NULL DEFAULT 0, -- of them, those that failed because what was looked up was no longer so
    trouble TEXT, -- why the last one failed
    is_parked INTEGER NOT NULL DEFAULT 0, -- a person has to look
    task TEXT, -- its id in Salesforce
    wrote TEXT, -- what stands in the Task by our hand, JSON
    sent TEXT, -- what was sent and not answered, JSON
    owed TEXT, -- the record that was to change hands with it, JSON
    report TEXT -- what was done and why, JSON
) STRICT;
CREATE INDEX IF NOT EXISTS call_by_due ON call (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS call_by_seen ON call (seen_at);
CREATE INDEX IF NOT EXISTS call_in_trouble ON call (seen_at) WHERE trouble IS NOT NULL;

-- Records made for unknown numbers: Salesforce's search finds them only minutes later.
CREATE TABLE IF NOT EXISTS made (
    number TEXT PRIMARY KEY, -- E.164
    record TEXT NOT NULL, -- JSON
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Written whenever somebody asks whether the store is well.
CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL) STRICT;
