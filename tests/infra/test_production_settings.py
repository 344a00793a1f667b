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
    "REDIS_URL": "redis://:n4Wd7Rq1@redis:6379/0",
    "TRUSTED_PROXIES": "1",
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
        ({"SECRET_KEY": "Kd8fj2Lw9xQp" * 5}, "is a known or guessable value"),
        ({"SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY_FALLBACKS is 5 characters long; it needs 50."),
        ({"SECRET_KEY": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}, "is a known or guessable value"),
        ({"SECRET_KEY": "$(fefwefwef13;LFK{P!)@#*!)kdsjfWF2l+i5e3t(8a1n-aaaa"}, "is a known or guessable value"),
        ({"ALLOWED_HOSTS": "*.lab.org"}, "ALLOWED_HOSTS must name the hosts"),
        ({"ALLOWED_HOSTS": ".org"}, "ALLOWED_HOSTS must name the hosts"),
        ({"CSRF_TRUSTED_ORIGINS": "http://redpen.lab.org"}, "CSRF_TRUSTED_ORIGINS holds 'http://redpen.lab.org'"),
        ({"CSRF_TRUSTED_ORIGINS": "https://*.lab.org"}, "CSRF_TRUSTED_ORIGINS holds 'https://*.lab.org'"),
        ({"DATABASE_URL": "postgres://redpen:redpen@db/redpen"}, "DATABASE_URL has no password or a default one."),
        ({"DATABASE_URL": "postgres://ada:ada@db/redpen"}, "DATABASE_URL has no password or a default one."),
        ({"DATABASE_URL": "postgres://redpen:x7Qp2@db/redpen"}, "has a password of 5 characters; it needs 8."),
        ({"DATABASE_URL": "sqlite:////data/db.sqlite3"}, "DATABASE_URL is of 'sqlite'; it must be of postgres."),
        ({"DATABASE_URL": "postgres://redpen:f8Kq2mVx@db.lab.org/redpen"}, "a host elsewhere without sslmode=require"),
        ({"DATABASE_URL": "postgres://redpen:f8Kq2mVx@8.8.8.8/redpen?sslmode=prefer"}, "a host elsewhere without"),
        ({"REDIS_URL": "redis://redis:6379/0"}, "REDIS_URL has no password or a default one"),
        ({"REDIS_URL": "redis://:redis@redis:6379/0"}, "REDIS_URL has no password or a default one"),
        ({"REDIS_URL": "redis://:n4Wd7@redis:6379/0"}, "REDIS_URL has a password of 5 characters; it needs 8."),
        ({"REDIS_URL": "redis://:n4Wd7Rq1@redis.lab.org/0"}, "REDIS_URL names a host elsewhere without TLS"),
        ({"LOG_LEVEL": "DEBUG"}, "LOG_LEVEL is 'DEBUG'"),
        ({"LOG_LEVEL": "notset"}, "LOG_LEVEL is 'NOTSET'"),
        ({"TRUSTED_PROXIES": ""}, "TRUSTED_PROXIES is ''"),
        ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES is '0'"),
        ({"TRUSTED_PROXIES": "40"}, "TRUSTED_PROXIES is '40'"),
        ({"TRUSTED_PROXIES": "*"}, "TRUSTED_PROXIES is '*'"),
        ({"STATIC_ROOT": "/"}, "lies in STATIC_ROOT, from which everybody is served."),
        ({"FETCH_ALLOW": "*"}, "FETCH_ALLOW holds '*'"),
        ({"FETCH_ALLOW": "169.254.169.254"}, "FETCH_ALLOW holds '169.254.169.254'"),
        ({"PROLIFIC_TOKEN": "x7Qp2Lm9"}, "PROLIFIC_TOKEN is set without PROLIFIC_WEBHOOK_SECRET"),
        ({"PROLIFIC_API": "http://api.prolific.com"}, "PROLIFIC_API is 'http://api.prolific.com'"),
        ({"PROLIFIC_JWKS_URL": "http://api.prolific.com/jwks"}, "PROLIFIC_JWKS_URL is 'http://"),
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


@pytest.mark.parametrize("folder", ["DATA_DIR", "RUNS_DIR", "DATASETS_DIR"])
@pytest.mark.parametrize("mode", [0o755, 0o702])
def test_a_folder_that_others_can_enter_is_an_open_door(tmp_path: Path, folder: str, mode: int) -> None:
    (open_folder := tmp_path / "open").mkdir()
    open_folder.chmod(mode)
    done = start(tmp_path, {folder: str(open_folder)})
    assert done.returncode != 0
    assert f"{folder} ({open_folder}) is open to every user of this machine" in done.stderr


@pytest.mark.parametrize(
    "changes",
    [
        {"DATABASE_URL": "postgres://redpen:f8Kq2mVx@db.lab.org/redpen?sslmode=verify-full"},
        {"DATABASE_URL": "postgres://redpen:f8Kq2mVx@10.1.2.3/redpen"},
        {"REDIS_URL": "rediss://:n4Wd7Rq1@redis.lab.org/0"},
        {"REDIS_URL": "redis://127.0.0.1/0"},
        {"REDIS_URL": "unix:///run/redis/redis.sock"},
        {"CSRF_TRUSTED_ORIGINS": "https://redpen.lab.org", "LOG_LEVEL": "warning", "TRUSTED_PROXIES": "2"},
        {"FETCH_ALLOW": "files.lab.org,10.1.2.3:8080"},
    ],
)
def test_what_is_sound_starts(tmp_path: Path, changes: dict[str, str]) -> None:
    done = start(tmp_path, changes)
    assert done.returncode == 0, done.stderr


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
