--! range text 7 days
SELECT agent.*, figures.total_requests AS routed, figures.completed_requests AS completed, figures.total_cost AS spent,
       figures.avg_latency_ms AS measured_latency_ms, figures.p99_latency_ms AS measured_p99_ms,
       figures.success_rate AS measured_success, figures.mean_quality AS measured_quality
FROM ruvector_list_agents() AS agent
LEFT JOIN ruvector_routing_analytics(:range, 'agent') AS figures ON figures.agent = agent.name
ORDER BY figures.total_requests DESC NULLS LAST, agent.name
