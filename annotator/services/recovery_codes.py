"""Codes on paper, for when the app is lost: shown once, kept as hashes, each good once."""

import secrets
from base64 import b32encode

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from django_otp.plugins.otp_static.models import StaticDevice

from annotator.models import RecoveryCode, User

CODES = 10
BYTES = 10
# 80 bits are too few for a plain digest (ASVS 6.5.2 draws the line at 112). A person's ten codes have ten salts, so
# one that is typed in is tried against up to ten hashes: these costs, OWASP's least, make that a quarter of a second.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def recovery_codes_make(*, user: User) -> list[str]:
    """As they stand on the paper; those of before are good for nothing. Must run in a transaction."""
    StaticDevice.objects.filter(user=user).delete()
    paper = StaticDevice.objects.create(user=user, name="paper")
    codes = [b32encode(secrets.token_bytes(BYTES)).decode().lower() for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(paper=paper, hash=HASHER.hash(code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes]


def recovery_code_use(*, paper: StaticDevice, code: str) -> bool:
    """Whether the code, without its hyphens, is on the paper, which from then on it is not. A wrong one makes the next
    wait. The caller holds the paper's row, so that of two at once one gets in."""
    row = next((row for row in RecoveryCode.objects.filter(paper=paper) if _holds(row.hash, code)), None)
    if row is None:
        paper.throttle_increment()
        return False
    row.delete()
    paper.throttle_reset(commit=False)
    paper.set_last_used_timestamp(commit=False)
    paper.save()
    return True


def _holds(hashed: str, code: str) -> bool:
    """Argon2 compares in constant time."""
    try:
        return HASHER.verify(hashed, code)
    except VerifyMismatchError:
        return False
