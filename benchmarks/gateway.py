"""What a call costs through the one door, with everything on that users have on, beside a bare handler and the model alone.

    python -m benchmarks.gateway                        # on SQLite
    python -m benchmarks.gateway --database postgresql  # on a PostgreSQL of its own
    python -m benchmarks.gateway --only calls streams   # or wait, slow, killed, long

`samverk serve` with its real settings in one process on one core; the model (benchmarks/upstream.py), the bare handler's load and
whoever asks on the other core. The sides take turns, round by round. Every text is new. CPU is user and system of the serving
process with all its threads.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import uvloop
from benchmarks.furnished import ON, Furnished, furnish, settled
from benchmarks.load import Caller, Refused, Target, load
from benchmarks.prose import Prose
from benchmarks.upstream import PACES, SLOW_SECONDS

ROOT = Path(__file__).parents[1]
SERVING, ASKING = {0}, {1}  # cores
ROUNDS, CALLERS = 5, 32
CALLS, ALONE, STREAMS, SLOW, LONG = 800, 120, 64, 1000, 150  # how many in a round, or at once
SHORT_TEXT, LONG_TEXT = 500, 4000  # characters


@dataclass
class Side:
    """A server that is measured, and its process; the model alone is one too."""

    target: Target
    process: psutil.Process
    prose: Prose = field(default_factory=Prose)

    def requests(self, count: int, model: str, *, stream: bool = False, characters: int = SHORT_TEXT) -> list[bytes]:
        """So many calls, each of a new text."""
        return [self.target.request(model, self.prose.text(characters), stream=stream) for _ in range(count)]

    def cpu(self) -> float:
        """The seconds of processor time that the process has used."""
        times = self.process.cpu_times()
        return times.user + times.system

    def memory(self) -> float:
        """Megabytes in use."""
        return self.process.memory_info().rss / 1e6


@dataclass(frozen=True)
class Bench:
    """What is measured: the model alone, the bare handler, and the platform."""

    model: Side
    bare: Side
    samverk: Side

    @property
    def through(self) -> tuple[Side, Side]:
        """Those that stand between."""
        return self.bare, self.samverk


@dataclass(frozen=True)
class Spent:
    """What one round cost: processor time a call or an event, and how many a second."""

    cpu: float
    rate: float


async def spent(side: Side, requests: Sequence[bytes], callers: int, units: int = 1) -> Spent:
    """Ask all of it. `units`: events a call, where those are counted."""
    cpu, begun = side.cpu(), time.perf_counter()
    await load(side.target, requests, callers)
    took, count = time.perf_counter() - begun, len(requests) * units
    return Spent((side.cpu() - cpu) / count, count / took)


Rounds = dict[str, list[Spent]]


async def rounds(sides: Sequence[Side], one: Callable[[Side], Awaitable[Spent]]) -> Rounds:
    """So many rounds in which the sides take turns."""
    found: Rounds = {side.target.name: [] for side in sides}
    for _ in range(ROUNDS):
        for side in sides:
            found[side.target.name].append(await one(side))
    return found


def times_bare(found: Rounds, what: Callable[[Spent], float]) -> float:
    """The median over the rounds of the platform beside the bare handler."""
    pairs = zip(found["samverk"], found["bare"], strict=True)
    return statistics.median(what(own) / what(bare) for own, bare in pairs)


def median_of(found: Rounds, name: str, what: Callable[[Spent], float]) -> float:
    """The median of one side."""
    return statistics.median(what(one) for one in found[name])


async def calls(bench: Bench) -> None:
    """Whole answers, 32 callers: processor time a call and calls a second."""
    found = await rounds(bench.through, lambda side: spent(side, side.requests(CALLS, "quick"), CALLERS))
    own, bare = (1e3 * median_of(found, name, lambda one: one.cpu) for name in ("samverk", "bare"))
    print(
        f"CPU a call beside the bare handler {times_bare(found, lambda one: one.cpu):.2f} x ({own:.2f} / {bare:.2f} ms)"
    )
    own, bare = (median_of(found, name, lambda one: one.rate) for name in ("samverk", "bare"))
    print(f"calls/s of the bare handler {times_bare(found, lambda one: one.rate):.2f} ({own:.0f} / {bare:.0f})")


async def wait(bench: Bench) -> None:
    """One caller: what is added to the time that the model takes."""
    took: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for side in (bench.model, *bench.through):
            took.setdefault(side.target.name, []).extend(await load(side.target, side.requests(ALONE, "quick"), 1))
    for name in ("bare", "samverk"):
        whose = "" if name == "samverk" else "by the bare handler, "
        for share, what in ((0.5, "median"), (0.99, "99th percentile")):
            added = 1e3 * (_quantile(took[name], share) - _quantile(took["model"], share))
            print(f"added time, {whose}{what} {added:.2f} ms")


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


async def streams(bench: Bench) -> None:
    """Answers of 200 events: processor time an event, the call's own cost included."""
    events = PACES["long"].events

    async def one(side: Side) -> Spent:
        return await spent(side, side.requests(STREAMS, "long", stream=True), CALLERS, events)

    found = await rounds(bench.through, one)
    own, bare = (1e6 * median_of(found, name, lambda one: one.cpu) for name in ("samverk", "bare"))
    print(f"CPU a streamed event beside the bare handler {times_bare(found, lambda one: one.cpu):.2f} x", end=" ")
    print(f"({own:.0f} / {bare:.0f} µs)")


