"""What all nouns are made of; nothing here knows a noun, a socket or the clock."""
