-- Issues handed over ahead of their time.

-- name: set_ahead
-- Once, and before anything of it is tried: all of it leaves together.
UPDATE issue SET leaves_at = :leaves_at, provider_batch = :provider_batch
WHERE id = :issue AND leaves_at IS NULL AND provider_batch = ''
AND state IN ('draft', 'approved', 'sending', 'held') AND NOT EXISTS (
    SELECT 1 FROM attempt JOIN batch ON batch.id = attempt.batch_id
    WHERE batch.issue_id = issue.id
);

-- name: has_begun
SELECT 1 FROM attempt JOIN batch ON batch.id = attempt.batch_id
WHERE batch.issue_id = :issue LIMIT 1;

-- name: was_under_way
-- Attempts without an answer when the issue was cancelled.
SELECT 1 FROM attempt JOIN batch ON batch.id = attempt.batch_id
WHERE batch.issue_id = :issue AND (attempt.ended_at IS NULL OR attempt.ended_at >= :at) LIMIT 1;

-- name: set_called_back
UPDATE issue SET called_back_at = :at, reason = :reason WHERE id = :issue AND state = 'cancelled';

-- name: set_reason
UPDATE issue SET reason = :reason
WHERE id = :issue AND state = 'cancelled' AND called_back_at IS NULL AND reason <> :lost;

-- name: set_left
UPDATE issue SET called_back_at = NULL, reason = :reason
WHERE id = :issue AND called_back_at IS NOT NULL;

-- name: departed
-- Handed over ahead, and their time is over.
SELECT id FROM issue WHERE state = 'sending' AND leaves_at <= :at ORDER BY id;
