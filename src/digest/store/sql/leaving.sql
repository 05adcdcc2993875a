-- Readers who leave: unsubscribed, suppressed, removed, erased. Lists of names are lines.

-- name: add_source
INSERT INTO consent_source (at, kind, origin, text) VALUES (:at, :kind, :origin, :text)
RETURNING id;

-- name: add_event
INSERT INTO consent_event (subscriber_id, kind, detail, source_id, at)
VALUES (:subscriber, :kind, :detail, :source, :at);

-- name: set_unsubscribed
UPDATE subscriber SET state = 'unsubscribed', changed_at = :at
WHERE id = :subscriber AND state IN ('pending', 'active');

-- name: leave_newsletter
-- `:name` is a newsletter with a line break on each side.
UPDATE subscriber SET
    newsletters_left = CASE newsletters_left
        WHEN '' THEN :name ELSE newsletters_left || substr(:name, 2)
    END,
    changed_at = :at
WHERE id = :subscriber AND state IN ('pending', 'active') AND instr(newsletters_left, :name) = 0;

-- name: suppression_of
SELECT reason FROM suppression WHERE address_key = :key;

-- name: put_suppression
INSERT INTO suppression (address_key, reason, source, detail, at)
VALUES (:key, :reason, :source, :detail, :at)
ON CONFLICT (address_key) DO UPDATE SET
    reason = excluded.reason, source = excluded.source, detail = excluded.detail, at = excluded.at;

-- name: set_suppressed
UPDATE subscriber SET state = 'suppressed', reason = :reason, changed_at = :at
WHERE address_key = :key AND (state <> 'suppressed' OR reason <> :reason)
RETURNING id;

-- name: address_of
SELECT address FROM subscriber WHERE id = :subscriber;

-- name: subscriber_of
SELECT id, address, address_key, name, state, reason, frequency, categories, newsletters,
    newsletters_left, language, created_at, changed_at
FROM subscriber WHERE address_key = :key;

-- name: delete_subscriber
DELETE FROM subscriber WHERE id = :subscriber;

-- name: delete_suppression
DELETE FROM suppression WHERE address_key = :key;

-- name: add_erased
INSERT INTO erased (hash, at) VALUES (:hash, :at) ON CONFLICT (hash) DO NOTHING;

-- name: add_erasing_key
INSERT INTO fact (name, value) VALUES ('erasing_key:' || :mark, :at) ON CONFLICT (name) DO NOTHING;

-- name: erasing_keys
SELECT substr(name, length('erasing_key:') + 1) FROM fact WHERE name LIKE 'erasing\_key:%' ESCAPE '\';

-- name: is_erased
SELECT 1 FROM erased WHERE hash = :hash;

-- name: any_erased
SELECT 1 FROM erased LIMIT 1;
