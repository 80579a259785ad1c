SELECT * FROM ruvector_list_policies()
