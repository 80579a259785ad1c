SELECT * FROM ruvector_whoami()
