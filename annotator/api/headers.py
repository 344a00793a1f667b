"""What every answer tells browsers to refuse. By the beginning of the path, because one that is not there is answered
too; a page that needs more, or less, than its neighbours is named here."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# Nothing is loaded, framed or sent anywhere: JSON, downloads, and assets opened by themselves.
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# What the server draws itself has no script at all, but for a few lines in a file of their own.
DRAWN = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
UNTYPED = "require-trusted-types-for 'script'; trusted-types 'none'"  # no text ever becomes HTML or script
SCRIPTED = f"{DRAWN}; script-src 'self'; {UNTYPED}"
# The annotate page and the console, as Vite builds them. Neither has an inline script, a <style> or a style attribute
# in its HTML: Mantine's variables are a file, and what React sets on an element's style is set by script.
BUILT = f"{SCRIPTED}; connect-src 'self'"
POLICIES = {
    **dict.fromkeys(("annotate", "console"), BUILT),
    **dict.fromkeys(("enter", "part"), SCRIPTED),
    **dict.fromkeys(("api", "static", "healthz"), NOTHING),
}

FEATURES = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment"),
    *("publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial", "usb"),
    "xr-spatial-tracking",
)
# Beside these stand those of Django's SecurityMiddleware: nosniff, Cross-Origin-Opener-Policy, and Referrer-Policy, by
# which no other site is told an address. Not "no-referrer": a browser would then not even say that a form of ours came
# from here, and Django refuses a form from nowhere.
ALWAYS = {
    "X-Frame-Options": "DENY",  # for assets, which are answered before Django's middleware of that name
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "Cross-Origin-Resource-Policy": "same-origin",
}


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: adds what is not there yet."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        first = request.path_info.lstrip("/").partition("/")[0]
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICIES.get(first, DRAWN))
        for name, value in ALWAYS.items():
            headers.setdefault(name, value)
        if first != "static":
            headers.setdefault("Cache-Control", "no-store")
        return response

    return answer
