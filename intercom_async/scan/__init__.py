"""Walking a workspace in parallel: windows of creation time, planned, walked side by side."""
