-- Suppressed addresses as a list, and how far the provider's lists were read.

-- name: sync_mark
SELECT read_until FROM sync_mark WHERE list = :list;

-- name: set_sync_mark
-- Never backwards: a reading of older entries makes nothing unread.
INSERT INTO sync_mark (list, read_until) VALUES (:list, :until)
ON CONFLICT (list) DO UPDATE SET read_until = max(read_until, excluded.read_until);

-- name: suppressions
SELECT address_key, reason, source, detail, at FROM suppression
WHERE address_key > :after ORDER BY address_key LIMIT :most;
