"""Somebody who is logged in and uses the pages without script: forms are sent, redirects followed."""

import re

import httpx2 as httpx
from tests.platform import Served

from samverk.identity.principal import Role

PASSWORD = "en lång nog fras"


class Browser:
    """A person with a role in Björksta, logged in."""

    def __init__(self, platform: Served, email: str, role: Role) -> None:
        platform.run(platform.rooms.identity.create_user("bjorksta", email, email.split("@")[0], role, [], PASSWORD))
        self.http = httpx.Client(
            base_url=platform.url, timeout=60, headers={"Accept": "text/html"}, follow_redirects=True
        )
        self.token = token_of(self.http.get("/logga-in").text)
        self.http.post("/logga-in", data={"csrf": self.token, "email": email, "password": PASSWORD})
        self.token = token_of(self.http.get("/hjalp").text)

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self.http.get(path)

    def send(self, path: str, **fields: str) -> httpx.Response:
        """A form."""
        return self.http.post(path, data={"csrf": self.token, **fields})


def token_of(page: str) -> str:
    """The token that the page's forms carry."""
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found
    return found[1]
