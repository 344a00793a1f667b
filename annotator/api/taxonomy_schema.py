"""The shapes of taxonomies and of marks, as the OpenAPI schema tells them to the frontend."""

from typing import Any

from rest_framework import serializers

from annotator.domain.segments import Density


class ErrorTypeSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    badge = serializers.CharField()
    hotkey = serializers.CharField()
    target = serializers.ChoiceField(choices=["response", "passages"])
    needs = serializers.ChoiceField(choices=["antecedent", "evidence"], allow_null=True)
    reads_passages = serializers.BooleanField()
    mended_by_deletion = serializers.BooleanField()
    definition = serializers.CharField()
    example_fits = serializers.CharField()
    example_not = serializers.CharField()


class ErrorCategorySerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    density = serializers.ChoiceField(choices=[density.value for density in Density])
    min_words = serializers.IntegerField()
    ignored_with = serializers.ListField(child=serializers.CharField())
    reward_weight = serializers.FloatField()
    types = ErrorTypeSerializer(many=True)


class TaxonomySerializer(serializers.Serializer[Any]):
    class SegmentationSerializer(serializers.Serializer[Any]):
        min_words = serializers.IntegerField()
        min_remaining = serializers.IntegerField()

    version = serializers.CharField()
    segmentation = SegmentationSerializer()
    categories = ErrorCategorySerializer(many=True)
