"""A conversation is a tree of runs: each follows another or begins it, and those that follow the same one are versions. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class Node(NamedTuple):
    """A run's place in the tree: its id, the run that it follows, and when it was begun."""

    id: UUID
    after: UUID | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Versions:
    """A run among those that follow the same one, oldest first: the `number`th (from 1) of `count`, with its neighbours."""

    number: int = 1
    count: int = 1
    previous: UUID | None = None
    next: UUID | None = None


ALONE = Versions()


class Tree:
    """The runs of one conversation."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes: dict[UUID, Node] = {
            node.id: node for node in sorted(nodes, key=lambda node: (node.created_at, node.id))
        }
        self._following: dict[UUID | None, list[UUID]] = {}
        for node in self._nodes.values():
            self._following.setdefault(self._parent(node), []).append(node.id)

    def __contains__(self, run: UUID | None) -> bool:
        return run in self._nodes

    def _parent(self, node: Node) -> UUID | None:
        """The run that it follows; one whose predecessor is gone begins the conversation."""
        return node.after if node.after in self._nodes else None

    def newest(self) -> UUID | None:
        """The run that was begun last."""
        return next(reversed(self._nodes), None)

    def end_of(self, run: UUID) -> UUID:
        """The newest run of the branch that goes through this one: itself, where nothing follows it."""
        end, waiting = self._nodes[run], [run]
        while waiting:
            following = self._following.get(waiting.pop(), [])
            waiting += following
            end = max([end, *(self._nodes[id] for id in following)], key=lambda node: (node.created_at, node.id))
        return end.id

    def path_to(self, run: UUID | None) -> list[UUID]:
        """The runs from the first to this one, each following the one before it."""
        path: list[UUID] = []
        while run is not None and run in self._nodes and run not in path:
            path.append(run)
            run = self._nodes[run].after
        return path[::-1]

    def versions(self, run: UUID) -> Versions:
        """Where a run stands among those that follow the same one."""
        beside = self._following[self._parent(self._nodes[run])]
        at = beside.index(run)
        previous, following = beside[at - 1] if at else None, beside[at + 1] if at + 1 < len(beside) else None
        return Versions(at + 1, len(beside), previous, following)
