"""A run while it lives: any number follow, from any place, to its end."""

import asyncio

import pytest

from samverk.answers.live import LiveRun, said
from samverk.core.ids import new_id


async def followed(live: LiveRun, after: int = 0) -> list[tuple[int, str]]:
    return [(event.seq, event.kind) async for event in live.follow(after)]


async def test_who_comes_early_late_or_midway_gets_every_event_once() -> None:
    live = LiveRun(new_id())
    early = asyncio.create_task(followed(live))
    await asyncio.sleep(0)
    live.emit("started", {})
    await asyncio.sleep(0)
    midway = asyncio.create_task(followed(live, after=1))
    for text in ("Hej ", "du"):
        live.emit("text", {"text": text})
    assert not live.ended
    await asyncio.sleep(0)
    live.emit("done", {})
    assert live.ended
    whole = [(1, "started"), (2, "text"), (3, "text"), (4, "done")]
    assert await asyncio.wait_for(early, 5) == whole
    assert await asyncio.wait_for(midway, 5) == whole[1:]
    assert await followed(live) == whole
    assert await followed(live, after=4) == []
    assert live.text == said(live.events) == "Hej du"


async def test_stopping_ends_the_work_and_waits_for_the_driver() -> None:
    live, stored = LiveRun(new_id()), []
    await live.stop()  # nothing has begun

    async def drive(work: "asyncio.Task[None]") -> None:
        await asyncio.wait([work])
        await asyncio.sleep(0.01)
        stored.append(work.cancelled())

    live.work = asyncio.create_task(asyncio.sleep(60))
    live.driver = asyncio.create_task(drive(live.work))
    impatient = asyncio.create_task(live.stop())
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    await live.stop()
    await live.stop()
    assert stored == [True]
