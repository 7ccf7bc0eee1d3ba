"""Beyond one process: rate windows that processes share, and many workspaces in one command."""
