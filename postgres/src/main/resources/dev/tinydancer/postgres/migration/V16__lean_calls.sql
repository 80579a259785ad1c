-- A call does less: what it asked of the session's parameters before is now seen by the engine.

DROP FUNCTION IF EXISTS tiny_dancer.deadline_ms();
