"""Exception groups, of which callers are to see the error itself."""


def first(group: BaseExceptionGroup[Exception]) -> Exception:
    """Return the first error in a group, however deep it is wrapped."""
    error = group.exceptions[0]
    return first(error) if isinstance(error, BaseExceptionGroup) else error
