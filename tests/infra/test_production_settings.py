"""In production Redpen refuses to start with a door left open, and says which."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SOUND = {
    "REDPEN_ENV": "production",
    "SECRET_KEY": "Zk3v9Qw7Lx2Rt8Ym5Nc1Hb6Jd4Gf0Sp-aUeWiXoTqBvCzDrFsG",
    "ALLOWED_HOSTS": "redpen.lab.org",
    "DATABASE_URL": "postgres://redpen:f8Kq2mVx@db/redpen",
    "REDIS_URL": "redis://redis:6379/0",
}


def start(tmp_path: Path, changes: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {**inherited, **SOUND, "DATA_DIR": str(tmp_path), **changes}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--tag", "security", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_sound_settings_pass_every_deployment_check(tmp_path: Path) -> None:
    done = start(tmp_path, {})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is 0 characters long; it needs 50."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is 5 characters long; it needs 50."),
        ({"SECRET_KEY": "django-insecure-8fj3kd92lfpq03kfmgnsht-plmxcv-19abcdef"}, "is a known or guessable value"),
        ({"SECRET_KEY": "ab" * 30}, "is a known or guessable value"),
        ({"DEBUG": "1"}, "DEBUG is on."),
        ({"REDPEN_DEMO": "1"}, "REDPEN_DEMO is on"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name the hosts"),
        ({"ALLOWED_HOSTS": "redpen.lab.org,*"}, "ALLOWED_HOSTS must name the hosts"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set."),
        ({"DATABASE_URL": "postgres://redpen:postgres@db/redpen"}, "DATABASE_URL has no password or a default one."),
        ({"DATABASE_URL": "postgres://redpen@db/redpen"}, "DATABASE_URL has no password or a default one."),
        ({"REDIS_URL": ""}, "REDIS_URL is not set."),
        ({"REDPEN_ENV": "prod"}, "REDPEN_ENV is 'prod'; it must be local, test or production."),
    ],
)
def test_an_open_door_is_named_and_nothing_starts(tmp_path: Path, changes: dict[str, str], complaint: str) -> None:
    done = start(tmp_path, changes)
    assert done.returncode != 0
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert SOUND["SECRET_KEY"] not in done.stderr
    assert "f8Kq2mVx" not in done.stderr


def test_all_open_doors_are_named_at_once(tmp_path: Path) -> None:
    done = start(tmp_path, {"SECRET_KEY": "", "DEBUG": "1", "ALLOWED_HOSTS": "*"})
    assert all(word in done.stderr for word in ("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS"))


def test_a_local_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    from annotator.config.env import local_secret

    path = tmp_path / "data" / "secret_key"
    secret = local_secret(path)
    assert len(secret) >= 32
    assert local_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_an_unusable_data_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = start(tmp_path, {"REDPEN_ENV": "local", "SECRET_KEY": "", "DATA_DIR": str(tmp_path / "file" / "data")})
    assert done.returncode != 0
    assert f"The data folder {tmp_path}/file/data cannot be used: Not a directory." in done.stderr
    assert "Traceback" not in done.stderr
