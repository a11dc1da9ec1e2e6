"""The same visits from a cluster: each task reads its own row groups and calls the one kernel."""
