"""Values, rules and ports: no I/O, nothing of ours imported from outside this package."""
