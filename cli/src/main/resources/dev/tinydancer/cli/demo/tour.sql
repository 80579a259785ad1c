-- Register AI agents/models
SELECT ruvector_register_agent(
    name := 'gpt-4',
    agent_type := 'llm',
    capabilities := ARRAY['reasoning', 'code', 'analysis', 'creative'],
    cost_per_1k_tokens := 0.03,
    avg_latency_ms := 2500,
    quality_score := 0.95,
    metadata := '{"provider": "openai", "context_window": 128000}'
);

SELECT ruvector_register_agent(
    name := 'claude-3-haiku',
    agent_type := 'llm',
    capabilities := ARRAY['fast-response', 'simple-tasks', 'classification'],
    cost_per_1k_tokens := 0.00025,
    avg_latency_ms := 400,
    quality_score := 0.80,
    metadata := '{"provider": "anthropic", "context_window": 200000}'
);

SELECT ruvector_register_agent(
    name := 'code-specialist',
    agent_type := 'tool',
    capabilities := ARRAY['code-execution', 'debugging', 'testing'],
    cost_per_call := 0.001,
    avg_latency_ms := 100,
    quality_score := 0.90
);

-- List registered agents
SELECT * FROM ruvector_list_agents();

-- Route a request to the best agent
SELECT * FROM ruvector_route(
    request := 'Write a Python function to calculate Fibonacci numbers',
    optimize_for := 'cost'  -- or 'latency', 'quality', 'balanced'
);

-- An easy request and a hard one
SELECT request, routed.agent_name, routed.expected_quality, routed.estimated_cost, routed.reasoning
FROM unnest(ARRAY[
    'What is the capital of Italy?',
    'Prove that every bounded sequence of real numbers has a convergent subsequence'
]) AS request, ruvector_route(request, optimize_for := 'balanced') AS routed;

-- A conversation: what "yes, do it" means was said before
SELECT request, routed.agent_name, routed.estimated_cost, routed.reasoning
FROM unnest(ARRAY[
    'Implement a lock-free hash map in C++ and explain the memory ordering of each operation',
    'yes, do it'
]) AS request, ruvector_route(request, conversation_id := 'chat-17') AS routed;

-- Route with constraints
SELECT * FROM ruvector_route(
    request := 'Analyze this complex legal document',
    required_capabilities := ARRAY['reasoning', 'analysis'],
    max_cost := 0.10,
    max_latency_ms := 5000,
    min_quality := 0.90
);

-- Multi-agent routing (for complex tasks)
SELECT * FROM ruvector_route_multi(
    request := 'Build and deploy a web application',
    num_agents := 3,
    strategy := 'pipeline'  -- or 'parallel', 'ensemble'
);

-- Create semantic routes (like function calling)
SELECT ruvector_create_route(
    name := 'customer_support',
    description := 'Handle customer support inquiries, complaints, and feedback',
    embedding := ruvector_embed('Customer support and help requests'),
    target_agent := 'support-agent',
    priority := 1
);

SELECT ruvector_create_route(
    name := 'technical_docs',
    description := 'Answer questions about technical documentation and APIs',
    embedding := ruvector_embed('Technical documentation and API reference'),
    target_agent := 'docs-agent',
    priority := 2
);

-- Semantic route matching
SELECT * FROM ruvector_semantic_route(
    query := 'How do I reset my password?',
    top_k := 3
);

-- Learn from outcomes: the cheap model answers this kind of request badly
SELECT count(ruvector_record_outcome(routed.decision_id, success := false, kind := 'wrong', latency_ms := 420))
FROM generate_series(1, 12) AS n, ruvector_route('Write a Python function that computes ' || n || ' Fibonacci numbers',
    excluded_agents := ARRAY['gpt-4', 'code-specialist']) AS routed;

SELECT count(ruvector_record_outcome(routed.decision_id, success := true, kind := 'success', latency_ms := 2300, quality := 1))
FROM generate_series(1, 12) AS n, ruvector_route('Write a Python function that computes ' || n || ' Fibonacci numbers',
    excluded_agents := ARRAY['claude-3-haiku', 'code-specialist']) AS routed;

SELECT 'half a second later' AS now FROM pg_sleep(0.5);

SELECT agent_name, expected_quality, reasoning
FROM ruvector_route('Write a Python function to calculate Fibonacci numbers', optimize_for := 'cost');

SELECT agent_name, chosen, expected_quality, quality_evidence, estimated_cost, utility
FROM ruvector_explain_route('Write a Python function to calculate Fibonacci numbers', optimize_for := 'cost');

-- Analyze routing costs
SELECT * FROM ruvector_routing_analytics(
    time_range := '7 days',
    group_by := 'agent'
);

-- Keep a budget
SELECT ruvector_set_budget('tag:marketing', 100, period := 'month');

SELECT * FROM ruvector_budget_status();

-- Optimize budget allocation
SELECT * FROM ruvector_optimize_budget(
    monthly_budget := 100.00,
    quality_threshold := 0.85,
    latency_threshold_ms := 2000
);

-- Auto-route with budget awareness
SELECT * FROM ruvector_route(
    request := 'Summarize this article',
    budget_remaining := 10.00,
    optimize_for := 'quality_per_dollar'
);

-- Classify requests in batch (for preprocessing)
CREATE TEMP TABLE pending_requests(request_id int, content text);

INSERT INTO pending_requests VALUES (1, 'Fix the null pointer in this method'), (2, 'Write a haiku about autumn');

-- Route multiple requests efficiently
SELECT * FROM ruvector_batch_route(
    requests := ARRAY[
        'Simple question 1',
        'Complex analysis task',
        'Code generation request'
    ],
    optimize_for := 'total_cost'
);

-- Classify requests in batch (for preprocessing)
SELECT request_id, ruvector_classify_request(content) AS classification
FROM pending_requests;
