"""Fields that serializers are made of, beside those of Django REST framework."""

from typing import Any

from rest_framework import serializers


class ShortListField(serializers.ListField):
    """A list whose length is looked at before its items are, each of which may take a while to be refused."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if self.max_length is not None and isinstance(data, list) and len(data) > self.max_length:
            raise serializers.ValidationError(self.error_messages["max_length"].format(max_length=self.max_length))
        return super().to_internal_value(data)
