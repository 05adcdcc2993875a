-- Version 1: subscribers, consent, suppressions; issues, batches, attempts, evidence.
-- Times are whole milliseconds since 1970 (UTC). Lists of names are lines: '' or '\nweekly\nsport\n',
-- so that one `instr` finds a name whole.

-- What the store knows of itself: `installation`, `restored_at`, `erasing_key:…`.
CREATE TABLE fact (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriber (
    -- AUTOINCREMENT: a number is never given to a second person.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- As mail is addressed to it: local part as given, domain in ASCII.
    address TEXT NOT NULL,
    -- What makes two spellings one address (subscribers/address.py).
    address_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'unsubscribed', 'suppressed')),
    -- Of 'suppressed': 'bounce', 'complaint', 'invalid', 'manual'.
    reason TEXT NOT NULL DEFAULT '',
    -- Preferences; '' is "any" in each.
    frequency TEXT NOT NULL DEFAULT '' CHECK (frequency IN ('', 'daily', 'weekly', 'monthly')),
    categories TEXT NOT NULL DEFAULT '',
    newsletters TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    -- Newsletters this reader has unsubscribed from, one by one.
    newsletters_left TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    CHECK ((state = 'suppressed') = (reason <> ''))
) STRICT;

-- Addresses that must never be mailed again, whether or not anybody of that address is a
-- subscriber.
CREATE TABLE suppression (
    address_key TEXT PRIMARY KEY,
    reason TEXT NOT NULL CHECK (reason IN ('bounce', 'complaint', 'invalid', 'manual')),
    -- Who says so: 'sendgrid', 'events', 'person'.
    source TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Persons who asked to be forgotten: a keyed hash of the address, nothing else.
CREATE TABLE erased (
    hash BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far `digest suppressions sync` has read each of the provider's lists.
CREATE TABLE sync_mark (
    list TEXT PRIMARY KEY,
    read_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One import, or one act of a person: what was consented to, and in which words.
CREATE TABLE consent_source (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    -- 'import', 'command', 'endpoint', 'provider', …
    kind TEXT NOT NULL,
    -- File name, user of the machine, address of the page: where it came from.
    origin TEXT NOT NULL,
    -- The words readers agreed to; or ''.
    text TEXT NOT NULL
) STRICT;

-- What happened to a subscriber's consent, in order. Append-only: the triggers hold it.
CREATE TABLE consent_event (
    id INTEGER PRIMARY KEY,
    -- Not a foreign key: events outlive an erased subscriber, whom they no longer name.
    subscriber_id INTEGER NOT NULL,
    -- 'added', 'confirmed', 'unsubscribed', 'left', 'suppressed', 'removed', 'erased'.
    kind TEXT NOT NULL,
    -- Newsletter that was left, reason of a suppression; or ''.
    detail TEXT NOT NULL DEFAULT '',
    source_id INTEGER NOT NULL REFERENCES consent_source (id),
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX consent_event_of_subscriber ON consent_event (subscriber_id);

CREATE TRIGGER consent_event_is_append_only BEFORE UPDATE ON consent_event
BEGIN
    SELECT raise(ABORT, 'consent events are never changed');
END;

CREATE TRIGGER consent_event_is_kept BEFORE DELETE ON consent_event
BEGIN
    SELECT raise(ABORT, 'consent events are never removed');
END;

CREATE TABLE issue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- 'real'; 'rehearsal' (a courier that reaches nobody); 'test' (to named addresses).
    realm TEXT NOT NULL CHECK (realm IN ('real', 'rehearsal', 'test')),
    -- Key in config.toml, or 'breaking'.
    newsletter TEXT NOT NULL,
    slot TEXT NOT NULL,
    -- 0; tests count up.
    copy INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN (
        'draft', 'approved', 'sending', 'sent', 'skipped', 'missed', 'held', 'cancelled'
    )),
    -- Why it is held, skipped, missed or cancelled; or ''.
    reason TEXT NOT NULL DEFAULT '',
    -- Sent issues of this newsletter + 1.
    number INTEGER,
    -- Name of the courier it goes with.
    courier TEXT NOT NULL,
    -- Planned moment.
    slot_at INTEGER NOT NULL,
    -- End of the window, where `since last issue` goes on; NULL for breaking stories.
    window_end INTEGER,
    -- Who may get it (delivery/audience.py), as JSON.
    audience TEXT NOT NULL,
    -- All subscribers when the recipients were frozen; NULL before.
    candidates INTEGER,
    created_at INTEGER NOT NULL,
    recipients_frozen_at INTEGER,
    finished_at INTEGER,
    UNIQUE (realm, newsletter, slot, copy)
) STRICT;

-- The frozen mail, apart from the reader's own links. Written once: the triggers hold it.
CREATE TABLE content (
    issue_id INTEGER PRIMARY KEY REFERENCES issue (id),
    subject TEXT NOT NULL,
    preheader TEXT NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    -- SHA-256 of subject, HTML and text.
    sha256 TEXT NOT NULL,
    -- `issue.json`.
    manifest TEXT NOT NULL,
    -- Sender, list and way to unsubscribe (delivery/letter.py), as JSON.
    envelope TEXT NOT NULL
) STRICT;

CREATE TRIGGER content_is_frozen BEFORE UPDATE ON content
BEGIN
    SELECT raise(ABORT, 'a frozen issue is never changed');
END;

-- Memory: what an issue told and what it looked at.
CREATE TABLE issue_article (
    issue_id INTEGER NOT NULL REFERENCES issue (id),
    identity TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    -- 'sent'; 'version' (the same story, told by another article); 'considered'.
    role TEXT NOT NULL CHECK (role IN ('sent', 'version', 'considered')),
    PRIMARY KEY (issue_id, identity)
) STRICT, WITHOUT ROWID;

CREATE INDEX issue_article_by_identity ON issue_article (identity);

-- A breaking story goes out once, whatever the issue is called.
CREATE TABLE breaking_story (
    realm TEXT NOT NULL,
    identity TEXT NOT NULL,
    issue_id INTEGER NOT NULL REFERENCES issue (id),
    PRIMARY KEY (realm, identity)
) STRICT, WITHOUT ROWID;

-- The sum that always holds: candidates = excluded + readers of batches that are not divided
-- + readers set aside of divided ones. Of the readers of an undivided batch, those set aside did
-- not get the mail.
CREATE TABLE excluded (
    issue_id INTEGER NOT NULL REFERENCES issue (id),
    reason TEXT NOT NULL,
    readers INTEGER NOT NULL,
    PRIMARY KEY (issue_id, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id INTEGER NOT NULL REFERENCES issue (id),
    cohort TEXT NOT NULL DEFAULT '',
    -- The batch this one was made of.
    parent_id INTEGER REFERENCES batch (id),
    state TEXT NOT NULL CHECK (state IN (
        'planned', 'sending', 'accepted', 'refused', 'unknown', 'divided'
    )),
    -- The frozen readers: their number, the first and last id, all ids (store/id_list.py).
    readers INTEGER NOT NULL CHECK (readers > 0),
    first_reader INTEGER NOT NULL,
    last_reader INTEGER NOT NULL,
    reader_ids BLOB NOT NULL,
    -- Not tried before this moment (after "try later").
    not_before INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX batch_of_issue ON batch (issue_id, state, id);

-- Readers of a batch who did not get the mail with it: unsubscribed since, address refused.
CREATE TABLE set_aside (
    batch_id INTEGER NOT NULL REFERENCES batch (id),
    subscriber_id INTEGER NOT NULL,
    issue_id INTEGER NOT NULL REFERENCES issue (id),
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (batch_id, subscriber_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX set_aside_of_issue ON set_aside (issue_id, reason);
CREATE INDEX set_aside_of_subscriber ON set_aside (subscriber_id);

-- ('divided': its readers are in batches made of it, or are set aside.)
-- One try to hand over one batch; committed before the first byte leaves.
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch_id INTEGER NOT NULL REFERENCES batch (id),
    -- 128 random bits in hexadecimal.
    token TEXT NOT NULL UNIQUE,
    started_at INTEGER NOT NULL,
    -- Readers in the request.
    readers INTEGER NOT NULL,
    ended_at INTEGER,
    -- 'accepted', 'refused', 'unknown'; NULL while it runs, and after a crash until the next start.
    outcome TEXT CHECK (outcome IN ('accepted', 'refused', 'unknown')),
    -- What was answered, in one line.
    detail TEXT NOT NULL DEFAULT '',
    -- The provider's name for the request.
    message_id TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX attempt_of_batch ON attempt (batch_id);

-- What proved or decided the fate of an attempt afterwards. Append-only.
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    attempt_id INTEGER NOT NULL REFERENCES attempt (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'not accepted')),
    -- 'log' (read back), 'event' (webhook), 'person'.
    source TEXT NOT NULL CHECK (source IN ('log', 'event', 'person')),
    -- Who said it, or which event.
    detail TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER evidence_is_append_only BEFORE UPDATE ON evidence
BEGIN
    SELECT raise(ABORT, 'evidence is never changed');
END;

CREATE TRIGGER evidence_is_kept BEFORE DELETE ON evidence
BEGIN
    SELECT raise(ABORT, 'evidence is never removed');
END;
