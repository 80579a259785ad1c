-- What a percentile of many hours is found with, without looking at every bucket of every hour.

ALTER TABLE tiny_dancer.decision_hourly
    ADD COLUMN latencies bigint NOT NULL DEFAULT 0,
    ADD COLUMN p99_bucket int;
COMMENT ON COLUMN tiny_dancer.decision_hourly.latencies IS 'How many latencies were recorded: the sum of latency_counts';
COMMENT ON COLUMN tiny_dancer.decision_hourly.p99_bucket IS 'The lowest bucket up to which 99 percent of the latencies are; null without any. The percentile of many rows together is at least the least of theirs';

UPDATE tiny_dancer.decision_hourly AS hourly
SET latencies = total.latencies,
    p99_bucket = (
        SELECT min(cumulated.bucket)
        FROM (SELECT entry.bucket, sum(entry.latencies) OVER (ORDER BY entry.bucket) AS latencies
              FROM unnest(hourly.latency_buckets, hourly.latency_counts) AS entry (bucket, latencies)) AS cumulated
        WHERE cumulated.latencies >= 0.99 * total.latencies)
FROM (SELECT each.ctid AS place, coalesce((SELECT sum(n) FROM unnest(each.latency_counts) AS n), 0) AS latencies
      FROM tiny_dancer.decision_hourly AS each) AS total
WHERE total.place = hourly.ctid;
