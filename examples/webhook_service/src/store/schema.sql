-- The webhooks of each call and message, and webhooks that cannot be read.
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    call INTEGER, -- the row of the call or message; null: the webhook cannot be read
    received_at INTEGER NOT NULL, -- all times are milliseconds since 1970
    body BLOB NOT NULL,
    unreadable TEXT, -- why it cannot be read
    is_absorbed INTEGER NOT NULL DEFAULT 0 -- whether the history contains the webhook
) STRICT;
CREATE INDEX IF NOT EXISTS event_by_call ON event (call, id);
CREATE INDEX IF NOT EXISTS event_waiting ON event (call, id) WHERE is_absorbed = 0;

-- Calls and messages.
CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY,
    seen_at INTEGER NOT NULL,
    due INTEGER, -- when a worker may take the call; null: nothing to do
    history TEXT, -- the merged webhooks of a call, the newest webhook of a message, JSON
    is_written INTEGER NOT NULL DEFAULT 0, -- whether Salesforce has the whole history
    attempts INTEGER NOT NULL DEFAULT 0, -- failed attempts since the last success
    outdated INTEGER NOT NULL DEFAULT 0, -- of those, the ones that failed because looked-up records had changed
    trouble TEXT, -- why the last attempt failed
    is_parked INTEGER NOT NULL DEFAULT 0, -- whether the call waits for a person
    task TEXT, -- the Task's id in Salesforce
    wrote TEXT, -- `Plan::wrote` of the last plan that Salesforce carried out, JSON
    sent TEXT, -- `Plan::wrote` of a request without a stored outcome, made from `history`, JSON
    owed TEXT, -- the owner change that belongs to `sent`, JSON
    report TEXT, -- what the service did and why, JSON
    key TEXT -- the key of the Task, as the Task has it
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS call_by_key ON call (key);
CREATE INDEX IF NOT EXISTS call_by_due ON call (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS call_by_seen ON call (seen_at);
CREATE INDEX IF NOT EXISTS call_in_trouble ON call (seen_at) WHERE trouble IS NOT NULL;

-- SQLite can give the id of a deleted row to a new one, which must not inherit the webhooks.
CREATE TRIGGER IF NOT EXISTS call_forgotten AFTER DELETE ON call BEGIN
    DELETE FROM event WHERE call = old.id;
END;

-- Records created for unknown numbers. Salesforce's search returns them only minutes later.
CREATE TABLE IF NOT EXISTS made (
    number TEXT PRIMARY KEY, -- E.164
    record TEXT NOT NULL, -- JSON
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The health check writes this row.
CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL) STRICT;
