-- Figures have bounds from now on, see tiny_dancer.check_figure; what was stored beyond them is brought back, so that no sum
-- of them overflows.

UPDATE tiny_dancer.agent
SET cost_per_1k_tokens = CASE WHEN cost_per_1k_tokens > 1e9 THEN 1e9 ELSE cost_per_1k_tokens END,
    cost_per_1k_input_tokens = CASE WHEN cost_per_1k_input_tokens > 1e9 THEN 1e9 ELSE cost_per_1k_input_tokens END,
    cost_per_1k_output_tokens = CASE WHEN cost_per_1k_output_tokens > 1e9 THEN 1e9 ELSE cost_per_1k_output_tokens END,
    cost_per_call = CASE WHEN cost_per_call > 1e9 THEN 1e9 ELSE cost_per_call END,
    cost_per_second = CASE WHEN cost_per_second > 1e9 THEN 1e9 ELSE cost_per_second END,
    avg_latency_ms = CASE WHEN avg_latency_ms > 1e9 THEN 1e9 ELSE avg_latency_ms END,
    p99_latency_ms = CASE WHEN p99_latency_ms > 1e9 THEN 1e9 ELSE p99_latency_ms END
WHERE greatest(cost_per_1k_tokens, cost_per_1k_input_tokens, cost_per_1k_output_tokens, cost_per_call, cost_per_second,
               avg_latency_ms, p99_latency_ms) > 1e9;

UPDATE tiny_dancer.budget SET amount = 1e9 WHERE amount > 1e9;

UPDATE tiny_dancer.decision_hourly
SET total_cost = least(total_cost, 1e9 * total_requests), latency_sum_ms = least(latency_sum_ms, 1e9 * latencies)
WHERE total_cost > 1e9 * total_requests OR latency_sum_ms > 1e9 * latencies;

UPDATE tiny_dancer.reservation
SET cost = least(cost, 1e9), charged = least(charged, 1e9)
WHERE cost > 1e9 OR charged > 1e9;

-- No budget has seen a quadrillion dollars. What its reservations hold and have used is still known exactly.
UPDATE tiny_dancer.allowance
SET spent = held.charged,
    reserved = held.open_cost,
    capacity = least(allowance.capacity, 1e9),
    excess = greatest(0, held.charged + held.open_cost - least(allowance.capacity, 1e9))
FROM (
    SELECT absurd.allowance_id, coalesce(sum(reservation.charged), 0) AS charged,
           coalesce(sum(reservation.cost) FILTER (WHERE reservation.open), 0) AS open_cost
    FROM tiny_dancer.allowance AS absurd
    LEFT JOIN tiny_dancer.reservation
      ON reservation.tenant = absurd.tenant AND absurd.allowance_id = ANY (reservation.budgets)
    WHERE absurd.kind = 'budget' AND absurd.spent + absurd.reserved > 1e15
    GROUP BY absurd.allowance_id
) AS held
WHERE allowance.allowance_id = held.allowance_id;
