"""The pages without a browser: who may see what, what a forged or oversized request gets, how files are cached."""

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import pytest

from tests.journeys.site import EMAIL, PASSWORD, Site


@dataclass
class Client:
    """A browser of the simplest kind: it keeps cookies and follows nothing."""

    site: Site
    cookies: dict[str, str] = field(default_factory=dict)

    def send(
        self, method: str, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text."""
        body = urlencode(fields).encode() if fields is not None else None
        with self.opened(method, path, body, headers) as response:
            text = response.read().decode("utf-8", "replace")
            return response.status, {name.lower(): value for name, value in response.getheaders()}, text

    @contextmanager
    def opened(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Iterator[http.client.HTTPResponse]:
        """The response, while it comes."""
        connection = http.client.HTTPConnection(urlsplit(self.site.url).netloc, timeout=20)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Accept": "text/html", **kind, "Cookie": cookie, **sent})
        response = connection.getresponse()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        yield response
        connection.close()

    def token(self, path: str) -> str:
        """The token of the forms on a page."""
        found = re.search(r'name="csrf" value="(\w+)"', self.send("GET", path)[2])
        assert found
        return found[1]

    def log_in(self, email: str = EMAIL, password: str = PASSWORD) -> tuple[int, dict[str, str], str]:
        """Log in with the form."""
        fields = {"csrf": self.token("/logga-in"), "email": email, "password": password, "next": "//evil.example"}
        return self.send("POST", "/logga-in", fields)


@pytest.fixture
def client(site: Site) -> Client:
    return Client(site)


@pytest.fixture(scope="module")
def member(site: Site) -> Client:
    client = Client(site)
    client.log_in()
    return client


def ask(client: Client, page: str, question: str) -> tuple[str, str]:
    """Ask; returns the addresses of the conversation and of the run, both below the client's part of the site."""
    status, headers, text = client.send("POST", page, {"csrf": client.token(page), "question": question})
    assert status == 303, text
    conversation, _, run = headers["location"].partition("#svar-")
    prefix = conversation.split("/samtal")[0]
    for _ in client_events(client, f"{prefix}/runs/{run}/events"):
        pass
    return conversation, f"{prefix}/svar/{run}"


def client_events(client: Client, path: str, after: int = 0) -> Iterator[tuple[str | None, str, str]]:
    """(id, event, data) of a stream, to its end."""
    with client.opened("GET", path, None, {"Accept": "text/event-stream", "Last-Event-ID": str(after)}) as response:
        assert response.status == 200
        for frame in response.read().decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in frame.splitlines() if not line.startswith(":"))
            if lines:
                yield lines.get("id"), lines["event"], lines["data"]


@pytest.mark.parametrize(
    "path", ["/", "/samtal", "/assistenter/tillstand", "/byt-organisation", f"/svar/{UUID(int=1)}"]
)
def test_members_pages_ask_for_a_log_in_and_come_back(client: Client, path: str) -> None:
    status, headers, _ = client.send("GET", path)
    assert (status, headers["location"]) == (303, f"/logga-in?next={path}")


def test_log_in_goes_nowhere_else_and_wrong_words_say_nothing(client: Client) -> None:
    status, headers, _ = client.log_in()
    assert (status, headers["location"]) == (303, "/")
    stranger = Client(client.site)
    wrong_person, wrong_password = stranger.log_in("ingen@x.example")[2], stranger.log_in(EMAIL, "fel")[2]
    said = [re.search(r'id="error".*?</div>', text, re.DOTALL) for text in (wrong_person, wrong_password)]
    assert said[0]
    assert said[1]
    assert said[0].group() == said[1].group()


def test_guessing_is_slowed_down_kindly(site: Site) -> None:
    client = Client(site)
    for _ in range(5):
        assert client.log_in("gissad@bjorksta.example", "fel")[0] == 401
    status, headers, text = client.log_in("gissad@bjorksta.example", "fel")
    assert status == 429
    assert int(headers["retry-after"]) > 0
    assert "Vänta" in text


def test_logging_out_ends_the_session_itself(client: Client) -> None:
    client.log_in()
    stolen = Client(client.site, dict(client.cookies))
    assert client.send("POST", "/logga-ut", {"csrf": client.token("/")})[0] == 303
    assert stolen.send("GET", "/")[1]["location"] == "/logga-in?next=/"


@pytest.mark.parametrize(
    "path",
    [
        *("/logga-in", "/logga-ut", "/installningar", "/byt-organisation", "/assistenter/tillstand"),
        *(f"/runs/{UUID(int=1)}/stop", f"/svar/{UUID(int=1)}/omdome", "/fraga/bjorksta/parkering"),
    ],
)
def test_a_form_without_its_token_does_nothing(member: Client, path: str) -> None:
    status, _, text = member.send("POST", path, {"question": "x", "email": EMAIL, "password": PASSWORD})
    assert status == 403
    assert "Ladda om sidan" in text
    status, _, _ = member.send("POST", path, {"csrf": member.token("/")}, Sec_Fetch_Site="cross-site")
    assert status == 403


