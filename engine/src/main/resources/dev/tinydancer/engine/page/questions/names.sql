SELECT name, active FROM ruvector_list_agents() ORDER BY name
