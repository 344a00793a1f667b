"""The demo's people: one per role, with passwords made on first use and kept in the data folder."""

import json
import os
import secrets
from pathlib import Path

from annotator.models import User

ROLES = ("admin", "researcher", "annotator")


def ensure_demo_users(data_dir: Path) -> dict[str, str]:
    """Makes what is missing and returns {username: password}; a password changed by hand is set back."""
    file = data_dir / "demo.json"
    logins = json.loads(file.read_text()) if file.exists() else {}
    fresh = {role: secrets.token_urlsafe(9) for role in ROLES if role not in logins}
    if fresh:
        logins |= fresh
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
            json.dump(logins, output, indent=2)
    for role in ROLES:
        user, _ = User.objects.get_or_create(username=role, defaults={"is_staff": role == "admin"})
        if not user.check_password(logins[role]):
            user.set_password(logins[role])
            user.save(update_fields=["password"])
    return {role: logins[role] for role in ROLES}
