"""The web application as gunicorn loads it: `gunicorn annotator.config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.config.settings")

application = get_wsgi_application()
