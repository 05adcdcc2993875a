-- What the publisher's own people are told, and how far each way of telling them has come.

-- name: add_notice
-- Once: whoever comes second adds nothing.
INSERT INTO notice (key, kind, issue_id, subject, body, at)
VALUES (:key, :kind, :issue, :subject, :body, :at)
ON CONFLICT (key) DO NOTHING;

-- name: add_way
INSERT INTO notice_way (notice_id, way) VALUES (:notice, :way)
ON CONFLICT (notice_id, way) DO NOTHING;

-- name: due
SELECT
    n.id, n.key, n.kind, n.issue_id, n.subject, n.body, n.at,
    w.way, w.tries, w.not_before
FROM notice_way w JOIN notice n ON n.id = w.notice_id
WHERE w.state = 'waiting' AND w.not_before <= :at
ORDER BY n.at, n.id
LIMIT :most;

-- name: take
-- Whoever carries it has it alone until then; after a crash somebody else tries again.
UPDATE notice_way SET tries = tries + 1, not_before = :until
WHERE notice_id = :notice AND way = :way AND state = 'waiting' AND not_before = :seen;

-- name: set_told
-- From here on `not_before` is the moment it was told.
UPDATE notice_way SET state = 'told', not_before = :at, detail = :detail
WHERE notice_id = :notice AND way = :way AND state = 'waiting';

-- name: set_later
UPDATE notice_way SET not_before = :until, detail = :detail
WHERE notice_id = :notice AND way = :way AND state = 'waiting';

-- name: set_given_up
UPDATE notice_way SET state = 'given up', not_before = :at, detail = :detail
WHERE notice_id = :notice AND way = :way AND state = 'waiting';

-- name: put_off
-- A way that fails is not tried with each of what waits for it.
UPDATE notice_way SET not_before = :until
WHERE way = :way AND state = 'waiting' AND not_before < :until;

-- name: told_since
SELECT w.way, count(*)
FROM notice_way w
WHERE w.state = 'told' AND w.not_before > :since AND w.detail <> :bundled
GROUP BY w.way;

-- name: undelivered
SELECT n.key, n.kind, n.subject, n.at, w.way, w.state, w.tries, w.not_before, w.detail
FROM notice_way w JOIN notice n ON n.id = w.notice_id
WHERE (w.state = 'waiting' AND w.tries > 0) OR (w.state = 'given up' AND n.at > :since)
ORDER BY n.at, n.id, w.way;

-- name: count_of_issue
SELECT count(*) FROM notice WHERE issue_id = :issue AND kind = :kind;

-- name: suppressed_since
SELECT count(*) FROM suppression WHERE at >= :since;