async def slow(bench: Bench) -> None:
    """A thousand answers of five seconds at once: how many finish, how much later than one alone, and the memory."""
    for side in bench.through:
        whose = "" if side is bench.samverk else "bare handler, "
        alone = max(await load(side.target, side.requests(1, "slow", stream=True), 1))
        callers = [await Caller.to(side.target.port) for _ in range(SLOW)]
        begun = time.perf_counter()
        asked = [
            caller.ask(request)
            for caller, request in zip(callers, side.requests(SLOW, "slow", stream=True), strict=True)
        ]
        watching = asyncio.create_task(_most_memory(side))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        took, most = time.perf_counter() - begun, await _stopped(watching)
        for caller in callers:
            caller.close()
        whole = [answer for answer in answers if isinstance(answer, bytes) and b"data: [DONE]" in answer]
        for lost in [answer for answer in answers if isinstance(answer, Exception)][:3]:
            print(f"  {str(lost)[:200]}", file=sys.stderr)
        print(f"{whose}slow streams at once that finish {len(whole)} of {SLOW}")
        print(
            f"{whose}slow streams, beyond one alone {took - alone:.2f} s ({took:.2f} / {alone:.2f}; a pace of {SLOW_SECONDS:g})"
        )
        print(f"{whose}slow streams, memory {most:.0f} MB")


async def _most_memory(side: Side) -> float:
    most = side.memory()
    try:
        while True:
            most = max(most, side.memory())
            await asyncio.sleep(0.2)
    except asyncio.CancelledError:
        return most


async def _stopped(watching: "asyncio.Task[float]") -> float:
    watching.cancel()
    return await watching


async def long(bench: Bench) -> None:
    """Policy and masking of 4,000 characters: what such a call costs beyond a call of a few words."""
    side = bench.samverk
    found = []
    for _ in range(ROUNDS):
        whole = await spent(side, side.requests(LONG, "quick", characters=LONG_TEXT), CALLERS)
        empty = await spent(side, [side.target.request("quick", f"Hej {at}") for at in range(LONG)], CALLERS)
        found.append((whole.cpu - empty.cpu, whole.cpu))
    beyond, whole_cpu = (1e3 * statistics.median(column) for column in zip(*found, strict=True))
    print(f"policy and masking of {LONG_TEXT} characters {beyond:.2f} ms CPU (the whole call {whole_cpu:.2f})")


PARTS: dict[str, Callable[[Bench], Awaitable[None]]] = {
    "calls": calls,
    "wait": wait,
    "streams": streams,
    "slow": slow,
    "long": long,
}


