--! id uuid !
SELECT *
FROM ruvector_attempts
WHERE first_decision = :id
ORDER BY attempt
