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
    number = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    covers = CoversSerializer()
    reliability = ReliabilitySerializer(many=True)
    pairs = PairSerializer(many=True)
    confusion = ConfusionSerializer()
    disputes = DisputedExampleSerializer(many=True, help_text="The most disputed examples first.")
