"""The operations that change the workspace.

Each of a conversation is a function of the workspace and a request: those that answer with the
conversation return its id, the others the JSON object they answer with. Those of other nouns are
functions of their collection and a request.
"""