async def killed(made: Furnished, upstream: Side) -> None:
    """`kill -9` in the middle of a load: every call that the model had is recorded, the chain is whole, the budgets add up."""
    before, known = _calls_of(upstream.target.port), (await settled(made)).opened
    with serving(made) as samverk:
        requests = [samverk.target.request("quick", samverk.prose.text(SHORT_TEXT)) for _ in range(20_000)]
        loading = asyncio.create_task(load(samverk.target, requests, CALLERS))
        await asyncio.sleep(3)
        samverk.process.kill()
        with suppress(Refused):
            await loading
    made_calls = _calls_of(upstream.target.port) - before
    books = await settled(made)
    opened = books.opened - known
    print(f"kill -9: calls that the model had and the ledger has not {max(made_calls - opened, 0)}", end=" ")
    print(f"({made_calls} had, {opened} recorded, {books.left_open} left open and settled at what they held)")
    print(f"kill -9: chain broken {int(books.broken is not None)}")
    print(f"kill -9: budgets that do not add up {len(books.wrong)} of {books.budgets}")
    for wrong in books.wrong:
        print(f"  {wrong}", file=sys.stderr)


def _calls_of(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/calls") as response:
        return int(response.read())


@contextmanager
def started(name: str, module: str, *words: str, cores: set[int]) -> Iterator[Side]:
    """A server of a benchmark, which prints its port, up until the end of the block."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *words]
    with _running(command, cores, stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield Side(Target(name, int(process.stdout.readline())), psutil.Process(process.pid))


@contextmanager
def serving(made: Furnished) -> Iterator[Side]:
    """`samverk serve` up until the end of the block, killed or not."""
    command = [sys.executable, "-m", "samverk", "serve", "--port", "0"]
    environment = {**os.environ, **made.environment}
    with _running(command, SERVING, env=environment, stderr=subprocess.PIPE) as process:
        assert process.stderr
        line = process.stderr.readline()
        _drain(process)
        yield Side(
            Target("samverk", int(line.rstrip().rsplit(":", 1)[1].strip("/ ")), made.key), psutil.Process(process.pid)
        )


def _drain(process: "subprocess.Popen[str]") -> None:
    """Show what it says from now on, so that it never waits for a reader."""
    assert process.stderr
    threading.Thread(target=lambda: [sys.stderr.write(line) for line in process.stderr], daemon=True).start()


@contextmanager
def _running(command: list[str], cores: set[int], **more: object) -> "Iterator[subprocess.Popen[str]]":
    pinned = lambda: os.sched_setaffinity(0, cores)  # noqa: E731
    process = subprocess.Popen(command, cwd=ROOT, text=True, preexec_fn=pinned, **more)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


async def measured(made: Furnished, upstream: Side, wanted: Sequence[str]) -> None:
    """Run the parts, and print a line a figure."""
    with started("bare", "bare", f"http://127.0.0.1:{upstream.target.port}", cores=SERVING) as bare:
        if set(wanted) & set(PARTS):
            with serving(made) as samverk:
                bench = Bench(upstream, bare, samverk)
                for side in bench.through:  # what is loaded and compiled at the first calls is no call's cost
                    await load(side.target, side.requests(300, "quick"), CALLERS)
                    await load(side.target, side.requests(8, "long", stream=True), 8)
                for name in wanted:
                    if name in PARTS:
                        await PARTS[name](bench)
    if "killed" in wanted:
        await killed(made, upstream)


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of a PostgreSQL with an empty database; empty for SQLite."""
    with nullcontext("") if kind == "sqlite" else _postgresql() as url:
        yield url


@contextmanager
def _postgresql() -> Iterator[str]:
    from tests import postgres

    with postgres.server() as url:
        yield asyncio.run(postgres.fresh(url))


def main() -> None:
    """Print what was on, and then the figures."""
    every = (*PARTS, "killed")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--only", nargs="+", choices=every, default=every)
    options = parser.parse_args()
    os.sched_setaffinity(0, ASKING)
    with (
        tempfile.TemporaryDirectory() as home,
        database(options.database) as url,
        started("model", "upstream", cores=ASKING) as upstream,
    ):
        made = asyncio.run(furnish(Path(home), url, f"http://127.0.0.1:{upstream.target.port}/v1"))
        print(f"on: {options.database}, {', '.join(ON)}")
        uvloop.run(measured(made, upstream, options.only))


if __name__ == "__main__":
    main()
