-- Looking at subscribers.

-- name: page
-- The next subscribers after a number, in a state; '' is any.
SELECT id, address, address_key, name, state, reason, frequency, categories, newsletters,
    newsletters_left, language, created_at, changed_at
FROM subscriber WHERE id > :after AND (:state = '' OR state = :state) ORDER BY id LIMIT :most;

-- name: reader_page
SELECT id, address, name FROM subscriber WHERE id > :after AND state = 'active'
ORDER BY id LIMIT :most;

-- name: count
SELECT count(*) FROM subscriber WHERE :state = '' OR state = :state;

-- name: states
SELECT state, count(*) FROM subscriber GROUP BY state;

-- name: suppressions
SELECT reason, count(*) FROM suppression GROUP BY reason;

-- name: left_lists
SELECT newsletters_left, count(*) FROM subscriber WHERE newsletters_left <> ''
GROUP BY newsletters_left;

-- name: count_erased
SELECT count(*) FROM erased;
