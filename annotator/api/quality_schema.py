"""The shapes of a quality report, as domain.quality_report tells what they mean."""

from typing import Any

from rest_framework import serializers

from annotator.domain.quality_report import REASONS


class FigureSerializer(serializers.Serializer[Any]):
    """A number with its 95 % interval; without a number, the reason."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    count = serializers.IntegerField(help_text="Examples behind it.")
    reason = serializers.ChoiceField(choices=REASONS, allow_null=True)


class CoversSerializer(serializers.Serializer[Any]):
    annotations = serializers.IntegerField(help_text="All that count, without checks against gold.")
    annotators = serializers.IntegerField()
    examples = serializers.IntegerField()
    shared = serializers.IntegerField(help_text="Examples that two or more people judged.")
    sampled_annotations = serializers.IntegerField(help_text="What the figures were computed from.")
    sampled_shared = serializers.IntegerField()
    limit = serializers.IntegerField()


class AgreementSerializer(serializers.Serializer[Any]):
    """Measure → figure, for all types, by category and by type."""

    overall = serializers.DictField(child=FigureSerializer())
    categories = serializers.DictField(child=serializers.DictField(child=FigureSerializer()))
    types = serializers.DictField(child=serializers.DictField(child=FigureSerializer()))
    comparisons = serializers.DictField(child=FigureSerializer())
    position_bias = serializers.DictField(
        child=FigureSerializer(), help_text="By annotator, the share of preferences for what was shown first."
    )


class ReliabilitySerializer(serializers.Serializer[Any]):
    annotator = serializers.CharField()
    category = serializers.CharField()
    units = serializers.IntegerField(help_text="Words or sentences that they and another judged.")
    sensitivity = serializers.FloatField(allow_null=True)
    specificity = serializers.FloatField(allow_null=True)
    informedness = serializers.FloatField(allow_null=True, help_text="0: at random, 1: always right.")
    competence = serializers.FloatField(allow_null=True, help_text="How often they know rather than guess.")
    reason = serializers.ChoiceField(choices=REASONS, allow_null=True)


class PairSerializer(serializers.Serializer[Any]):
    one = serializers.CharField()
    other = serializers.CharField()
    category = serializers.CharField()
    units = serializers.IntegerField()
    both = serializers.IntegerField()
    disputed = serializers.IntegerField()
    f1 = serializers.FloatField(allow_null=True)
    kappa = serializers.FloatField(allow_null=True)


class ConfusionSerializer(serializers.Serializer[Any]):
    types = serializers.ListField(child=serializers.CharField())
    table = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    alone = serializers.ListField(child=serializers.IntegerField())


class DisputedExampleSerializer(serializers.Serializer[Any]):
    example = serializers.IntegerField()
    external_id = serializers.CharField()
    judges = serializers.IntegerField()
    f1 = serializers.FloatField()
    disputed = serializers.IntegerField()


class QualityReportSerializer(serializers.Serializer[Any]):
    class ReportFiguresSerializer(serializers.Serializer[Any]):
        covers = CoversSerializer()
        agreement = AgreementSerializer()
        reliability = ReliabilitySerializer(many=True)
        weights = serializers.DictField(child=serializers.FloatField(), help_text="By annotator, 1 on average.")
        pairs = PairSerializer(many=True)
        confusion = ConfusionSerializer()
        disputes = DisputedExampleSerializer(many=True)

    number = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    annotations = serializers.IntegerField()
    taxonomy = serializers.CharField(source="taxonomy.version")
    figures = ReportFiguresSerializer()
