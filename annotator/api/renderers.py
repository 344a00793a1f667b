"""JSON on its way out."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder


class FastJSONRenderer(BaseRenderer):
    """What orjson does not know, Django REST framework's encoder does."""

    media_type = "application/json"
    format = "json"
    charset = None
    _encoder = JSONEncoder()

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        options = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
        try:
            return orjson.dumps(data, default=self._encoder.default, option=options)
        except orjson.JSONEncodeError:
            # 1e30 somebody's metadata may say, which PostgreSQL gives back as an integer of 31 digits.
            return self._encoder.encode(data).encode()
