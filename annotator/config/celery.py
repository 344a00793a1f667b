"""The Celery app. It carries hints only: what must not be lost is a row in PostgreSQL."""

import logging
import os
import time
from typing import Any

import redis
from celery import Celery
from celery.beat import PersistentScheduler

BEAT_ALIVE_KEY = "redpen:beat:alive"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.config.settings")

app = Celery("redpen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["annotator"])


class HeartbeatScheduler(PersistentScheduler):
    """Beat's scheduler, which also proves that it is alive: every tick writes a Redis key that expires."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from django.conf import settings

        self._redis = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        try:
            self._redis.set(BEAT_ALIVE_KEY, int(time.time()), ex=30)
        except redis.RedisError as error:
            logging.getLogger(__name__).warning("beat cannot write its heartbeat: %s", error)
        return float(super().tick(*args, **kwargs))
