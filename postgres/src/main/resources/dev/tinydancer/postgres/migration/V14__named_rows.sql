-- What functions take and return, as named types: a later version adds columns to them, and views, functions and prepared
-- statements of users go on.

CREATE TYPE tiny_dancer.routing_arguments AS (
    request text,
    optimize_for text,
    required_capabilities text[],
    max_cost float8,
    max_latency_ms float8,
    min_quality float8,
    excluded_agents text[],
    budget_remaining float8,
    tags text[],
    expected_output_tokens int,
    options jsonb
);
COMMENT ON TYPE tiny_dancer.routing_arguments IS 'What all functions take that route a request; null for "not given"';
COMMENT ON COLUMN tiny_dancer.routing_arguments.request IS 'The text to be answered; null where the function routes many';
COMMENT ON COLUMN tiny_dancer.routing_arguments.optimize_for IS 'The policy that chooses';
COMMENT ON COLUMN tiny_dancer.routing_arguments.required_capabilities IS 'Capabilities that the agent must have';
COMMENT ON COLUMN tiny_dancer.routing_arguments.max_cost IS 'Most that this request may cost, US dollars';
COMMENT ON COLUMN tiny_dancer.routing_arguments.max_latency_ms IS 'Longest that an answer may be expected to take, milliseconds';
COMMENT ON COLUMN tiny_dancer.routing_arguments.min_quality IS 'Least predicted quality, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.routing_arguments.excluded_agents IS 'Agents that are not to answer';
COMMENT ON COLUMN tiny_dancer.routing_arguments.budget_remaining IS 'US dollars that the caller has left';
COMMENT ON COLUMN tiny_dancer.routing_arguments.tags IS 'The caller''s tags, for budgets and analytics';
COMMENT ON COLUMN tiny_dancer.routing_arguments.expected_output_tokens IS 'Length of the answer, where the caller knows it';
COMMENT ON COLUMN tiny_dancer.routing_arguments.options IS 'Further arguments by name';

CREATE TYPE tiny_dancer.engine_answer AS (
    problem text[],
    notice text,
    crowded boolean,
    result text,
    log_row text
);
COMMENT ON TYPE tiny_dancer.engine_answer IS 'How the engine''s answer to a call begins; docs/protocol.md';
COMMENT ON COLUMN tiny_dancer.engine_answer.problem IS 'SQLSTATE, message, detail and hint of the error that the caller is to raise; null for none, and the rest holds';
COMMENT ON COLUMN tiny_dancer.engine_answer.notice IS 'What the caller is to be told; null for nothing';
COMMENT ON COLUMN tiny_dancer.engine_answer.crowded IS 'Whether so many sessions ask that a waiting one had better sleep';
COMMENT ON COLUMN tiny_dancer.engine_answer.result IS 'What the function returns, as text; null where rows follow';
COMMENT ON COLUMN tiny_dancer.engine_answer.log_row IS 'A row of tiny_dancer.logged_decision that the caller is to write; null for none';

CREATE TYPE tiny_dancer.routing_decision AS (
    agent_name text,
    confidence float8,
    estimated_cost float8,
    estimated_latency_ms float8,
    expected_quality float8,
    reasoning text,
    decision_id uuid,
    alternatives jsonb
);
COMMENT ON TYPE tiny_dancer.routing_decision IS 'Which agent is to answer a request, and why';
COMMENT ON COLUMN tiny_dancer.routing_decision.agent_name IS 'The agent that is to answer';
COMMENT ON COLUMN tiny_dancer.routing_decision.confidence IS 'Probability that it answers well, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.routing_decision.estimated_cost IS 'Of this request with this agent, US dollars';
COMMENT ON COLUMN tiny_dancer.routing_decision.estimated_latency_ms IS 'Of this request with this agent, milliseconds';
COMMENT ON COLUMN tiny_dancer.routing_decision.expected_quality IS 'Predicted quality, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.routing_decision.reasoning IS 'Why this agent, in words';
COMMENT ON COLUMN tiny_dancer.routing_decision.decision_id IS 'What ruvector_record_outcome takes';
COMMENT ON COLUMN tiny_dancer.routing_decision.alternatives IS 'The agents that came next, with their figures';

