"""What one commit to the index does: pure."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from samverk.knowledge.shelves import next_batch

A, B, C = (UUID(int=n) for n in (1, 2, 3))


def test_nothing_to_follow_is_no_commit() -> None:
    assert next_batch([]) is None


def test_of_each_version_its_last_change_counts() -> None:
    batch = next_batch([(1, A, False, 5, False), (2, A, True, 5, False), (3, B, False, 5, True)])
    assert batch is not None
    assert (batch.add, batch.remove, batch.sequence) == ([B], [A], 3)


def test_a_version_that_came_back_is_added() -> None:
    batch = next_batch([(1, A, True, 5, True), (2, A, False, 5, True)])
    assert batch is not None
    assert (batch.add, batch.remove) == ([A], [])


def test_a_large_document_makes_a_commit_of_its_own_and_is_not_split() -> None:
    changes = [(1, A, False, 900, True), (2, B, False, 5_000, True), (3, C, False, 900, True)]
    sequences = []
    while batch := next_batch([change for change in changes if change[0] > (sequences or [0])[-1]], 1_000):
        sequences.append(batch.sequence)
    assert sequences == [1, 2, 3]


@given(
    st.lists(st.tuples(st.sampled_from([A, B, C]), st.booleans(), st.integers(0, 50)), min_size=1), st.integers(1, 60)
)
def test_following_in_commits_of_any_size_ends_where_the_changes_end(
    raw: list[tuple[UUID, bool, int]], most: int
) -> None:
    last = {version: not removed for version, removed, _ in raw}
    changes = [(seq, v, removed, size, last[v]) for seq, (v, removed, size) in enumerate(raw, 1)]
    shelf: set[UUID] = set()
    applied = 0
    while batch := next_batch([change for change in changes if change[0] > applied], most):
        assert batch.sequence > applied
        assert not set(batch.add) & set(batch.remove)
        shelf = (shelf - set(batch.remove)) | set(batch.add)
        applied = batch.sequence
    assert applied == len(changes)
    assert shelf == {version for version, there in last.items() if there}
