-- Subscribers as an issue sees them. Lists of names are lines, see 0001_first.sql.

-- name: readers
-- Every subscriber of a span of numbers; `reason` says why an issue is not for them, '' that it is.
SELECT id, address, name, CASE
    -- Most readers have no preferences: one test instead of six.
    WHEN state = 'active' AND newsletters = '' AND newsletters_left = '' AND frequency = ''
        AND categories = '' AND :language = '' THEN ''
    WHEN state <> 'active' THEN state
    WHEN newsletters <> '' AND :newsletters IS NULL
        AND instr(newsletters, :newsletter) = 0 THEN 'wants other newsletters'
    WHEN newsletters_left <> '' AND (
        instr(newsletters_left, :newsletter) > 0
        OR :newsletters IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM json_each(:newsletters)
            WHERE instr(newsletters_left, char(10) || value || char(10)) = 0
        )
    ) THEN 'left this newsletter'
    WHEN frequency <> '' AND instr(:frequencies, frequency) = 0 THEN 'wants mail less often'
    WHEN categories <> '' AND :categories IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM json_each(:categories)
        WHERE instr(categories, char(10) || value || char(10)) > 0
    ) THEN :other_categories
    WHEN :language <> '' AND instr(
        lower(coalesce(nullif(language, ''), :own_language)) || '-', lower(:language) || '-'
    ) <> 1 THEN :other_language
    ELSE ''
END AS reason
FROM subscriber
WHERE id BETWEEN :first AND :last
ORDER BY id;

-- name: add_batch
INSERT INTO batch (
    issue_id, parent_id, state, readers, first_reader, last_reader, reader_ids
) VALUES (:issue, :parent, 'planned', :readers, :first, :last, :ids);

-- name: add_excluded
INSERT INTO excluded (issue_id, reason, readers) VALUES (:issue, :reason, :readers);

-- name: are_frozen
SELECT 1 FROM issue WHERE id = :issue AND recipients_frozen_at IS NOT NULL;

-- name: set_recipients_frozen
UPDATE issue SET candidates = :candidates, recipients_frozen_at = :at WHERE id = :issue;

-- name: categories
SELECT DISTINCT categories FROM subscriber WHERE categories <> '';

-- name: suppressed
SELECT 1 FROM suppression WHERE address_key = :key
UNION ALL SELECT 1 FROM subscriber WHERE address_key = :key AND state = 'suppressed';
