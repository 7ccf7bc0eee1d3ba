"""Programs that take all conversations out with other tools, each run by a Python of its own.

``python -m benchmarks.peers.PROGRAM URL OUT`` writes the records to ``OUT`` as lines of JSON, or
with the record within as the tool writes it, and prints what that cost as JSON; what it imports
first is not counted.
"""
