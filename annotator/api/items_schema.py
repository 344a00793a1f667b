"""What the lists of items may be filtered by, and what items look like."""

from typing import Any

from rest_framework import serializers

from annotator.api.mark_schema import (
    AnswerField,
    ComparisonSerializer,
    EvidenceSerializer,
    MissingSerializer,
    PassageSerializer,
)
from annotator.models import Source


class Filters(serializers.Serializer[Any]):
    """What may be asked for; anything else is refused by its name."""

    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)
    after = serializers.CharField(required=False, help_text="`next` of the page before.")

    def to_internal_value(self, data: Any) -> Any:
        known = ", ".join(sorted(self.fields))
        unknown = {name: f"There is no such filter; there are {known}." for name in data if name not in self.fields}
        if unknown:
            raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class AnnotationFilters(Filters):
    person = serializers.CharField(required=False, help_text="Pseudonym of who made them.")
    type = serializers.CharField(required=False, help_text="Key of a type that they have marks of.")
    since = serializers.DateTimeField(required=False, help_text="When they came in; this moment and later.")
    until = serializers.DateTimeField(required=False, help_text="When they came in; before this moment.")
    counted = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Whether they fill one of the example's places."
    )


class ExampleFilters(Filters):
    judgements = serializers.IntegerField(
        required=False, min_value=0, max_value=1000, help_text="Exactly so many that count."
    )
    complete = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Whether all their places are filled."
    )
    leased = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Whether somebody is at work on them."
    )
    person = serializers.ListField(
        child=serializers.CharField(), required=False, max_length=2, help_text="Pseudonyms of who all judged them."
    )
    confused = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        min_length=2,
        max_length=2,
        help_text="Keys of two types that two people gave to the same place.",
    )
    split = serializers.ChoiceField(choices=["train", "dev", "test"], required=False)


class ExampleNameSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    external_id = serializers.CharField()
    question = serializers.CharField()


class AnnotationItemSerializer(serializers.Serializer[Any]):
    class MarkInBriefSerializer(serializers.Serializer[Any]):
        response = serializers.IntegerField()
        type = serializers.CharField()
        text = serializers.CharField(help_text="What is marked, or the note on what is missing.")

    record_id = serializers.UUIDField()
    example = ExampleNameSerializer()
    person = serializers.CharField(help_text="Pseudonym.")
    created_at = serializers.DateTimeField()
    active_seconds = serializers.FloatField(allow_null=True)
    counted = serializers.BooleanField(help_text="Whether it fills one of the example's places.")
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]
    marks = MarkInBriefSerializer(many=True)


class AnnotationPageSerializer(serializers.Serializer[Any]):
    results = AnnotationItemSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="To be sent as `after`; null on the last page.")


class ExampleItemSerializer(ExampleNameSerializer):
    wanted = serializers.IntegerField(help_text="Judgements.")
    done = serializers.IntegerField(help_text="Judgements that count.")
    judged_by = serializers.ListField(child=serializers.CharField(), help_text="Pseudonyms, surplus included.")
    confusions = serializers.IntegerField(
        allow_null=True, help_text="Pairs of marks of the two types asked for that touch; null if none were asked for."
    )


class ExamplePageSerializer(serializers.Serializer[Any]):
    results = ExampleItemSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="To be sent as `after`; null on the last page.")


class ExampleDetailSerializer(ExampleNameSerializer):
    class ExampleResponseSerializer(serializers.Serializer[Any]):
        index = serializers.IntegerField()
        text = serializers.CharField()
        policy_version = serializers.CharField(allow_null=True)

    class ExampleAnnotationSerializer(AnnotationItemSerializer):
        class ExampleJudgementSerializer(serializers.Serializer[Any]):
            class ExampleSpanSerializer(serializers.Serializer[Any]):
                start = serializers.IntegerField(help_text="Code points.")
                end = serializers.IntegerField()
                quote = serializers.CharField()
                type = serializers.CharField()
                evidence = EvidenceSerializer(many=True)
                explanation = serializers.CharField()

            response = serializers.IntegerField()
            spans = ExampleSpanSerializer(many=True)
            missing = MissingSerializer(many=True)
            corrected_text = serializers.CharField(allow_null=True)
            answers = serializers.DictField(child=AnswerField())

        judgements = ExampleJudgementSerializer(many=True)
        comparisons = ComparisonSerializer(many=True)

    wanted = serializers.IntegerField(help_text="Judgements.")
    done = serializers.IntegerField(help_text="Judgements that count.")
    split = serializers.ChoiceField(choices=["train", "dev", "test"])
    passages = PassageSerializer(many=True)
    reference = serializers.CharField(allow_null=True)
    responses = ExampleResponseSerializer(many=True)
    annotations = ExampleAnnotationSerializer(many=True)
