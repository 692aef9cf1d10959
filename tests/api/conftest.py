"""A platform for the tests of the interfaces: one a module, because no two do jobs in the same process at once."""

from collections.abc import Iterator

import pytest

from tests.platform import Served, served


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The platform; its requests are small, so that too large ones are cheap to send."""
    with served(
        tmp_path_factory.mktemp("platform"), request_kilobytes=256, call_megabytes=1, upload_megabytes=1
    ) as platform:
        yield platform
