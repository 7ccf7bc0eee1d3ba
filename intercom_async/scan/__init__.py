"""Walking a workspace in parallel, by windows of creation time."""
