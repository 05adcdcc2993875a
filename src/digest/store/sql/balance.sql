-- What became of every subscriber an issue was for. Reads only.

-- name: states_of_batches
SELECT batch.state, count(*), sum(batch.readers) - (
    SELECT count(*) FROM set_aside JOIN batch AS own ON own.id = set_aside.batch_id
    WHERE own.issue_id = :issue AND own.state = batch.state
)
FROM batch WHERE batch.issue_id = :issue GROUP BY batch.state;

-- name: excluded
SELECT reason, readers FROM excluded WHERE issue_id = :issue ORDER BY readers DESC, reason;

-- name: set_aside
SELECT reason, count(*) FROM set_aside WHERE issue_id = :issue
GROUP BY reason ORDER BY 2 DESC, reason;

-- name: attempts
-- All of them; or of each batch that is refused, in doubt or on its way the last one.
SELECT attempt.batch_id, attempt.token, attempt.started_at, attempt.ended_at, attempt.readers,
    attempt.outcome, attempt.detail, attempt.message_id
FROM attempt JOIN batch ON batch.id = attempt.batch_id
WHERE batch.issue_id = :issue AND (
    :all
    OR batch.state IN ('refused', 'unknown', 'sending') AND attempt.id = (
        SELECT max(id) FROM attempt AS tried WHERE tried.batch_id = batch.id
    )
)
ORDER BY attempt.id DESC LIMIT :most;

-- name: count_attempts
SELECT count(*), coalesce(sum(attempt.outcome = 'accepted'), 0)
FROM attempt JOIN batch ON batch.id = attempt.batch_id WHERE batch.issue_id = :issue;

-- name: evidence
SELECT attempt.batch_id, evidence.verdict, evidence.source, evidence.detail, evidence.at
FROM evidence JOIN attempt ON attempt.id = evidence.attempt_id
JOIN batch ON batch.id = attempt.batch_id
WHERE batch.issue_id = :issue ORDER BY evidence.id;

-- name: newsletters_sent
-- Newsletters that real issues were of.
SELECT newsletter, count(*) FROM issue WHERE realm = 'real' GROUP BY newsletter;

-- name: newsletters_left
-- Lists of newsletters that readers have left, and how many have left just these.
SELECT newsletters_left, count(*) FROM subscriber WHERE newsletters_left <> ''
GROUP BY newsletters_left;

-- name: real_issues_since
-- Real issues whose recipients were chosen when a subscriber was there already.
SELECT id, newsletter || '/' || slot FROM issue
WHERE realm = 'real' AND recipients_frozen_at >= :since;

-- name: batches_with
-- Batches a subscriber may be in: the ids themselves are compressed.
SELECT batch.id, batch.state, batch.reader_ids, issue.id, issue.realm, issue.newsletter, issue.slot,
    (
        SELECT reason FROM set_aside
        WHERE set_aside.batch_id = batch.id AND set_aside.subscriber_id = :subscriber
    ),
    (
        SELECT max(started_at) FROM attempt WHERE attempt.batch_id = batch.id
    ),
    issue.called_back_at IS NOT NULL
FROM batch JOIN issue ON issue.id = batch.issue_id
WHERE batch.first_reader <= :subscriber AND batch.last_reader >= :subscriber
AND issue.realm <> 'test'
ORDER BY issue.id DESC, batch.id DESC;
