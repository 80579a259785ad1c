-- Routes each request of a file of JSON lines a number of times, and says what a decision takes on disk, with its indexes:
--   psql -v file=easy_hard.jsonl -v times=210 -f measure-decision.sql URL
-- On an installation of its own, with agents and nothing else in the log. Thousands of decisions, because a table of a few
-- has nearly empty pages in it.
\set ON_ERROR_STOP on
\setenv FILE :file
\set requests `cat "$FILE"`
SET client_min_messages = warning;
\o /dev/null
SELECT format('SELECT ruvector_route(%L)', line::jsonb ->> 'text')
FROM regexp_split_to_table(:'requests', E'\n') AS line
CROSS JOIN generate_series(1, :times)
WHERE line <> ''
\gexec
\o
CREATE TEMPORARY TABLE part AS
SELECT relid FROM pg_partition_tree('tiny_dancer.decision') WHERE isleaf AND pg_relation_size(relid) > 0;
SELECT (SELECT count(*) FROM tiny_dancer.decision) AS decisions \gset
SELECT :decisions AS decisions, round(sum(pg_relation_size(relid)) / :decisions) AS heap_bytes,
       round(sum(pg_indexes_size(relid)) / :decisions) AS index_bytes
FROM part;
SELECT indexrelid::regclass AS index, round(pg_relation_size(indexrelid) / :decisions::numeric, 1) AS bytes
FROM pg_index
WHERE indrelid IN (SELECT relid FROM part)
ORDER BY 1;
SELECT round(avg(pg_column_size(decision))) AS row, round(avg(pg_column_size(next_agents))) AS next_agents,
       round(avg(pg_column_size(embedding))) AS embedding, round(avg(pg_column_size(reasoning))) AS reasoning,
       round(avg(pg_column_size(request_hash))) AS request_hash
FROM tiny_dancer.decision;
