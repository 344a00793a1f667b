"""What the audit log tells: deeds of those who run a project or the site, and how its entries hang together.

Each entry holds the hash of the one before it, and its own hash over that and all that it says. So whoever changes,
removes, moves or slips in an entry has to change every later one as well, and the hash of the last one is known
outside of the database. The database computes the same (migrations/0018_audit.py).
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

ACTIONS = frozenset(
    {
        *("project.create", "project.update", "taxonomy.add", "lessons.replace", "examples.import"),
        *("job.create", "job.cancel", "model.register", "model.promote"),
        *("dataset.freeze", "dataset.upload", "dataset.download"),
        *("gold.make", "gold.import", "gold.retire"),
        *("adjudication.settle", "adjudication.reopen", "adjudication.reveal"),
        *("standing.change", "person.withdraw", "person.erase", "dataset.revise", "survey.download"),
        *("token.issue", "token.revoke"),
        *("member.add", "member.role", "member.remove", "member.join", "invitation.make", "invitation.revoke"),
        *("account.close", "account.open", "account.sign_out", "password.change", "second_factor.reset"),
        *("second_factor.set", "second_factor.codes", "second_factor.remove"),
        *("study.create", "study.update", "link.make", "link.revoke", "provider.event", "study.message"),
        *("payment.propose", "payment.approve", "payment.cancel", "payment.settle"),
    }
)
# What the first entry has in place of the hash of the one before.
BEGINNING = "0" * 64
HASHED = ("number", "at", "actor", "project", "action", "target", "detail")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def entry_hash(previous: str, entry: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of the hash before and of what the entry says.

    Each value stands behind its length in bytes, so that no two entries are written alike; a value that is not there
    is "-". `at` counts microseconds since 1970; `detail` is the text of the JSON as PostgreSQL writes it.
    """
    written = [previous]
    for name in HASHED:
        value = entry[name]
        if isinstance(value, datetime):
            value = (value - _EPOCH) // timedelta(microseconds=1)
        text = "" if value is None else str(value)
        written.append("-" if value is None else f"{len(text.encode())}:{text}")
    return hashlib.sha256("\n".join(written).encode()).hexdigest()
