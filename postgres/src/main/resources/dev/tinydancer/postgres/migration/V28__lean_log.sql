-- What the log keeps of a decision in half the room: the agents that came next as arrays, in a column of their own, for that
-- of objects has those of older decisions; reasons without the figures that have columns; embeddings of half a byte.

ALTER TABLE tiny_dancer.decision ADD COLUMN next_agents text;
COMMENT ON COLUMN tiny_dancer.decision.next_agents IS
    'The agents that came next, best first: a JSON array of arrays of name, expected quality, cost in US dollars, latency in milliseconds and utility, in four digits; tiny_dancer.alternatives_of reads it. Null where the agent was chosen in a batch or a plan, and before it was kept';

-- Whatever columns there are by now, this one comes last.
DO $view$
BEGIN
    EXECUTE format(
        'CREATE OR REPLACE VIEW tiny_dancer.logged_decision AS SELECT %s, next_agents FROM tiny_dancer.decision',
        (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
         FROM pg_attribute
         WHERE attrelid = 'tiny_dancer.logged_decision'::regclass AND attnum > 0 AND NOT attisdropped));
END
$view$;
