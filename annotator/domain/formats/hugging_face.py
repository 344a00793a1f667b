"""A folder that `datasets.load_dataset(folder)` reads, as a zip file: Parquet for each split, and the dataset card."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, get_args

from annotator.domain.errors import DomainError
from annotator.domain.feedback import Example, example_split
from annotator.domain.formats import parquet
from annotator.domain.formats.card import card
from annotator.domain.records import Json
from annotator.domain.splits import Split

MOST_ENTRIES = 1000
MOST_BYTES = 2**32
MOST_RATIO = 50
SPLITS: tuple[Split, ...] = get_args(Split)


def write(records: Iterable[Json], about: Json) -> Iterator[bytes]:
    """The zip file. `records` are gone through once for each split; a split without records has no file."""
    counts = about["counts"]["splits"]
    sink = parquet.Sink()
    with zipfile.ZipFile(_Unseekable(sink), "w") as archive:
        archive.writestr(_entry("README.md"), card(about))
        yield sink.taken()
        for split in SPLITS:
            if not counts[split]:
                continue
            with archive.open(_entry(f"data/{split}.parquet"), "w", force_zip64=True) as file:
                for piece in parquet.write(of_split(records, split), about):
                    file.write(piece)
                    yield sink.taken()
    yield sink.taken()


def read(file: IO[bytes]) -> Iterator[tuple[int, Json]]:
    """(row from 1 over all files, record) of such a zip file. DomainError invalid_zip, also for one that would become
    much more than it is."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check_size(archive, file)
            names = [name for name in archive.namelist() if name.endswith(".parquet")]
            if not names:
                raise DomainError("invalid_zip", "the zip file holds no file that ends in .parquet")
            before = number = 0
            for name in names:
                with archive.open(name) as opened:
                    for row, record in parquet.read(opened):
                        number = before + row
                        yield number, record
                before = number
    # The others: encrypted, or compressed in a way that this Python does not know.
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise DomainError("invalid_zip", f"the file is no zip file: {error}") from error


def _check_size(archive: zipfile.ZipFile, file: IO[bytes]) -> None:
    """By what the archive says of itself; zipfile reads no more of an entry than that."""
    entries, became = archive.infolist(), sum(entry.file_size for entry in archive.infolist())
    size = file.seek(0, io.SEEK_END)
    if len(entries) > MOST_ENTRIES:
        raise DomainError("invalid_zip", f"the zip file holds {len(entries)} files; there may be {MOST_ENTRIES}")
    if became > MOST_BYTES or became > max(size, 2**20) * MOST_RATIO:
        problem = f"would become {became} bytes; at most {MOST_BYTES} and {MOST_RATIO} times its own size are read"
        raise DomainError("invalid_zip", f"the zip file {problem}")


def of_split(records: Iterable[Json], split: str) -> Iterator[Json]:
    """The records whose examples are of this split."""
    return (record for record in records if example_split(Example(**record["example"])) == split)


class _Unseekable(io.RawIOBase):
    """What the zip file is written to as a stream."""

    def __init__(self, sink: "parquet.Sink") -> None:
        self._sink = sink

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return self._sink.write(data)


def _entry(name: str) -> zipfile.ZipInfo:
    # A fixed date: the same dataset is the same bytes.
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
