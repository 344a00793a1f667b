"""What a quality report looks like on the dashboard: figure by figure, to be drawn."""

from typing import Any

from rest_framework import serializers

from annotator.api.quality_schema import (
    ConfusionSerializer,
    CoversSerializer,
    DisputedExampleSerializer,
    FigureSerializer,
    PairSerializer,
    ReliabilitySerializer,
)


class GoldShareSerializer(FigureSerializer):
    person = serializers.CharField(help_text="Pseudonym.")


class AgreementPointSerializer(FigureSerializer):
    number = serializers.IntegerField(help_text="Of the report.")
    made_at = serializers.DateTimeField()
    annotations = serializers.IntegerField(help_text="That there were.")
    measure = serializers.CharField()


class AgreementReportSerializer(serializers.Serializer[Any]):
    class ScopedFigureSerializer(FigureSerializer):
        level = serializers.ChoiceField(choices=["overall", "category", "type"])
        key = serializers.CharField(allow_blank=True, help_text="Of the category or type.")
        measure = serializers.CharField()

    number = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    covers = CoversSerializer()
    figures = ScopedFigureSerializer(many=True)
    reliability = ReliabilitySerializer(many=True)
    pairs = PairSerializer(many=True)
    confusion = ConfusionSerializer()
    disputes = DisputedExampleSerializer(many=True, help_text="The most disputed examples first.")
