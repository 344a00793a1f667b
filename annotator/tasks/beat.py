"""Beat's scheduler, which also proves that it is alive."""

import logging
import time
from typing import Any

import redis
from celery.beat import PersistentScheduler
from django.conf import settings

ALIVE_KEY = "redpen:beat:alive"
ALIVE_SECONDS = 30

log = logging.getLogger(__name__)


class HeartbeatScheduler(PersistentScheduler):
    """At every tick it writes a Redis key which expires: no key, no beat."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._redis = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        try:
            self._redis.set(ALIVE_KEY, int(time.time()), ex=ALIVE_SECONDS)
        except redis.RedisError as error:
            log.warning("beat cannot write its sign of life: %s", error)
        return float(super().tick(*args, **kwargs))
