"""One platform for all tests of the interfaces."""

from collections.abc import Iterator

import pytest

from tests.platform import Served, served


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The platform; its requests are small, so that too large ones are cheap to send."""
    with served(tmp_path_factory.mktemp("platform"), request_kilobytes=256, upload_megabytes=1) as platform:
        yield platform
