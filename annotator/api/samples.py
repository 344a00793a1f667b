"""Samples: what a policy answered, token by token with its rewards."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.mark_schema import PassageSerializer
from annotator.api.operations import Operation, caller
from annotator.selectors.access import RESEARCHERS, access_project
from annotator.selectors.samples import sampled_examples


class TokenSerializer(serializers.Serializer[Any]):
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class NumbersField(serializers.ListField):
    child = serializers.FloatField()


class SampledResponseSerializer(serializers.Serializer[Any]):
    """`rewards`: per category, one number for each token; `scores`: one for each segment."""

    index = serializers.IntegerField()
    text = serializers.CharField()
    policy = serializers.CharField(source="policy_version")
    tokens = TokenSerializer(many=True, source="rewards.tokens", help_text="Code points, half-open.")
    rewards = serializers.DictField(
        child=serializers.ListField(child=serializers.FloatField()), source="rewards.rewards"
    )
    scores = serializers.DictField(child=serializers.ListField(child=serializers.FloatField()), source="rewards.scores")


class SampleSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    job = serializers.UUIDField(source="round_id")
    question = serializers.CharField()
    passages = PassageSerializer(many=True)
    reference = serializers.CharField(allow_null=True)
    responses = SampledResponseSerializer(many=True, source="responses.all")


class SamplePageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    results = SampleSerializer(many=True)


class SampleList(Operation):
    """Sampled examples, the newest round first."""

    allowed = RESEARCHERS

    class QuerySerializer(serializers.Serializer[Any]):
        job = serializers.UUIDField(required=False)
        limit = serializers.IntegerField(min_value=1, max_value=100, default=20)
        offset = serializers.IntegerField(min_value=0, max_value=2**31, default=0)

    @extend_schema(operation_id="sample_list", parameters=[QuerySerializer], responses=SamplePageSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        query = SampleList.QuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = query.validated_data
        examples = sampled_examples(project=project, job_id=page.get("job"))
        results = examples[page["offset"] : page["offset"] + page["limit"]]
        return Response({"count": examples.count(), "results": SampleSerializer(results, many=True).data})