CREATE TYPE tiny_dancer.routing_candidate AS (
    agent_name text,
    chosen boolean,
    excluded_by text,
    expected_quality float8,
    quality_evidence float8,
    estimated_cost float8,
    estimated_latency_ms float8,
    utility float8,
    reasoning text
);
COMMENT ON TYPE tiny_dancer.routing_candidate IS 'An agent as a candidate for a request';
COMMENT ON COLUMN tiny_dancer.routing_candidate.agent_name IS 'The agent';
COMMENT ON COLUMN tiny_dancer.routing_candidate.chosen IS 'Whether ruvector_route would choose it';
COMMENT ON COLUMN tiny_dancer.routing_candidate.excluded_by IS 'The constraints that it does not keep; null for a candidate';
COMMENT ON COLUMN tiny_dancer.routing_candidate.expected_quality IS 'Predicted quality, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.routing_candidate.quality_evidence IS 'How many similar requests stand behind the prediction';
COMMENT ON COLUMN tiny_dancer.routing_candidate.estimated_cost IS 'Of this request with this agent, US dollars';
COMMENT ON COLUMN tiny_dancer.routing_candidate.estimated_latency_ms IS 'Of this request with this agent, milliseconds';
COMMENT ON COLUMN tiny_dancer.routing_candidate.utility IS 'What the policy makes of the figures; null for one that is excluded';
COMMENT ON COLUMN tiny_dancer.routing_candidate.reasoning IS 'How its figures came about, in words';

CREATE TYPE tiny_dancer.plan_step AS (
    step int,
    agent_name text,
    role text,
    confidence float8,
    estimated_cost float8,
    estimated_latency_ms float8,
    decision_id uuid,
    plan_cost float8,
    plan_latency_ms float8,
    plan_quality float8
);
COMMENT ON TYPE tiny_dancer.plan_step IS 'What one agent does in a plan of several';
COMMENT ON COLUMN tiny_dancer.plan_step.step IS 'From 1';
COMMENT ON COLUMN tiny_dancer.plan_step.agent_name IS 'The agent';
COMMENT ON COLUMN tiny_dancer.plan_step.role IS 'What it is to do';
COMMENT ON COLUMN tiny_dancer.plan_step.confidence IS 'Probability that it does that well, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.plan_step.estimated_cost IS 'Of this step, US dollars';
COMMENT ON COLUMN tiny_dancer.plan_step.estimated_latency_ms IS 'Of this step, milliseconds';
COMMENT ON COLUMN tiny_dancer.plan_step.decision_id IS 'What ruvector_record_outcome takes for this step';
COMMENT ON COLUMN tiny_dancer.plan_step.plan_cost IS 'Of the whole plan, US dollars';
COMMENT ON COLUMN tiny_dancer.plan_step.plan_latency_ms IS 'Of the whole plan, milliseconds';
COMMENT ON COLUMN tiny_dancer.plan_step.plan_quality IS 'Of the plan''s answer, in [0, 1]';

CREATE TYPE tiny_dancer.batch_decision AS (
    request_index int,
    request text,
    agent_name text,
    confidence float8,
    estimated_cost float8,
    estimated_latency_ms float8,
    expected_quality float8,
    decision_id uuid,
    error text
);
COMMENT ON TYPE tiny_dancer.batch_decision IS 'What became of one request of a batch';
COMMENT ON COLUMN tiny_dancer.batch_decision.request_index IS 'Its place in the array, from 1';
COMMENT ON COLUMN tiny_dancer.batch_decision.request IS 'The request';
COMMENT ON COLUMN tiny_dancer.batch_decision.agent_name IS 'The agent that is to answer';
COMMENT ON COLUMN tiny_dancer.batch_decision.confidence IS 'Probability that it answers well, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.batch_decision.estimated_cost IS 'Of this request with this agent, US dollars';
COMMENT ON COLUMN tiny_dancer.batch_decision.estimated_latency_ms IS 'Of this request with this agent, milliseconds';
COMMENT ON COLUMN tiny_dancer.batch_decision.expected_quality IS 'Predicted quality, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.batch_decision.decision_id IS 'What ruvector_record_outcome takes';
COMMENT ON COLUMN tiny_dancer.batch_decision.error IS 'SQLSTATE and message; the request has no decision then';

