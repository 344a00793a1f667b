"""gunicorn's access log without what addresses carry: query strings, where somebody came from, and links into a study.

    gunicorn annotator.config.wsgi --access-logfile - --logger-class annotator.config.access_log.AccessLog
"""

from typing import Any

from gunicorn.glogging import Logger

from annotator.config.logs import without_links


class AccessLog(Logger):
    def atoms(self, resp: Any, req: Any, served: Any, request_time: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().atoms(resp, req, served, request_time)
        path = without_links(told["U"] or "")
        version = served["SERVER_PROTOCOL"]
        return {**told, "U": path, "r": f"{served['REQUEST_METHOD']} {path} {version}", "q": "", "f": "-"}
