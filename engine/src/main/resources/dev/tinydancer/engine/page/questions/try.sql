--! request text !
--! policy text balanced
--! required_capabilities text[]
--! max_cost float8
--! max_latency_ms float8
--! min_quality float8
--! min_relative_quality float8
--! excluded_agents text[]
--! expected_output_tokens int
SELECT *
FROM ruvector_explain_route(
    required_capabilities => :required_capabilities, --? required_capabilities
    max_cost => :max_cost, --? max_cost
    max_latency_ms => :max_latency_ms, --? max_latency_ms
    min_quality => :min_quality, --? min_quality
    min_relative_quality => :min_relative_quality, --? min_relative_quality
    excluded_agents => :excluded_agents, --? excluded_agents
    expected_output_tokens => :expected_output_tokens, --? expected_output_tokens
    optimize_for => :policy,
    request => :request)
