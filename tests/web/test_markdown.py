"""Answers become safe HTML, block by block, with citations where the grammar says so."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.web.chat.tail import showable
from samverk.web.markdown import plain, render, split


def draw(text: str) -> str:
    return "".join(
        render(text[b.start : b.end], b.start, b.levels, lambda offset, n: f"<span>{n}@{offset}</span>", "Tabell")
        for b in split(text)
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Svar [1].", "<p>Svar <span>1@5</span>.</p>"),
        ("Svar [1][12].", "<p>Svar <span>1@5</span><span>12@8</span>.</p>"),
        ("- punkt **[2]**", "<strong><span>2@10</span></strong>"),
        ("> citat [3]", "<span>3@8</span>"),
        ("| a | b |\n|---|---|\n| c | [4] |", "<td><span>4@26</span></td>"),
        ("`[1]`", "<code>[1]</code>"),
        ("```\n[1]\n```", "<pre><code>[1]\n</code></pre>"),
        ("[1](https://a.se)", '<a href="https://a.se" rel="noopener noreferrer">1</a>'),
        ("Lagen [1998:204]", "Lagen [1998:204]"),
        ("Ett tecken \ue0009 till [1]", "<span>1@"),
    ],
)
def test_a_citation_is_where_the_grammar_says(source: str, expected: str) -> None:
    assert expected in draw(source)
    assert "\ue000" not in draw(source)


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://elsewhere.example/pixel.png)",
        "<a href='javascript:alert(1)'>x</a>",
        '[x](https://a.se "onmouseover=alert(1)")',
        "| <svg onload=alert(1)> |\n|---|\n| <iframe src=x> |",
        "[1]: javascript:alert(1)\n\n[1]",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<style>*{display:none}</style>",
        '``` x" onload=alert(1)\ncode\n```',
    ],
)
def test_nothing_of_a_model_becomes_markup(source: str) -> None:
    tags = re.findall(r"<(\w+)([^>]*)>", draw(source))
    assert {tag for tag, _ in tags} <= {
        "p",
        "a",
        "span",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "div",
        "pre",
        "code",
    }
    for _, attributes in tags:
        assert not re.search(r"\bon\w+\s*=|javascript:|data:|style=|src=", attributes)


@given(st.text(alphabet="<>\"'=&;:/()[]!`*_|-# \nabcsrctjon1", max_size=120))
def test_whatever_is_written_only_known_tags_come_out(source: str) -> None:
    for tag, attributes in re.findall(r"<(\w+)([^>]*)>", draw(source)):
        assert tag in {
            "p",
            "br",
            "hr",
            "h3",
            "h4",
            "h5",
            "h6",
            "ul",
            "ol",
            "li",
            "strong",
            "em",
            "s",
            "code",
            "pre",
        } | {*("blockquote", "table", "thead", "tbody", "tr", "th", "td", "a", "span", "div")}
        assert not re.search(r"\s(on\w+|style|src)=", attributes)


def test_headings_begin_at_three_and_leave_no_gap() -> None:
    text = "# Ett\n\n### Tre\n\n## Två\n\n###### Sex\n\ntext"
    assert re.findall(r"<h(\d)>", draw(text)) == ["3", "4", "4", "5"]


def test_a_header_cell_without_words_is_a_plain_cell() -> None:
    html = draw("| | b |\n|---|---|\n| c | d |")
    assert html.count("<th ") == 1


def test_a_sentence_reads_as_plain_words() -> None:
    assert plain("| Ny **ansökan** | 4 veckor | |") == "Ny ansökan · 4 veckor"
    assert plain("**Kort:** se [sidan](https://a.se) och `kod`") == "Kort: se sidan och kod"


PIECES = [
    "## Rubrik\n\n",
    "En **fet** och *lutande* mening [1]. Två *till* [2][3] och `kod`.\n\n",
    "Se [kommunens sida](https://www.exempel.se/a_b) för mer [2].\n\n",
    "- punkt **ett**\n- punkt `två` [3]\n\n",
    "1. först\n2. sedan\n   - under *det*\n\n",
    "| Ärende | Tid |\n|---|---:|\n| Ny | 4 [1] |\n| Gammal | **2** |\n\n",
    "> Ett citat med **fetstil**.\n\n",
    "```python\na = b * c ** d  # [1]\n```\n\n",
    "~~struket~~ och ***både och***.\n\n",
    "Vanlig text utan märken.\n\n",
]
RAW = re.compile(r"\*\*|__|~~|`|\[\d*\]?|\]\(|^\s*#{1,6}(\s|$)|^\s*\||\|\s*:?-{3}|(^|\s)[*_](?=\S)|\*$", re.MULTILINE)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5))
def test_no_prefix_of_an_answer_shows_raw_markdown(pieces: list[str]) -> None:
    text = "".join(pieces)
    for end in range(1, len(text) + 1):
        blocks = split(text[:end])
        if not blocks:
            continue
        tail = blocks[-1]
        shown = showable(text[tail.start : end])
        html = render(shown, tail.start, tail.levels, lambda offset, n: "", "Tabell") if shown.strip() else ""
        html = re.sub(r"<(code|pre)>.*?</\1>", "", html, flags=re.DOTALL)
        words = re.sub(r"<[^>]+>", "", html)
        assert not RAW.search(words), (text[:end][-60:], words[-60:])


def test_what_can_be_shown_is_shown() -> None:
    assert showable("En **fet och") == "En **fet och**"
    assert showable("En [länk](https://a") == "En"
    assert showable("Text [1") == "Text"
    assert showable("| a | b |\n|---|---|\n| c | d") == ""
    assert showable("| a | b |\n|---|---|\n| c | d |\n| e") == "| a | b |\n|---|---|\n| c | d |"
    assert showable("5 * 3 är 15") == "5 * 3 är 15"
