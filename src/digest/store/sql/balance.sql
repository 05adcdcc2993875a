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
SELECT attempt.batch_id, attempt.token, attempt.started_at, attempt.ended_at, attempt.readers,
    attempt.outcome, attempt.detail, attempt.message_id
FROM attempt JOIN batch ON batch.id = attempt.batch_id
WHERE batch.issue_id = :issue AND (:all OR attempt.outcome IS NOT 'accepted')
ORDER BY attempt.id DESC LIMIT :most;

-- name: count_attempts
SELECT count(*), coalesce(sum(attempt.outcome = 'accepted'), 0)
FROM attempt JOIN batch ON batch.id = attempt.batch_id WHERE batch.issue_id = :issue;

-- name: evidence
SELECT attempt.batch_id, evidence.verdict, evidence.source, evidence.detail, evidence.at
FROM evidence JOIN attempt ON attempt.id = evidence.attempt_id
JOIN batch ON batch.id = attempt.batch_id
WHERE batch.issue_id = :issue ORDER BY evidence.id;

-- name: batches_with
-- Batches a subscriber may be in: the ids themselves are compressed.
SELECT batch.id, batch.state, batch.reader_ids, issue.id, issue.realm, issue.newsletter, issue.slot,
    (
        SELECT reason FROM set_aside
        WHERE set_aside.batch_id = batch.id AND set_aside.subscriber_id = :subscriber
    ),
    (
        SELECT max(started_at) FROM attempt WHERE attempt.batch_id = batch.id
    )
FROM batch JOIN issue ON issue.id = batch.issue_id
WHERE batch.first_reader <= :subscriber AND batch.last_reader >= :subscriber
AND issue.realm <> 'test'
ORDER BY issue.id DESC, batch.id DESC;
