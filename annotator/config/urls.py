"""Every address that Redpen answers."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from annotator.api import errors, health, pages

handler404 = errors.page_not_found
handler500 = errors.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("annotator.api.urls")),
    path("", pages.home, name="home"),
    path("sign-in", pages.sign_in, name="sign_in"),
    path("sign-out", LogoutView.as_view(next_page="sign_in"), name="sign_out"),
    path("annotate/<slug:slug>", pages.annotate, name="annotate"),
    path("annotate/<slug:slug>/<path:rest>", pages.annotate),
    path("console", pages.console, name="console"),
    path("console/<path:rest>", pages.console),
    path("healthz", health.healthz, name="healthz"),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
]

if settings.DEMO:
    urlpatterns.append(path("sign-in/demo/<slug:role>", pages.demo_sign_in, name="demo_sign_in"))
