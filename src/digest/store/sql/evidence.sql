-- What proved or decided the fate of attempts afterwards.

-- name: attempt_of_token
SELECT attempt.id, attempt.batch_id, batch.issue_id, attempt.outcome
FROM attempt JOIN batch ON batch.id = attempt.batch_id
WHERE attempt.token = :token;

-- name: add_evidence
-- Once for each source: 46 copies of an event prove no more than one.
INSERT INTO evidence (attempt_id, verdict, source, detail, at)
SELECT :attempt, :verdict, :source, :detail, :at
WHERE NOT EXISTS (
    SELECT 1 FROM evidence
    WHERE attempt_id = :attempt AND verdict = :verdict AND source = :source
);

-- name: open_family
-- The batch of an attempt and all that were made of it: its readers. Not those that are divided
-- (their readers are in others), accepted, or on their way this moment.
WITH RECURSIVE family (id) AS (
    SELECT :batch
    UNION
    SELECT batch.id FROM batch JOIN family ON batch.parent_id = family.id
)
SELECT batch.id, batch.state FROM batch JOIN family USING (id)
WHERE batch.state IN ('planned', 'refused', 'unknown') ORDER BY batch.id;

-- name: move_batch
UPDATE batch SET state = :state, not_before = 0 WHERE id = :batch AND state = :was;

-- name: proven_attempts
-- Attempts of an issue that are proven accepted.
SELECT DISTINCT attempt.id, attempt.batch_id
FROM evidence JOIN attempt ON attempt.id = evidence.attempt_id
JOIN batch ON batch.id = attempt.batch_id
WHERE batch.issue_id = :issue AND evidence.verdict = 'accepted' ORDER BY attempt.id;

-- name: doubts
-- Batches in doubt, and since when: the first of their attempts whose outcome is not known.
SELECT batch.id, batch.readers, batch.reader_ids, min(attempt.started_at), max(attempt.id)
FROM batch JOIN attempt ON attempt.batch_id = batch.id AND attempt.outcome = 'unknown'
WHERE batch.issue_id = :issue AND batch.state = 'unknown'
GROUP BY batch.id ORDER BY batch.id;

-- name: set_aside_of_batch
SELECT subscriber_id FROM set_aside WHERE batch_id = :batch;

-- name: token_of
SELECT token FROM attempt WHERE id = :attempt;

-- name: attempts_of_batch
SELECT token FROM attempt WHERE batch_id = :batch;

-- name: proof_of_batch
SELECT 1 FROM evidence JOIN attempt ON attempt.id = evidence.attempt_id
WHERE attempt.batch_id = :batch AND evidence.verdict = 'accepted' LIMIT 1;

-- name: doubled
-- Readers handed over twice: an attempt is proven accepted, and later its batch, or one made of
-- it, was handed over again. 1: that was accepted, too; 0: nobody knows.
WITH RECURSIVE
accepted (attempt_id) AS (
    SELECT attempt_id FROM evidence WHERE verdict = 'accepted'
),
family (ancestor, id) AS (
    SELECT id, id FROM batch WHERE issue_id = :issue
    UNION
    SELECT family.ancestor, batch.id FROM batch JOIN family ON batch.parent_id = family.id
)
SELECT again.batch_id, max(
    again.outcome IS 'accepted' OR again.id IN (SELECT attempt_id FROM accepted)
), batch.readers
FROM attempt AS first
JOIN family ON family.ancestor = first.batch_id
JOIN attempt AS again ON again.batch_id = family.id AND again.id > first.id
JOIN batch ON batch.id = again.batch_id
WHERE first.id IN (SELECT attempt_id FROM accepted)
AND again.outcome IS NOT 'refused'
GROUP BY again.batch_id ORDER BY again.batch_id;

-- name: open_readers
SELECT reader_ids FROM batch
WHERE issue_id = :issue AND state NOT IN ('accepted', 'divided') ORDER BY id;

-- name: count_active
SELECT count(*) FROM subscriber WHERE state = 'active';

-- name: active_reader
SELECT id FROM subscriber WHERE state = 'active' ORDER BY id LIMIT 1 OFFSET :position;
