"""What a quality report looks like on its way to the dashboard."""

from typing import Any

from rest_framework import serializers

FIGURE_REASONS = ["no_overlap", "no_variation", "no_marks", "no_pairs"]


class FigureSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True, help_text="95 % interval.")
    high = serializers.FloatField(allow_null=True)
    count = serializers.IntegerField(help_text="Examples behind it, or checks.")
    reason = serializers.ChoiceField(choices=FIGURE_REASONS, allow_null=True, help_text="Why there is no value.")


class GoldShareSerializer(FigureSerializer):
    person = serializers.CharField(help_text="Pseudonym.")


class AgreementPointSerializer(FigureSerializer):
    number = serializers.IntegerField(help_text="Of the report.")
    made_at = serializers.DateTimeField()
    annotations = serializers.IntegerField(help_text="That there were.")
    measure = serializers.CharField()


class AgreementReportSerializer(serializers.Serializer[Any]):
    class CoversSerializer(serializers.Serializer[Any]):
        annotations = serializers.IntegerField()
        annotators = serializers.IntegerField()
        examples = serializers.IntegerField()
        shared = serializers.IntegerField(help_text="Examples that two or more people judged.")
        sampled_annotations = serializers.IntegerField(help_text="What the figures were computed from.")
        sampled_shared = serializers.IntegerField()

    class ScopedFigureSerializer(FigureSerializer):
        level = serializers.ChoiceField(choices=["overall", "category", "type"])
        key = serializers.CharField(allow_blank=True, help_text="Of the category or type.")
        measure = serializers.CharField()

    class ReliabilitySerializer(serializers.Serializer[Any]):
        annotator = serializers.CharField()
        category = serializers.CharField()
        units = serializers.IntegerField()
        sensitivity = serializers.FloatField(allow_null=True)
        specificity = serializers.FloatField(allow_null=True)
        informedness = serializers.FloatField(allow_null=True)
        competence = serializers.FloatField(allow_null=True)

    class WeightSerializer(serializers.Serializer[Any]):
        person = serializers.CharField()
        weight = serializers.FloatField(help_text="1 on average.")

    class PairSerializer(serializers.Serializer[Any]):
        one = serializers.CharField()
        other = serializers.CharField()
        category = serializers.CharField()
        units = serializers.IntegerField(help_text="Words or sentences that both judged.")
        both = serializers.IntegerField()
        disputed = serializers.IntegerField()
        f1 = serializers.FloatField(allow_null=True)
        kappa = serializers.FloatField(allow_null=True)

    class ConfusionSerializer(serializers.Serializer[Any]):
        types = serializers.ListField(child=serializers.CharField())
        table = serializers.ListField(
            child=serializers.ListField(child=serializers.IntegerField()),
            help_text="Pairs of marks of the two types, by different people, that touch.",
        )
        alone = serializers.ListField(
            child=serializers.IntegerField(), help_text="Marks where another judge marked nothing."
        )

    class DisputedExampleSerializer(serializers.Serializer[Any]):
        example = serializers.IntegerField()
        external_id = serializers.CharField()
        judges = serializers.IntegerField()
        f1 = serializers.FloatField()
        disputed = serializers.IntegerField(help_text="Words and sentences that one marked and another did not.")

    number = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    covers = CoversSerializer()
    figures = ScopedFigureSerializer(many=True)
    reliability = ReliabilitySerializer(many=True)
    weights = WeightSerializer(many=True)
    pairs = PairSerializer(many=True)
    confusion = ConfusionSerializer()
    disputes = DisputedExampleSerializer(many=True, help_text="The most disputed examples first.")
