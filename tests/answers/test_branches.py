"""A conversation is a tree: what follows what, which versions a question has, and that nothing said is lost."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from samverk.answers.branches import Node, Tree, Versions

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)


def run(number: int) -> UUID:
    return UUID(int=number)


def tree(*parents: int) -> Tree:
    """Runs 1, 2, 3, … begun a second apart, each after the one whose number is given (0: none)."""
    return Tree(
        Node(run(n), run(parent) if parent else None, BEGAN + timedelta(seconds=n))
        for n, parent in enumerate(parents, 1)
    )


def test_an_empty_conversation_has_no_end() -> None:
    assert tree().newest() is None
    assert tree().path_to(None) == []
    assert run(1) not in tree()


def test_a_line_of_runs_is_one_branch() -> None:
    line = tree(0, 1, 2)
    assert line.path_to(line.newest()) == [run(1), run(2), run(3)]
    assert line.versions(run(2)) == Versions()


def test_runs_after_the_same_one_are_versions_of_each_other() -> None:
    forked = tree(0, 1, 1, 1)
    assert forked.versions(run(2)) == Versions(1, 3, None, run(3))
    assert forked.versions(run(3)) == Versions(2, 3, run(2), run(4))
    assert forked.versions(run(4)) == Versions(3, 3, run(3), None)
    assert forked.path_to(run(3)) == [run(1), run(3)]


def test_the_first_question_has_versions_too() -> None:
    assert tree(0, 0).versions(run(2)) == Versions(2, 2, run(1), None)


def test_a_branch_goes_on_to_what_was_said_last_on_it() -> None:
    grown = tree(0, 1, 1, 2, 4, 4)
    assert grown.end_of(run(2)) == run(6)
    assert grown.end_of(run(3)) == run(3)
    assert grown.end_of(run(1)) == run(6)


def test_a_run_whose_predecessor_is_gone_begins() -> None:
    orphaned = tree(0, 9)
    assert orphaned.path_to(run(2)) == [run(2)]
    assert orphaned.versions(run(2)).count == 2
