"""The web application as gunicorn loads it: `gunicorn annotator.config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.config.settings")

application = get_wsgi_application()
# The routes, and all that they import: not when the first request comes.
_ = get_resolver().url_patterns
