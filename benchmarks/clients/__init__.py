"""The sides that are compared: each walks, searches and retrieves in its own usual way."""
