"""Codes on paper: what the database keeps of them, and that each is good once."""

from functools import partial
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from annotator.models import RecoveryCode, User
from annotator.services.second_factor import recovery_codes_renew, second_factor_check
from tests.annotator.services.test_concurrency import at_once


def database() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT kept::text FROM "{table}" kept')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


@pytest.mark.django_db
def test_the_database_holds_no_code_that_it_takes(annotator: User) -> None:
    codes = recovery_codes_renew(user=annotator)
    dump = database()
    assert annotator.username in dump
    assert RecoveryCode.objects.count() == len(set(codes)) == 10
    assert [code for code in codes if code in dump or code.replace("-", "") in dump] == []
    stored = RecoveryCode.objects.values_list("hash", flat=True)[0]
    assert stored in dump
    assert second_factor_check(user=annotator, code=stored) is None
    StaticDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    for code in codes:
        assert second_factor_check(user=annotator, code=code)
    assert not RecoveryCode.objects.exists()


@pytest.mark.django_db
def test_two_that_are_alike_are_kept_unlike_and_at_todays_costs(annotator: User) -> None:
    recovery_codes_renew(user=annotator)
    parts = [hashed.split("$") for hashed in RecoveryCode.objects.values_list("hash", flat=True)]
    assert {tuple(part[1:4]) for part in parts} == {("argon2id", "v=19", "m=19456,t=2,p=1")}
    assert len({part[4] for part in parts}) == 10  # salts


@pytest.mark.django_db
def test_one_that_is_no_hash_is_not_stored(annotator: User) -> None:
    paper = StaticDevice.objects.create(user=annotator)
    with pytest.raises(IntegrityError, match="recovery_code_hashed"):
        RecoveryCode.objects.create(paper=paper, hash="aaaabbbbccccdddd")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_hold_one_code_one_gets_in(annotator: User) -> None:
    code, *_ = recovery_codes_renew(user=annotator)
    came = at_once([partial(second_factor_check, user=annotator, code=code) for _ in range(4)])
    assert sorted(device is not None for device in came) == [False, False, False, True]
    assert RecoveryCode.objects.count() == 9


@pytest.mark.django_db
def test_codes_that_were_kept_as_they_are_become_hashes_and_go_on_working(annotator: User, admin: User) -> None:
    papers = [StaticDevice.objects.create(user=user, name="paper") for user in (annotator, admin)]
    codes = ["aaaabbbbccccdddd", "eeeeffff2222gggg", "hhhh3333"]
    for code, paper in zip(codes, [*papers, papers[0]], strict=True):
        StaticToken.objects.create(device=paper, token=code)
    import_module("annotator.migrations.0024_recovery_codes").hash_codes(apps, None)
    assert not StaticToken.objects.exists()
    assert [code for code in codes if code in database()] == []
    assert second_factor_check(user=admin, code="EEEE-ffff-2222-gggg") == papers[1]
    assert second_factor_check(user=admin, code="aaaa-bbbb-cccc-dddd") is None
    assert second_factor_check(user=annotator, code="aaaa-bbbb-cccc-dddd") == papers[0]
    assert second_factor_check(user=annotator, code="hhhh3333") == papers[0]
    assert not RecoveryCode.objects.exists()
