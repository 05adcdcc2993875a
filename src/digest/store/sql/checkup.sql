-- What `digest doctor` asks a store. Reads only.

-- name: newest_moment
-- The latest moment that was written down: what the clock said then.
SELECT max(
    (SELECT coalesce(max(created_at), 0) FROM issue),
    (SELECT coalesce(max(started_at), 0) FROM attempt),
    (SELECT coalesce(max(changed_at), 0) FROM subscriber),
    (SELECT coalesce(max(at), 0) FROM decision),
    (SELECT coalesce(max(at), 0) FROM evidence)
);

-- name: subscribers
SELECT count(*), coalesce(sum(state = 'active'), 0) FROM subscriber;

-- name: held_issues
SELECT newsletter || '/' || slot FROM issue
WHERE realm = 'real' AND state = 'held' ORDER BY id DESC;

-- name: unknown_batches
SELECT newsletter || '/' || slot, count(*), sum(readers)
FROM batch JOIN issue ON issue.id = batch.issue_id
WHERE realm = 'real' AND batch.state = 'unknown' AND issue.state <> 'cancelled'
GROUP BY issue.id ORDER BY issue.id DESC;
