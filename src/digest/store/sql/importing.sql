-- An import, piece by piece: rows are put into `incoming`, then taken over as a set.

-- name: make_incoming
CREATE TEMP TABLE IF NOT EXISTS incoming (
    address TEXT NOT NULL,
    address_key TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    frequency TEXT NOT NULL,
    categories TEXT NOT NULL,
    newsletters TEXT NOT NULL,
    newsletters_left TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Rows of this piece that are the same address.
    copies INTEGER NOT NULL
) STRICT;

-- name: clear_incoming
DELETE FROM temp.incoming;

-- name: add_incoming
INSERT INTO temp.incoming VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: last_subscriber
-- AUTOINCREMENT: later ones have greater numbers, whoever was removed meanwhile.
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'subscriber'), 0);

-- name: any_suppression
SELECT 1 FROM suppression LIMIT 1;

-- name: count_kinds
-- How the piece has met the store, after `add_new`: state there before ('' for none), whether an
-- earlier piece of this import put it there, state wanted, state now → addresses, rows.
SELECT iif(own.id > :last, '', own.state), own.id BETWEEN :first + 1 AND :last, new.state,
    own.state, count(*), sum(new.copies)
FROM temp.incoming AS new JOIN subscriber AS own ON own.address_key = new.address_key
GROUP BY 1, 2, 3, 4;

-- name: add_new
INSERT INTO subscriber (
    address, address_key, name, state, reason, frequency, categories, newsletters,
    newsletters_left, language, created_at, changed_at
)
SELECT new.address, new.address_key, new.name,
    CASE WHEN bar.reason IS NULL THEN new.state ELSE 'suppressed' END, coalesce(bar.reason, ''),
    new.frequency, new.categories, new.newsletters, new.newsletters_left, new.language,
    new.created_at, :at
FROM temp.incoming AS new
LEFT JOIN suppression AS bar ON bar.address_key = new.address_key
-- Not ON CONFLICT DO NOTHING: it would use up a number for every row that is there already.
WHERE NOT EXISTS (SELECT 1 FROM subscriber AS own WHERE own.address_key = new.address_key)
ORDER BY new.rowid;

-- name: log_new
INSERT INTO consent_event (subscriber_id, kind, source_id, at)
SELECT id, 'added', :source, :at FROM subscriber WHERE id > :last ORDER BY id;

-- name: log_moved
-- Before `move`: forwards only, pending → active → unsubscribed.
INSERT INTO consent_event (subscriber_id, kind, source_id, at)
SELECT own.id, iif(new.state = 'active', 'confirmed', 'unsubscribed'), :source, :at
FROM temp.incoming AS new JOIN subscriber AS own ON own.address_key = new.address_key
WHERE (own.state = 'pending' AND new.state IN ('active', 'unsubscribed'))
    OR (own.state = 'active' AND new.state = 'unsubscribed');

-- name: move
UPDATE subscriber SET state = new.state, changed_at = :at
FROM temp.incoming AS new
WHERE subscriber.address_key = new.address_key AND (
    (subscriber.state = 'pending' AND new.state IN ('active', 'unsubscribed'))
    OR (subscriber.state = 'active' AND new.state = 'unsubscribed')
);