CREATE TYPE tiny_dancer.capability_need AS (
    capability text,
    probability float8
);
COMMENT ON TYPE tiny_dancer.capability_need IS 'A capability that a request needs';
COMMENT ON COLUMN tiny_dancer.capability_need.capability IS 'The capability';
COMMENT ON COLUMN tiny_dancer.capability_need.probability IS 'How likely it is needed, in [0, 1]';

CREATE TYPE tiny_dancer.engine_overview AS (
    version text,
    catalog_version bigint,
    engines int,
    models jsonb,
    kernels text,
    uptime interval,
    circuits jsonb
);
COMMENT ON TYPE tiny_dancer.engine_overview IS 'The engine that answers this session, and what the tables know beside it';
COMMENT ON COLUMN tiny_dancer.engine_overview.version IS 'Of the engine';
COMMENT ON COLUMN tiny_dancer.engine_overview.catalog_version IS 'Of the tenant''s catalog as the engine has it';
COMMENT ON COLUMN tiny_dancer.engine_overview.engines IS 'How many engines were seen in the last 15 seconds';
COMMENT ON COLUMN tiny_dancer.engine_overview.models IS 'What each model is, by its role';
COMMENT ON COLUMN tiny_dancer.engine_overview.kernels IS 'Which vector kernels run, and how wide';
COMMENT ON COLUMN tiny_dancer.engine_overview.uptime IS 'For how long the engine has run';
COMMENT ON COLUMN tiny_dancer.engine_overview.circuits IS 'Each agent''s circuit: closed, open or half_open';

CREATE TYPE tiny_dancer.route_overview AS (
    name text,
    description text,
    target_agent text,
    priority int,
    conditions jsonb,
    utterances text[],
    score_threshold float8,
    created_at timestamptz
);
COMMENT ON TYPE tiny_dancer.route_overview IS 'A semantic route, as created or fitted';
COMMENT ON COLUMN tiny_dancer.route_overview.name IS 'Unique in its tenant';
COMMENT ON COLUMN tiny_dancer.route_overview.description IS 'What it is for';
COMMENT ON COLUMN tiny_dancer.route_overview.target_agent IS 'The agent that answers';
COMMENT ON COLUMN tiny_dancer.route_overview.priority IS 'The higher wins among routes that are equally similar within the model''s noise';
COMMENT ON COLUMN tiny_dancer.route_overview.conditions IS 'When it takes part; {} for always';
COMMENT ON COLUMN tiny_dancer.route_overview.utterances IS 'The texts that queries are compared with';
COMMENT ON COLUMN tiny_dancer.route_overview.score_threshold IS 'The least similarity that counts as a match; null for the default';
COMMENT ON COLUMN tiny_dancer.route_overview.created_at IS 'When it was created or last replaced';

CREATE TYPE tiny_dancer.route_match AS (
    route_name text,
    similarity float8,
    target_agent text,
    confidence float8
);
COMMENT ON TYPE tiny_dancer.route_match IS 'A semantic route that fits a query';
COMMENT ON COLUMN tiny_dancer.route_match.route_name IS 'The route';
COMMENT ON COLUMN tiny_dancer.route_match.similarity IS 'Of the query and the route''s nearest utterance, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.route_match.target_agent IS 'The agent that answers';
COMMENT ON COLUMN tiny_dancer.route_match.confidence IS 'Probability that it is the right route, in [0, 1]';

