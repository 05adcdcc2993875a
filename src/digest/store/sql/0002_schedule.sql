-- Version 2: slots that were planned, skipped or missed; approval; hand-over ahead of time; notices.

-- Start of the window: where the articles of skipped and missed slots begin.
ALTER TABLE issue ADD COLUMN window_start INTEGER;
-- A skipped slot whose articles are not told later (`digest pause --drop-articles`).
ALTER TABLE issue ADD COLUMN drops_articles INTEGER NOT NULL DEFAULT 0;
-- When editors were asked, and when a person approved it.
ALTER TABLE issue ADD COLUMN asked_at INTEGER;
ALTER TABLE issue ADD COLUMN approved_at INTEGER;
-- Handed over ahead of time: when the provider lets it leave, and its name for what can be
-- cancelled together; NULL and '' otherwise.
ALTER TABLE issue ADD COLUMN leaves_at INTEGER;
ALTER TABLE issue ADD COLUMN provider_batch TEXT NOT NULL DEFAULT '';
-- When it was proven, in time, that the provider had cancelled what was handed over: nothing of a
-- cancelled issue has reached a reader, whatever its batches say. NULL otherwise.
ALTER TABLE issue ADD COLUMN called_back_at INTEGER;

CREATE INDEX issue_of_newsletter ON issue (realm, newsletter, slot_at);

-- What was decided about an issue, by whom, in order. Append-only: the triggers hold it.
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    issue_id INTEGER NOT NULL REFERENCES issue (id),
    -- 'frozen', 'asked', 'approved', 'held', 'edited', 'released', 'cancelled', 'late', …
    kind TEXT NOT NULL,
    -- User of the machine; or 'schedule'.
    who TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX decision_of_issue ON decision (issue_id);

CREATE TRIGGER decision_is_append_only BEFORE UPDATE ON decision
BEGIN
    SELECT raise(ABORT, 'decisions are never changed');
END;

CREATE TRIGGER decision_is_kept BEFORE DELETE ON decision
BEGIN
    SELECT raise(ABORT, 'decisions are never removed');
END;

-- A newsletter that rests.
CREATE TABLE pause (
    realm TEXT NOT NULL,
    newsletter TEXT NOT NULL,
    since INTEGER NOT NULL,
    -- NULL: until somebody ends it.
    until INTEGER,
    keeps_articles INTEGER NOT NULL,
    who TEXT NOT NULL,
    PRIMARY KEY (realm, newsletter)
) STRICT, WITHOUT ROWID;

-- What the publisher's own people are told; never readers' addresses.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What makes it one: 'missed weekly/2026-W34'. Told once.
    key TEXT NOT NULL UNIQUE,
    -- 'sent', 'skipped', 'missed', 'held', 'late', 'trouble', 'preview', …
    kind TEXT NOT NULL,
    -- The issue it is about; NULL for others.
    issue_id INTEGER REFERENCES issue (id),
    subject TEXT NOT NULL,
    -- Plain text, lines.
    body TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- Each way a notice goes.
CREATE TABLE notice_way (
    notice_id INTEGER NOT NULL REFERENCES notice (id),
    -- 'operators', 'editors', 'webhook'.
    way TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'told', 'given up')),
    tries INTEGER NOT NULL DEFAULT 0,
    -- Not tried before this moment.
    not_before INTEGER NOT NULL DEFAULT 0,
    detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (notice_id, way)
) STRICT, WITHOUT ROWID;

CREATE INDEX notice_waiting ON notice_way (state, not_before);
