"""Parquet read by a process of its own, which may take only so much memory: a few bytes of a file can say "this text a
million times", and a file that was made to break its reader breaks nothing but that process.

    python -m annotator.domain.formats.apart < file.parquet

writes a JSON line per row, and one that begins with "!" where the file is not Parquet, or asks for too much.
"""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any

import orjson

from annotator.domain.errors import DomainError
from annotator.domain.formats.files import LINE_LIMIT_BYTES

MEMORY_BYTES = 160 * 1024 * 1024  # of which Python and pyarrow take a third, now and then more
BATCH = 16
# What all rows together may become as JSON: so many times the size of the file, and so much in any case.
MOST_RATIO = 100
MOST_IN_ANY_CASE = 64 * 1024 * 1024
MOST_COLUMNS = 1000
TOO_MUCH = f"a row, or a page of a column, takes more memory than there is for it ({MEMORY_BYTES // 2**20} MiB)"


def rows_apart(file: IO[bytes]) -> Iterator[Any]:
    """The rows of the file. DomainError invalid_parquet."""
    with TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        most = max(MOST_IN_ANY_CASE, MOST_RATIO * copy.tell())
        copy.seek(0)
        command = [sys.executable, "-m", "annotator.domain.formats.apart"]
        settings = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
        child = subprocess.Popen(
            command, stdin=copy, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, **settings}
        )
        assert child.stdout
        try:
            while line := child.stdout.readline(LINE_LIMIT_BYTES + 1):
                if line.startswith(b"!"):
                    raise _invalid(line[1:].decode())
                if not line.endswith(b"\n"):
                    raise _invalid(f"a row is longer than {LINE_LIMIT_BYTES} bytes")
                most -= len(line)
                if most < 0:
                    raise _invalid(f"its rows become more than {MOST_RATIO} times as long as the file")
                yield orjson.loads(line)
            if child.wait() != 0:
                raise _invalid(TOO_MUCH)
        finally:
            child.kill()
            child.wait()
            child.stdout.close()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_STACK, (2**20, 2**20))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _write(sys.stdin.buffer, sys.stdout.buffer)
    except MemoryError:
        sys.stdout.buffer.write(f"!{TOO_MUCH}\n".encode())
    sys.stdout.buffer.flush()
    # Without the library's farewell, in which, once in a thousand times, a thread of its own ends the process by abort.
    os._exit(0)


def _write(file: IO[bytes], out: IO[bytes]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_io_thread_count(1)
    try:
        opened = pq.ParquetFile(
            file, buffer_size=2**20, thrift_string_size_limit=2**24, thrift_container_size_limit=100_000
        )
        if opened.metadata.num_columns > MOST_COLUMNS:
            out.write(f"!it has {opened.metadata.num_columns} columns; there may be {MOST_COLUMNS}\n".encode())
            return
        for batch in opened.iter_batches(batch_size=BATCH, use_threads=False):
            for row in batch.to_pylist():
                out.write(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE))
            out.flush()
    except pa.ArrowMemoryError as error:
        raise MemoryError from error
    except (pa.ArrowException, OSError, TypeError, ValueError) as error:
        out.write(f"!{' '.join(str(error).split())[:300]}\n".encode())


def _invalid(problem: str) -> DomainError:
    return DomainError("invalid_parquet", f"the file is not Parquet that can be read: {problem}")


if __name__ == "__main__":
    main()
