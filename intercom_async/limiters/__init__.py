"""Rate limiters that many processes share: ``pip install 'intercom-async[redis]'``."""

from intercom_async.limiters.redis import RedisLimiters

__all__ = ["RedisLimiters"]
