"""Every address that Redpen answers."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from annotator.api import (
    account,
    entry_pages,
    errors,
    health,
    invitation_pages,
    pages,
    part_pages,
    second_factor_pages,
    sign_in,
    single_sign_on,
    webhooks,
)

handler404 = errors.page_not_found
handler500 = errors.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/providers/prolific/webhook", webhooks.prolific, name="prolific_webhook"),
    path("api/v1/", include("annotator.api.urls")),
    path("", pages.home, name="home"),
    path("sign-in", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-in/code", sign_in.sign_in_code, name="sign_in_code"),
    path("sign-in/sso", single_sign_on.begin, name="sso_begin"),
    path("sign-in/sso/callback", single_sign_on.callback, name="sso_callback"),
    path("sign-out", LogoutView.as_view(next_page="sign_in"), name="sign_out"),
    path("account", account.Account.as_view(), name="account"),
    path("account/password", account.PasswordChange.as_view(), name="password_change"),
    path("account/sessions/end", account.sessions_end_others, name="sessions_end"),
    path("account/second-factor", second_factor_pages.second_factor, name="second_factor"),
    path("account/second-factor/begin", second_factor_pages.begin, name="second_factor_begin"),
    path("account/second-factor/confirm", second_factor_pages.confirm, name="second_factor_confirm"),
    path("account/second-factor/codes", second_factor_pages.renew, name="second_factor_codes"),
    path("account/second-factor/remove", second_factor_pages.remove, name="second_factor_remove"),
    path("account/sso", single_sign_on.connect, name="sso_connect"),
    path("account/sso/end", single_sign_on.disconnect, name="sso_disconnect"),
    path("account/tokens", account.TokenMake.as_view(), name="token_make"),
    path("account/tokens/<str:token_key>/end", account.token_end, name="token_end"),
    path("enter/study/<int:study_id>", entry_pages.enter_study, name="enter_study"),
    path("enter/<str:token>", entry_pages.enter_link, name="enter_link"),
    path("part/<slug:slug>", part_pages.part, name="part"),
    path("part/<slug:slug>/<slug:action>", part_pages.part_act, name="part_act"),
    path("invitation/<str:token>", invitation_pages.invitation, name="invitation"),
    path("annotate/<slug:slug>", pages.annotate, name="annotate"),
    path("annotate/<slug:slug>/<path:rest>", pages.annotate),
    path("console", pages.console, name="console"),
    path("console/<path:rest>", pages.console),
    path("healthz", health.healthz, name="healthz"),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
]

if settings.DEMO:
    urlpatterns.append(path("sign-in/demo/<slug:role>", sign_in.demo_sign_in, name="demo_sign_in"))
