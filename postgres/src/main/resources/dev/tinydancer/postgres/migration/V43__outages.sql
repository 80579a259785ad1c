-- When circuits of agents were not closed.

CREATE TABLE tiny_dancer.outage (
    tenant text NOT NULL,
    agent text NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz,
    rests_until timestamptz NOT NULL,
    PRIMARY KEY (tenant, agent, began_at)
);
CREATE UNIQUE INDEX outage_present ON tiny_dancer.outage (tenant, agent) WHERE ended_at IS NULL;
COMMENT ON TABLE tiny_dancer.outage IS 'When the circuits of agents were open or half open, to the second in which tiny_dancer.tally() saw it; kept for the setting log_retention';
COMMENT ON COLUMN tiny_dancer.outage.tenant IS 'Whose agent';
COMMENT ON COLUMN tiny_dancer.outage.agent IS 'The agent';
COMMENT ON COLUMN tiny_dancer.outage.began_at IS 'When its circuit was first seen open';
COMMENT ON COLUMN tiny_dancer.outage.ended_at IS 'When it was seen closed again, or the agent was there no longer; null while it is not closed';
COMMENT ON COLUMN tiny_dancer.outage.rests_until IS 'Until when it was, or is, left alone';
