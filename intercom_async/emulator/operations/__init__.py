"""The operations that change conversations.

Each is a function of the workspace and a request: those that answer with the conversation return
its id, the others the JSON object they answer with.
"""
