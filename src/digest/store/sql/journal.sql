-- Batches and attempts: what the hand-over writes before and after every request.

-- name: next_planned
SELECT id, reader_ids FROM batch
WHERE issue_id = :issue AND state = 'planned' AND not_before <= :at
ORDER BY id LIMIT 1;

-- name: earliest_planned
SELECT min(not_before) FROM batch WHERE issue_id = :issue AND state = 'planned';

-- name: set_sending
UPDATE batch SET state = 'sending' WHERE id = :batch AND state = 'planned';

-- name: add_attempt
INSERT INTO attempt (batch_id, token, started_at, readers)
VALUES (:batch, :token, :at, :readers);

-- name: end_attempt
UPDATE attempt SET ended_at = :at, outcome = :outcome, detail = :detail, message_id = :message_id
WHERE token = :token AND outcome IS NULL;

-- name: set_batch
UPDATE batch SET state = :state, not_before = :not_before WHERE id = :batch AND state = :was;

-- name: add_aside
INSERT INTO set_aside (batch_id, subscriber_id, issue_id, reason, at)
VALUES (:batch, :subscriber, :issue, :reason, :at)
ON CONFLICT (batch_id, subscriber_id) DO NOTHING;

-- name: forget_aside
-- Of a batch that is planned: only unsubscribed readers of an earlier try stand there.
DELETE FROM set_aside WHERE batch_id = :batch;

-- name: state_of_issue
SELECT state FROM issue WHERE id = :issue;

-- name: lost_attempts
-- Attempts whose sender ended before their outcome was written down.
UPDATE attempt SET outcome = 'unknown', ended_at = :at, detail = :detail
WHERE outcome IS NULL AND batch_id IN (SELECT id FROM batch WHERE issue_id = :issue);

-- name: lost_batches
UPDATE batch SET state = 'unknown' WHERE issue_id = :issue AND state = 'sending';

-- name: requeue_refused
UPDATE batch SET state = 'planned', not_before = 0 WHERE issue_id = :issue AND state = 'refused';

-- name: wait_no_longer
UPDATE batch SET not_before = 0 WHERE issue_id = :issue AND state = 'planned';

-- name: any_left
SELECT 1 FROM batch JOIN issue ON issue.id = batch.issue_id
WHERE batch.issue_id = :issue AND batch.state IN ('accepted', 'unknown', 'sending')
AND issue.called_back_at IS NULL LIMIT 1;

-- name: last_refusal
SELECT attempt.detail FROM attempt JOIN batch ON batch.id = attempt.batch_id
WHERE batch.issue_id = :issue AND batch.state = 'refused' ORDER BY attempt.id DESC LIMIT 1;
