-- The rows of a batch say why.

ALTER TYPE tiny_dancer.batch_decision ADD ATTRIBUTE reasoning text CASCADE;
COMMENT ON COLUMN tiny_dancer.batch_decision.reasoning IS 'What spoke for this agent, for the request by itself or for all of them together';
