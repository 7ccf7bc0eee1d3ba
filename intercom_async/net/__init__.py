"""What speaks to the API over a socket: connections, pacing, retries, and how they are set."""
