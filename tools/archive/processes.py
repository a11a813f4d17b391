"""Processes: compresses on all cores, where the encoder lets one thread at a time run.

The processes are forked, so that they have the open inputs. They end with the one that they work for, however that
ends: each result is announced in a pipe that nobody else reads.
"""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import sys
from collections.abc import Iterator, Sequence
from typing import IO, Callable, NamedTuple, NoReturn

from tools.archive.compressed import LARGEST, Compressed, Deflate, compress
from tools.archive.member import Member
from tools.errors import PleasingError

# Of a result: its method, CRC-32 and size, and how many bytes of it are in the worker's file.
_RESULT = struct.Struct("=BIQQ")
_FAILED = 255

# Bytes, from which several processes take less time than one: to start them takes some 20 ms.
_WORTH_PROCESSES = 1 << 23

_Work = Callable[[int], Compressed]


class _Worker(NamedTuple):
    """A process.

    Attributes:
        process: Its number.
        results: The end of its pipe that results are read from.
        file: What they have in common, without a name: the bytes of the results, one after the other.
    """

    process: int
    results: int
    file: IO[bytes]


def compress_members(members: Sequence[Member], deflate: Deflate) -> Iterator[Compressed]:
    """Yield members' bytes deflated anew, in order; by several processes, as the encoder holds Python's lock.

    Args:
        members: The members, none of more than `LARGEST` bytes.
        deflate: What deflates them.

    Raises:
        PleasingError: A member is damaged.
    """

    def work(number: int) -> Compressed:
        return compress(members[number].read(LARGEST), deflate)

    sizes = [member.size for member in members]
    if (os.cpu_count() or 1) < 2 or sum(sizes) < _WORTH_PROCESSES:
        yield from map(work, range(len(members)))
    else:
        yield from in_processes(work, sizes)


def in_processes(work: _Work, sizes: Sequence[int]) -> Iterator[Compressed]:
    """Yield the results of some work, in order.

    Args:
        work: Returns the result of a number.
        sizes: How much work each number is, of 0 and on.

    Raises:
        PleasingError: Some work raised it, or a process ended before it was done.
    """
    shares = _shares(sizes, min(os.cpu_count() or 1, len(sizes)))
    owner = {number: index for index, share in enumerate(shares) for number in share}
    workers: list[_Worker] = []
    read = [0] * len(shares)
    try:
        for share in shares:
            workers.append(_start(work, share, workers))
        for number in range(len(sizes)):
            index = owner[number]
            worker = workers[index]
            header = b""
            while len(header) < _RESULT.size:
                more = os.read(worker.results, _RESULT.size - len(header))
                if not more:
                    raise PleasingError("a process that compresses was ended from outside; build again")
                header += more
            method, crc, size, length = _RESULT.unpack(header)
            data = os.pread(worker.file.fileno(), length, read[index])
            read[index] += length
            if method == _FAILED:
                raise PleasingError(data.decode().split("\0"))
            yield Compressed(method, crc, size, data)
    finally:
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.process, signal.SIGKILL)
            os.waitpid(worker.process, 0)
            os.close(worker.results)
            worker.file.close()


def _shares(sizes: Sequence[int], count: int) -> list[list[int]]:
    """Divide numbers into shares of about the same size, each sorted."""
    shares: list[list[int]] = [[] for _ in range(count)]
    totals = [0] * count
    for number in sorted(range(len(sizes)), key=lambda number: -sizes[number]):
        least = min(range(count), key=totals.__getitem__)
        shares[least].append(number)
        totals[least] += sizes[number]
    return [sorted(share) for share in shares if share]


def _start(work: _Work, share: Sequence[int], before: Sequence[_Worker]) -> _Worker:
    import tempfile
    import warnings

    try:
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed when its results have been read
        results, announce = os.pipe()
    except OSError as error:
        raise PleasingError(f"cannot write a temporary file: {error.strerror}") from error
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        # Python 3.12 warns where threads run. None of a tool's does here, and the process only reads and compresses.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if not process:
        _run(work, share, announce, file, [results, *(worker.results for worker in before)])
    os.close(announce)
    return _Worker(process, results, file)


def _run(
    work: _Work, share: Sequence[int], announce: int, file: IO[bytes], others: Sequence[int]
) -> NoReturn:
    """Do a share of the work, in a process of its own, and end that."""
    try:
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, signal.SIG_DFL)
        # The last who reads a pipe is the first process: when that is gone, writing fails.
        for other in others:
            os.close(other)
        for number in share:
            try:
                result = work(number)
            except PleasingError as error:
                problems = "\0".join(error.problems).encode()
                result = Compressed(_FAILED, 0, 0, problems)
            left = memoryview(result.data)
            while left:
                left = left[os.write(file.fileno(), left) :]
            os.write(announce, _RESULT.pack(result.method, result.crc, result.size, len(result.data)))
    finally:
        # Nothing that the first process is to tidy up.
        os._exit(0)
