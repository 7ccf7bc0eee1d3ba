"""Exception groups, which callers of this package do not see."""


def unwrap(group: BaseExceptionGroup[Exception]) -> Exception:
    """Return the first error of a group, however deeply it is nested."""
    error = group.exceptions[0]
    return unwrap(error) if isinstance(error, BaseExceptionGroup) else error