def test_what_is_another_s_looks_as_if_it_were_not_there(member: Client, site: Site) -> None:
    conversation, answer = ask(member, "/assistenter/tillstand", "kort: hur länge gäller ett parkeringstillstånd?")
    run = answer.rpartition("/")[2]
    other = Client(site)
    other.log_in("bo.ek@bjorksta.example")
    citizen = Client(site)
    citizen.send("GET", "/fraga/bjorksta/")
    for path in (conversation, answer, f"/runs/{run}/events"):
        assert member.send("GET", path)[0] == 200
        assert other.send("GET", path)[0] == 404
        assert citizen.send("GET", f"/fraga/bjorksta{path}")[0] == 404
        assert citizen.send("GET", f"/fraga/granby{path}")[0] == 404
    token = other.token("/")
    assert other.send("POST", f"/runs/{run}/stop", {"csrf": token})[0] == 404
    assert other.send("POST", f"{answer}/omdome", {"csrf": token, "good": "yes"})[0] == 404
    fields = {"csrf": token, "question": "x", "conversation": conversation.rpartition("/")[2]}
    assert other.send("POST", "/assistenter/tillstand", fields)[0] == 404


def test_another_organisation_s_passages_and_files_are_not_there(member: Client, site: Site) -> None:
    conversation, _ = ask(member, "/assistenter/tillstand", "kort: hur länge gäller ett parkeringstillstånd?")
    passage = re.search(r"/stycken/[\w-]+", member.send("GET", conversation)[2])
    assert passage
    status, _, text = member.send("GET", passage.group())
    original = re.search(r"/original/[\w/-]+", text)
    assert status == 200
    assert original
    status, headers, text = member.send("GET", original.group())
    assert status == 200
    assert headers["content-disposition"].startswith("attachment")
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-security-policy"].startswith("sandbox")
    granby = Client(site)
    granby.log_in("bo.ek@bjorksta.example")
    granby.send("POST", "/byt-organisation", {"csrf": granby.token("/byt-organisation"), "organisation": "granby"})
    for path in (passage.group(), original.group()):
        assert granby.send("GET", path)[0] == 404
        assert granby.send("GET", f"/fraga/granby{path}")[0] == 404


def test_a_stream_resumes_after_the_last_event_that_was_seen(member: Client) -> None:
    _, answer = ask(member, "/assistenter/tillstand", "lång: hur länge gäller ett parkeringstillstånd?")
    path = f"/runs/{answer.rpartition('/')[2]}/events"
    whole = list(client_events(member, path))
    assert whole[-1][1] == "done"
    last = int(whole[-1][0] or 0)
    resumed = list(client_events(member, path, last - 1))
    assert [name for _, name, _ in resumed] == ["done"]
    assert _drawn_once(resumed[-1][2]) == _drawn_once(whole[-1][2])


def _drawn_once(body: str) -> str:
    """What was sent, without the ids that each drawing gives its forms anew."""
    return re.sub(r'name=\\"run\\" value=\\"[0-9a-f-]+', "", body)


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("", 400),
        ("   \n", 400),
        ("x" * 100_000, 413),
        ("\x00", 400),
        ("کتاب 图书 ⚙️ \x07\x1b[31m", 303),
        ("<b>&amp;", 303),
    ],
)
def test_questions_of_every_kind_are_handled_or_refused(member: Client, question: str, status: int) -> None:
    page = "/assistenter/tillstand"
    found, _, text = member.send("POST", page, {"csrf": member.token(page), "question": question})
    assert found == status
    if status != 303 and question.strip("\x00 \n"):
        assert 'id="error"' in text


def test_a_body_that_is_too_large_is_cut_off(member: Client) -> None:
    status, _, text = member.send("POST", "/assistenter/tillstand", {"question": "x" * 2_000_000})
    assert status == 413
    assert "1024 kB" in text


def test_errors_speak_the_reader_s_language(client: Client) -> None:
    assert "Sidan finns inte" in client.send("GET", "/finns-inte")[2]
    status, _, text = client.send("GET", "/fraga/ingenstans/", Accept_Language="en")
    assert status == 404
    assert "The page does not exist" in text
    assert 'lang="en"' in text


@pytest.mark.parametrize("path", ["/svar/inte-ett-id", "/stycken/1", "/samtal/%00", "/static/x/%2e%2e%2fapp.css"])
def test_broken_addresses_are_not_found(member: Client, path: str) -> None:
    assert member.send("GET", path)[0] == 404


def test_static_files_are_kept_for_good_under_their_content_s_name(client: Client) -> None:
    page = client.send("GET", "/logga-in")[2]
    (sheet,) = re.findall(r'href="(/static/[^"]+/app\.css)"', page)
    status, headers, _ = client.send("GET", sheet)
    assert (status, headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert client.send("GET", sheet, If_None_Match=headers["etag"])[0] == 304
    assert client.send("GET", "/static/older/app.css")[1]["cache-control"] == "no-cache"


def test_choices_are_kept_and_nonsense_is_refused(client: Client) -> None:
    token = client.token("/logga-in")
    fields = {"csrf": token, "language": "en", "theme": "dark", "next": "https://evil.example"}
    status, headers, _ = client.send("POST", "/installningar", fields)
    assert (status, headers["location"]) == (303, "/")
    text = client.send("GET", "/logga-in")[2]
    assert '<html lang="en" data-theme="dark">' in text
    assert client.send("POST", "/installningar", {"csrf": token, "theme": "pink"})[0] == 400
