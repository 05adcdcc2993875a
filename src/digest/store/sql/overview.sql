-- What `digest status` looks at: issues that may need a person, and the last ones. Reads only.

-- name: open_issues
-- Issues something may still happen to; tests and what stands aside are not among them.
SELECT * FROM issue
WHERE realm IN ('real', :realm) AND copy = 0
AND state IN ('draft', 'approved', 'sending', 'held')
ORDER BY slot_at, id;

-- name: last_issues
SELECT * FROM issue
WHERE realm IN ('real', :realm) AND copy = 0 AND slot_at <= :now
ORDER BY slot_at DESC, id DESC LIMIT :most;

-- name: in_doubt
-- Batches whose fate nobody knows, or that were on their way when their sender ended.
SELECT issue.id, count(*), sum(batch.readers)
FROM issue JOIN batch ON batch.issue_id = issue.id AND batch.state IN ('unknown', 'sending')
WHERE issue.realm = 'real' GROUP BY issue.id ORDER BY issue.slot_at, issue.id;

-- name: stories_told
SELECT count(*) FROM issue_article WHERE issue_id = :issue AND role = 'sent';

-- name: any_untold
SELECT 1 FROM notice_way WHERE state = 'given up' OR (state = 'waiting' AND tries > 0) LIMIT 1;