CREATE TYPE tiny_dancer.route_fit AS (
    example_count int,
    accuracy_before float8,
    accuracy_after float8,
    matched_before float8,
    matched_after float8,
    abstained_before float8,
    abstained_after float8,
    thresholds jsonb,
    misses jsonb
);
COMMENT ON TYPE tiny_dancer.route_fit IS 'What learning the thresholds of semantic routes from examples has brought';
COMMENT ON COLUMN tiny_dancer.route_fit.example_count IS 'How many examples there were';
COMMENT ON COLUMN tiny_dancer.route_fit.accuracy_before IS 'Share of them answered rightly before';
COMMENT ON COLUMN tiny_dancer.route_fit.accuracy_after IS 'The same after, by fits that did not see the example';
COMMENT ON COLUMN tiny_dancer.route_fit.matched_before IS 'Of those with a route, the share that were given it before';
COMMENT ON COLUMN tiny_dancer.route_fit.matched_after IS 'The same after';
COMMENT ON COLUMN tiny_dancer.route_fit.abstained_before IS 'Of those without a route, the share that were given none before';
COMMENT ON COLUMN tiny_dancer.route_fit.abstained_after IS 'The same after';
COMMENT ON COLUMN tiny_dancer.route_fit.thresholds IS 'The thresholds that changed, by route';
COMMENT ON COLUMN tiny_dancer.route_fit.misses IS 'The places of the examples that would still be missed';

CREATE TYPE tiny_dancer.routing_figures AS (
    agent text,
    group_key text,
    total_requests bigint,
    completed_requests bigint,
    total_cost float8,
    avg_latency_ms float8,
    p99_latency_ms float8,
    success_rate float8
);
COMMENT ON TYPE tiny_dancer.routing_figures IS 'What the log says of one group of requests';
COMMENT ON COLUMN tiny_dancer.routing_figures.agent IS 'The agent, where requests are grouped by agent';
COMMENT ON COLUMN tiny_dancer.routing_figures.group_key IS 'The group; (none) for what belongs to no other';
COMMENT ON COLUMN tiny_dancer.routing_figures.total_requests IS 'Decisions, and outcomes without a decision';
COMMENT ON COLUMN tiny_dancer.routing_figures.completed_requests IS 'Those with an outcome';
COMMENT ON COLUMN tiny_dancer.routing_figures.total_cost IS 'US dollars: the recorded cost, and the estimate where none was recorded';
COMMENT ON COLUMN tiny_dancer.routing_figures.avg_latency_ms IS 'Mean of the recorded latencies, milliseconds';
COMMENT ON COLUMN tiny_dancer.routing_figures.p99_latency_ms IS 'Milliseconds that 99 of 100 answers kept, within a percent';
COMMENT ON COLUMN tiny_dancer.routing_figures.success_rate IS 'Share of the outcomes that were a success';

CREATE TYPE tiny_dancer.budget_allocation AS (
    agent_name text,
    allocation float8,
    share float8,
    expected_requests float8,
    expected_quality float8,
    marginal_quality_per_dollar float8
);
COMMENT ON TYPE tiny_dancer.budget_allocation IS 'What one agent gets of a monthly budget';
COMMENT ON COLUMN tiny_dancer.budget_allocation.agent_name IS 'The agent';
COMMENT ON COLUMN tiny_dancer.budget_allocation.allocation IS 'US dollars in a month';
COMMENT ON COLUMN tiny_dancer.budget_allocation.share IS 'Of the whole budget, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.budget_allocation.expected_requests IS 'How many requests it answers in a month';
COMMENT ON COLUMN tiny_dancer.budget_allocation.expected_quality IS 'Of those, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.budget_allocation.marginal_quality_per_dollar IS 'What one more dollar would bring';

-- A row of the log without what the table fills in itself. The one place in SQL that lists its columns: whoever decides
-- makes such a row, and whoever logs inserts it.
CREATE VIEW tiny_dancer.logged_decision AS
SELECT tenant, decided_at, decision_id, agent, fallback, optimize_for, category, confidence, estimated_cost,
       estimated_latency_ms, expected_quality, input_tokens, output_tokens, reasoning, alternatives, tags, request_hash,
       request, embedding
