"""Redis, as far as one process needs it: whether it answers."""

from contextlib import suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

from model.errors import Unavailable

_WITHIN = 3.0


async def ping(url: str) -> None:
    """Ask Redis for a sign of life. Raises Unavailable."""
    redis = Redis.from_url(url, socket_connect_timeout=_WITHIN, socket_timeout=_WITHIN)
    try:
        await redis.ping()
    except (RedisError, OSError) as error:
        raise Unavailable(f"redis ({type(error).__name__})") from error
    finally:
        with suppress(RedisError, OSError):
            await redis.aclose()
