-- What must be true of a store, apart from what the schema itself holds.

-- name: unbalanced_issues
-- candidates = recipients + excluded. A reader who is set aside counts as excluded: in a batch
-- that stands they are among its readers still, of a divided one no child has them.
SELECT realm, newsletter || '/' || slot, candidates, recipients, left_out
FROM (
    SELECT issue.*,
        (SELECT coalesce(sum(readers), 0) FROM batch
            WHERE issue_id = issue.id AND state <> 'divided')
        - (SELECT count(*) FROM set_aside JOIN batch ON batch.id = set_aside.batch_id
            WHERE set_aside.issue_id = issue.id AND batch.state <> 'divided') AS recipients,
        (SELECT coalesce(sum(readers), 0) FROM excluded WHERE issue_id = issue.id)
        + (SELECT count(*) FROM set_aside WHERE issue_id = issue.id) AS left_out
    FROM issue WHERE recipients_frozen_at IS NOT NULL
)
WHERE candidates <> recipients + left_out;

-- name: unheeded_suppressions
-- Subscribers who may get mail although their address is suppressed.
SELECT count(*) FROM subscriber JOIN suppression USING (address_key)
WHERE subscriber.state <> 'suppressed';

-- name: unrecorded_suppressions
SELECT count(*) FROM subscriber
WHERE state = 'suppressed' AND address_key NOT IN (SELECT address_key FROM suppression);

-- name: batches_on_their_way
SELECT issue.id, issue.newsletter || '/' || issue.slot, count(*), sum(batch.readers)
FROM batch JOIN issue ON issue.id = batch.issue_id
WHERE batch.state = 'sending' GROUP BY issue.id ORDER BY issue.id;

-- name: counts
SELECT (SELECT count(*) FROM subscriber), (SELECT count(*) FROM issue);