FROM tiny_dancer.decision;
COMMENT ON VIEW tiny_dancer.logged_decision IS
    'Decisions as they are written: rows of this type, in text form, come with the engine''s answers; see tiny_dancer.decision';

-- The forms of functions before 0.1.0, whose columns had no name together.
DROP FUNCTION IF EXISTS
    ${function_schema}.ruvector_route(text, text, text[], float8, float8, float8, text[], float8, text[], int),
    ${function_schema}.ruvector_explain_route(text, text, text[], float8, float8, float8, text[], float8, text[], int),
    ${function_schema}.ruvector_route_multi(
        text, int, text, text[], float8, float8, float8, text[], float8, text[], int),
    ${function_schema}.ruvector_batch_route(
        text[], text, float8, float8, text[], float8, float8, float8, text[], float8, text[], int),
    ${function_schema}.ruvector_classify_capabilities(text),
    ${function_schema}.ruvector_engine_status(),
    ${function_schema}.ruvector_list_routes(),
    ${function_schema}.ruvector_create_route(text, text, text, int, real[], jsonb, text[], float8),
    ${function_schema}.ruvector_semantic_route(text, int, jsonb),
    ${function_schema}.ruvector_fit_routes(jsonb),
    ${function_schema}.ruvector_register_agent(
        text, text, text[], float8, float8, float8, float8, jsonb, float8, float8, float8, float8, int),
    ${function_schema}.ruvector_find_agents_by_capability(text, int),
    ${function_schema}.ruvector_update_agent_metrics(text, float8, boolean, float8),
    ${function_schema}.ruvector_record_outcome(uuid, boolean, float8, float8, int, int, float8, text),
    ${function_schema}.ruvector_routing_analytics(text, text),
    ${function_schema}.ruvector_optimize_budget(float8, float8, float8),
    ${function_schema}.ruvector_set_budget(text, float8, text, text),
    ${function_schema}.ruvector_install_model(text, bytea, jsonb),
    ${function_schema}.ruvector_list_settings(),
    tiny_dancer.reject(text, text, text, text[]),
    tiny_dancer.check_given(text, anyelement),
    tiny_dancer.check_text(text, text, int),
    tiny_dancer.check_figure(text, float8, float8),
    tiny_dancer.check_one_of(text, text, text[]),
    tiny_dancer.check_elements(text, text[]),
    tiny_dancer.check_capabilities(text, text[]),
    tiny_dancer.check_utterances(text[]),
    tiny_dancer.check_embedding(real[]),
    tiny_dancer.check_keys(text, jsonb, text[]),
    tiny_dancer.check_conditions(jsonb),
    tiny_dancer.check_examples(jsonb),
    tiny_dancer.check_budget_scope(text),
    tiny_dancer.check_default_tenant(text),
    tiny_dancer.check_model_change(text),
    tiny_dancer.context_time(jsonb),
    tiny_dancer.plan_answer(),
    tiny_dancer.batch_answer(),
    tiny_dancer.prepared_utterances(jsonb, text[]),
    tiny_dancer.connect_engine(),
    tiny_dancer.report_unreachable(text, text),
    tiny_dancer.await_answer(int),
    tiny_dancer.exchange(text, json, uuid, text, text),
    tiny_dancer.is_plain_route(text, text, text[], float8, float8, float8, text[], float8, text[], int),
    tiny_dancer.check_constraints(text[], float8, float8, float8, text[], float8, text[], int),
    tiny_dancer.check_route(text, text, text[], float8, float8, float8, text[], float8, text[], int),
    tiny_dancer.static_route(text, text, text, text[], float8, float8, float8, text[], float8, text[], int),
    tiny_dancer.static_ranking(text, text, text, text[], float8, float8, float8, text[], float8, text[], int);
