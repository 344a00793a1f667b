"""Run by Label Studio's own Python in its folder, with the number of annotators: an organisation, its people and an
empty project, through its own models. Prints {"project", "tokens"} as JSON."""

import json
import sys

import django

django.setup()

from organizations.models import Organization  # noqa: E402
from projects.models import Project  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402
from users.models import User  # noqa: E402

CONFIG = """<View><Header value="$question"/><Text name="text" value="$text"/>
<Labels name="label" toName="text"><Label value="irrelevant"/></Labels></View>"""

people = [User.objects.create_user(email=f"annotator{n}@example.com", password=None) for n in range(int(sys.argv[1]))]
organisation = Organization.create_organization(created_by=people[0], title="bench", legacy_api_tokens_enabled=True)
for person in people:
    organisation.add_user(person)
    person.active_organization = organisation
    person.save()
project = Project.objects.create(
    title="bench", created_by=people[0], organization=organisation, label_config=CONFIG, maximum_annotations=1
)
tokens = [Token.objects.get_or_create(user=person)[0].key for person in people]
print(json.dumps({"project": project.pk, "tokens": tokens}))
