-- What the schedule asks the ledger, and writes down.

-- name: rows
-- Issues of a newsletter planned for after a moment, and all that are not done.
SELECT * FROM issue
WHERE realm = :realm AND newsletter = :newsletter AND copy = 0
AND (slot_at > :after OR state IN ('draft', 'approved', 'sending', 'held'))
ORDER BY slot_at, id;

-- name: add_blank
-- A slot without an issue: skipped or missed. No content, nothing told, nothing considered.
INSERT INTO issue (
    realm, newsletter, slot, copy, state, reason, courier, slot_at, window_start, window_end,
    audience, created_at, finished_at, drops_articles
) VALUES (
    :realm, :newsletter, :slot, 0, :state, :reason, :courier, :slot_at, :window_start,
    :window_end, :audience, :at, :at, :drops_articles
)
ON CONFLICT (realm, newsletter, slot, copy) DO NOTHING;

-- name: set_drops_articles
UPDATE issue SET drops_articles = 1 WHERE id = :issue;

-- name: set_approved_at
UPDATE issue SET approved_at = :at WHERE id = :issue;

-- name: note_asked
-- Editors are asked when the mail has gone, not when it was written.
UPDATE issue SET asked_at = :at
WHERE asked_at IS NULL AND state = 'draft' AND EXISTS (
    SELECT 1 FROM notice JOIN notice_way ON notice_way.notice_id = notice.id
    WHERE notice.issue_id = issue.id AND notice.kind = 'preview'
    AND notice_way.way LIKE 'editors%' AND notice_way.state = 'told'
);

-- name: last_left
-- The last issue of a newsletter of which something may have reached readers, and since when.
SELECT newsletter || '/' || slot, coalesce(leaves_at, recipients_frozen_at) AS at FROM issue
WHERE realm = :realm AND newsletter = :newsletter AND id <> :but
AND recipients_frozen_at IS NOT NULL AND called_back_at IS NULL AND EXISTS (
    SELECT 1 FROM batch WHERE batch.issue_id = issue.id
    AND batch.state IN ('accepted', 'unknown', 'sending')
)
ORDER BY at DESC LIMIT 1;

-- name: slots_before
-- How the slots before a moment ended, the latest first.
SELECT state, window_start, window_end, drops_articles, called_back_at IS NULL AND EXISTS (
    SELECT 1 FROM batch WHERE batch.issue_id = issue.id
    AND batch.state IN ('accepted', 'unknown', 'sending')
) FROM issue
WHERE realm = :realm AND newsletter = :newsletter AND copy = 0 AND slot_at < :before
ORDER BY slot_at DESC LIMIT :most;

-- name: newest_moment
-- The latest moment the store knows of: the clock cannot be before it.
SELECT max(
    (SELECT coalesce(max(created_at), 0) FROM issue),
    (SELECT coalesce(max(finished_at), 0) FROM issue),
    (SELECT coalesce(max(started_at), 0) FROM attempt WHERE id = (SELECT max(id) FROM attempt)),
    (SELECT coalesce(max(at), 0) FROM decision WHERE id = (SELECT max(id) FROM decision))
);

-- name: add_decision
INSERT INTO decision (issue_id, kind, who, detail, at)
VALUES (:issue, :kind, :who, :detail, :at);

-- name: decisions
SELECT kind, who, detail, at FROM decision WHERE issue_id = :issue ORDER BY id;

-- name: set_pause
INSERT INTO pause (realm, newsletter, since, until, keeps_articles, who)
VALUES (:realm, :newsletter, :since, :until, :keeps_articles, :who)
ON CONFLICT (realm, newsletter) DO UPDATE SET
    since = excluded.since, until = excluded.until, keeps_articles = excluded.keeps_articles,
    who = excluded.who;

-- name: end_pause
DELETE FROM pause WHERE realm = :realm AND newsletter = :newsletter;

-- name: pauses
SELECT newsletter, since, until, keeps_articles, who FROM pause WHERE realm = :realm;

-- name: outcomes
-- Issues whose end, or what holds them, somebody should hear of.
SELECT * FROM issue
WHERE realm = :realm AND copy = 0
AND (
    state IN ('sent', 'skipped', 'missed') AND finished_at >= :since
    OR state = 'held' AND created_at >= :since
)
ORDER BY id;

-- name: told_keys
SELECT key FROM notice WHERE issue_id = :issue;
