-- Issues: claimed once, frozen, remembered.

-- name: claim
INSERT INTO issue (
    realm, newsletter, slot, copy, state, reason, number, courier, slot_at, window_start,
    window_end, audience, created_at
) VALUES (
    :realm, :newsletter, :slot, :copy, :state, :reason, :number, :courier, :slot_at,
    :window_start, :window_end, :audience, :at
)
ON CONFLICT (realm, newsletter, slot, copy) DO NOTHING;

-- name: make_room
-- A cancelled issue of which nothing left, and a slot that was skipped or missed before anything
-- was frozen, stand aside under a copy number of their own.
UPDATE issue SET copy = -id
WHERE realm = :realm AND newsletter = :newsletter AND slot = :slot AND copy = 0
AND (
    state = 'cancelled' AND reason <> :lost AND NOT EXISTS (
        SELECT 1 FROM batch WHERE batch.issue_id = issue.id AND issue.called_back_at IS NULL
        AND batch.state IN ('accepted', 'unknown', 'sending')
    )
    OR state IN ('skipped', 'missed') AND NOT EXISTS (
        SELECT 1 FROM content WHERE content.issue_id = issue.id
    )
);

-- name: stand_aside
UPDATE issue SET copy = -id WHERE id = :issue AND recipients_frozen_at IS NULL;

-- name: add_content
INSERT INTO content (issue_id, subject, preheader, html, text, sha256, manifest, envelope)
VALUES (:issue, :subject, :preheader, :html, :text, :sha256, :manifest, :envelope);

-- name: add_article
INSERT INTO issue_article (issue_id, identity, fingerprint, role)
VALUES (:issue, :identity, :fingerprint, :role)
ON CONFLICT (issue_id, identity) DO NOTHING;

-- name: add_breaking_story
INSERT INTO breaking_story (realm, identity, issue_id) VALUES (:realm, :identity, :issue);

-- name: forget_breaking_stories
DELETE FROM breaking_story WHERE issue_id = :issue;

-- name: breaking_issue_of
SELECT issue.newsletter || '/' || issue.slot, issue.id
FROM breaking_story JOIN issue ON issue.id = breaking_story.issue_id
WHERE breaking_story.realm = :realm AND breaking_story.identity = :identity;

-- name: breaking_issue
SELECT issue_id FROM breaking_story WHERE realm = :realm AND identity = :identity;

-- name: issue
SELECT * FROM issue WHERE id = :issue;

-- name: issue_of_slot
SELECT * FROM issue
WHERE realm = :realm AND newsletter = :newsletter AND slot = :slot AND copy = :copy;

-- name: issues_of_slot
SELECT * FROM issue WHERE newsletter = :newsletter AND slot = :slot
ORDER BY CASE realm WHEN 'real' THEN 0 WHEN 'rehearsal' THEN 1 ELSE 2 END, copy < 0, copy;

-- name: issues
SELECT * FROM issue
WHERE (:newsletter = '' OR newsletter = :newsletter)
ORDER BY id DESC LIMIT :most;

-- name: slots_on
SELECT slot FROM issue WHERE realm = :realm AND newsletter = :newsletter AND slot GLOB :day || '-*';

-- name: next_copy
SELECT coalesce(max(copy), 0) + 1 FROM issue
WHERE realm = :realm AND newsletter = :newsletter AND slot = :slot;

-- name: content
SELECT * FROM content WHERE issue_id = :issue;

-- name: set_state
UPDATE issue SET state = :state, reason = :reason, finished_at = :finished_at
WHERE id = :issue AND state = :was;

-- name: set_courier
UPDATE issue SET courier = :courier WHERE id = :issue;

-- name: open_issues
SELECT * FROM issue
WHERE realm = 'real' AND state IN ('draft', 'approved', 'sending', 'held') ORDER BY id;

-- name: count_sent
SELECT count(*) FROM issue
WHERE realm = :realm AND newsletter = :newsletter AND state IN ('sending', 'sent', 'held');

-- name: last_window_end
SELECT max(window_end) FROM issue
WHERE realm = 'real' AND newsletter = :newsletter AND slot_at < :before
AND (state IN ('draft', 'approved', 'sending', 'sent', 'held') OR drops_articles = 1);

-- name: told
-- What readers of a newsletter have been told: by it, by breaking news, by others it asks about.
-- A cancelled issue counts when any of it left, here or from the store this one is a copy of.
SELECT issue_article.identity, issue_article.fingerprint,
    issue.newsletter || '/' || issue.slot
FROM issue_article JOIN issue ON issue.id = issue_article.issue_id
WHERE issue_article.role IN ('sent', 'version')
AND issue.realm = 'real'
AND issue.newsletter IN (SELECT value FROM json_each(:newsletters))
AND issue.id <> :but
AND (
    issue.state IN ('draft', 'approved', 'sending', 'sent', 'held')
    OR issue.state = 'cancelled' AND (issue.reason = :lost OR EXISTS (
        SELECT 1 FROM batch WHERE batch.issue_id = issue.id AND issue.called_back_at IS NULL
        AND batch.state IN ('accepted', 'unknown', 'sending')
    ))
)
ORDER BY issue.id DESC;

-- name: considered
SELECT DISTINCT issue_article.identity
FROM issue_article JOIN issue ON issue.id = issue_article.issue_id
WHERE issue.realm = 'real' AND issue.newsletter = :newsletter AND issue.id <> :but
AND issue.state IN ('draft', 'approved', 'sending', 'sent', 'held');

-- name: fact
SELECT value FROM fact WHERE name = :name;

-- name: set_fact
INSERT INTO fact (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: last_attempt
-- Of real issues: what a rehearsal forgets is no harm.
SELECT coalesce(max(attempt.id), 0) FROM attempt
JOIN batch ON batch.id = attempt.batch_id JOIN issue ON issue.id = batch.issue_id
WHERE issue.realm = 'real';
