"""Run by doccano's own Python in its `backend` folder: a project with texts and annotators, through its own models.

Reads {"texts", "questions", "annotators"} and prints {"project", "label", "tokens"}, both JSON.
"""

import json
import sys

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from examples.models import Example  # noqa: E402
from label_types.models import SpanType  # noqa: E402
from projects.models import Member, SequenceLabelingProject  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402
from roles.models import Role  # noqa: E402

asked = json.load(sys.stdin)
owner = User.objects.create_user("owner")
project = SequenceLabelingProject.objects.create(
    name="bench", created_by=owner, project_type="SequenceLabeling", collaborative_annotation=False
)
project.add_admin()
label = SpanType.objects.create(project=project, text="irrelevant")
for text, question in zip(asked["texts"], asked["questions"], strict=True):
    Example.objects.create(project=project, text=text, meta={"question": question})
role, tokens = Role.objects.get(name="annotator"), []
for number in range(asked["annotators"]):
    user = User.objects.create_user(f"annotator-{number}")
    Member.objects.create(project=project, user=user, role=role)
    tokens.append(Token.objects.create(user=user).key)
print(json.dumps({"project": project.pk, "label": label.pk, "tokens": tokens}))
