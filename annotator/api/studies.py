"""Studies, their links, and the people in them."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.fields import ShortListField
from annotator.api.operations import Operation, caller
from annotator.domain.parts import LINK_DAYS
from annotator.models import EntryLink, PartState, Provider, Study, StudyState
from annotator.selectors.access import ADMINS, RESEARCHERS, access_entry_link, access_project, access_study
from annotator.selectors.studies import links_of, participants, study_list, study_one
from annotator.services.entry_links import link_revoke, links_make
from annotator.services.studies import study_create, study_update

LARGEST = 2**31 - 1
SIZE: dict[str, Any] = {"min_value": 1, "max_value": LARGEST}
MONEY: dict[str, Any] = {"max_digits": 10, "decimal_places": 2, "min_value": 0}


class StudySerializer(serializers.ModelSerializer[Study]):
    provider = serializers.ChoiceField(choices=Provider.choices)
    state = serializers.ChoiceField(choices=StudyState.choices)
    taken = serializers.IntegerField(help_text="Places of people who work or have completed.")
    parts = serializers.IntegerField(help_text="Everybody who came in.")
    completed = serializers.IntegerField()
    address = serializers.SerializerMethodField(help_text="Where a platform sends people; empty: by links alone.")

    class Meta:
        model = Study
        fields = (
            *("id", "project_id", "name", "provider", "external_id", "state", "places", "taken", "parts", "completed"),
            *("texts", "minutes", "currency", "reward", "screen_out_reward", "target_per_hour"),
            *("return_url", "claim_parameter", "address", "created_at"),
        )
        read_only_fields = fields

    def get_address(self, study: Study) -> str:
        if study.provider == Provider.LINK and not study.claim_parameter:
            return ""
        address: str = self.context["request"].build_absolute_uri(reverse("enter_study", args=[study.pk]))
        return address


class StudyFieldsSerializer(serializers.Serializer[Any]):
    """What may be set of a study at any time, as far as nobody has been promised otherwise."""

    name = serializers.CharField(max_length=200)
    places = serializers.IntegerField(**SIZE)
    texts = serializers.IntegerField(**SIZE)
    minutes = serializers.IntegerField(**SIZE)
    currency = serializers.RegexField("^[A-Z]{3}$")
    reward = serializers.DecimalField(**MONEY)
    screen_out_reward = serializers.DecimalField(**MONEY)
    target_per_hour = serializers.DecimalField(**MONEY)
    return_url = serializers.CharField(max_length=500, allow_blank=True)
    claim_parameter = serializers.RegexField(r"^([A-Za-z][A-Za-z0-9_.-]*)?$", max_length=50, allow_blank=True)


class StudyList(Operation):
    """The project's studies, newest first."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="study_list", responses=StudySerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        rows = study_list(project=project)
        return Response(StudySerializer(rows, many=True, context={"request": request}).data)


class StudyCreate(Operation):
    """A new study, as a draft. Of one on Prolific, known by its id there, places, reward, minutes and completion codes
    are what Prolific says."""

    allowed = ADMINS

    class InputSerializer(StudyFieldsSerializer):
        provider = serializers.ChoiceField(choices=Provider.choices)
        external_id = serializers.RegexField("^[A-Za-z0-9]*$", max_length=100, default="", allow_blank=True)
        places = serializers.IntegerField(**SIZE, required=False)
        minutes = serializers.IntegerField(**SIZE, required=False)
        reward = serializers.DecimalField(**MONEY, required=False)
        screen_out_reward = serializers.DecimalField(**MONEY, default=Decimal(0))
        return_url = serializers.CharField(max_length=500, default="", allow_blank=True)
        claim_parameter = serializers.RegexField(
            r"^([A-Za-z][A-Za-z0-9_.-]*)?$", max_length=50, default="", allow_blank=True
        )

    @extend_schema(operation_id="study_create", request=InputSerializer, responses={201: StudySerializer})
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        form = StudyCreate.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        study = study_create(project=project, made_by=caller(request), **form.validated_data)
        return Response(_shown(study, request), status=status.HTTP_201_CREATED)


class StudyRead(Operation):
    """A study."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="study_read", responses=StudySerializer)
    def get(self, request: Request, study_id: int) -> Response:
        return Response(_shown(access_study(user=caller(request), study_id=study_id), request))


class StudyUpdate(Operation):
    """Change a study; `state`: open it, close it, or open it again."""

    allowed = ADMINS

    class InputSerializer(StudyFieldsSerializer):
        state = serializers.ChoiceField(choices=StudyState.choices)

    @extend_schema(operation_id="study_update", request=InputSerializer, responses=StudySerializer)
    def patch(self, request: Request, study_id: int) -> Response:
        study = access_study(user=caller(request), study_id=study_id, roles=ADMINS)
        form = StudyUpdate.InputSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        return Response(_shown(study_update(study=study, made_by=caller(request), **form.validated_data), request))


class EntryLinkSerializer(serializers.ModelSerializer[EntryLink]):
    class Meta:
        model = EntryLink
        fields = ("id", "created_at", "expires_at", "used_at")
        read_only_fields = fields


class EntryLinkList(Operation):
    """The study's links, newest first; never what they open with."""

    allowed = ADMINS

    @extend_schema(operation_id="entry_link_list", responses=EntryLinkSerializer(many=True))
    def get(self, request: Request, study_id: int) -> Response:
        study = access_study(user=caller(request), study_id=study_id, roles=ADMINS)
        return Response(EntryLinkSerializer(links_of(study=study), many=True).data)


class EntryLinksMake(Operation):
    """Links that let one person in, once: `count` for people nobody names, or one for each id in `people`. Their
    addresses are shown this once."""

    allowed = ADMINS

    class InputSerializer(serializers.Serializer[Any]):
        count = serializers.IntegerField(min_value=1, max_value=1000, required=False)
        people = ShortListField(
            child=serializers.CharField(max_length=200), max_length=1000, allow_empty=False, required=False
        )
        days = serializers.IntegerField(min_value=1, max_value=LINK_DAYS, default=7)

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            if ("count" in attrs) == ("people" in attrs):
                raise serializers.ValidationError({"count": "Give either this or people."})
            people = attrs.get("people", [])
            if len(set(people)) < len(people):
                raise serializers.ValidationError({"people": "Somebody is named twice."})
            return attrs

    class OutputSerializer(serializers.Serializer[Any]):
        id = serializers.UUIDField(source="link.id")
        expires_at = serializers.DateTimeField(source="link.expires_at")
        person = serializers.CharField(help_text="As in the request; empty where nobody was named.")
        address = serializers.CharField()

    @extend_schema(
        operation_id="entry_links_make", request=InputSerializer, responses={201: OutputSerializer(many=True)}
    )
    def post(self, request: Request, study_id: int) -> Response:
        study = access_study(user=caller(request), study_id=study_id, roles=ADMINS)
        form = EntryLinksMake.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        people = asked.get("people") or [""] * asked["count"]
        made = links_make(study=study, made_by=caller(request), people=people, days=asked["days"])
        for each in made:
            each.address = request.build_absolute_uri(reverse("enter_link", args=[each.token]))
        return Response(EntryLinksMake.OutputSerializer(made, many=True).data, status=status.HTTP_201_CREATED)


class EntryLinkRevoke(Operation):
    """Let nobody in by it any more; whoever is in stays."""

    allowed = ADMINS

    @extend_schema(operation_id="entry_link_revoke", responses={204: None})
    def delete(self, request: Request, link_id: Any) -> Response:
        link_revoke(link=access_entry_link(user=caller(request), link_id=link_id), made_by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ParticipantList(Operation):
    """The people of a study, the latest first, by their pseudonyms."""

    allowed = RESEARCHERS

    class OutputSerializer(serializers.Serializer[Any]):
        id = serializers.IntegerField()
        member = serializers.IntegerField(help_text="Their number among the people of the project.")
        pseudonym = serializers.CharField()
        state = serializers.ChoiceField(choices=PartState.choices)
        submitted = serializers.IntegerField()
        active_seconds = serializers.FloatField()
        entered_at = serializers.DateTimeField()
        finished_at = serializers.DateTimeField(allow_null=True)
        paused_at = serializers.DateTimeField(allow_null=True)
        paused_seconds = serializers.FloatField()
        code_issued = serializers.BooleanField()
        provider_state = serializers.CharField(help_text="In the platform's own words; empty while it said nothing.")
        provider_at = serializers.DateTimeField(allow_null=True)

    @extend_schema(operation_id="participant_list", responses=OutputSerializer(many=True))
    def get(self, request: Request, study_id: int) -> Response:
        study = access_study(user=caller(request), study_id=study_id)
        return Response(ParticipantList.OutputSerializer(participants(study=study), many=True).data)


def _shown(study: Study, request: Request) -> Any:
    return StudySerializer(study_one(study_id=study.pk), context={"request": request}).data
