"""A model server for the journeys: OpenAI's interface on a loopback port, answering by script. It knows no Samverk.

The first word of the question chooses the answer: `kort` (two sentences), `lång` (headings, lists, a table, code), `xss`
(markup of every kind), `vet` (says that the sources do not answer), `fel` (breaks off with an error). In each, `{1}`, `{2}` … are
replaced by the first sentence of that source, word for word.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

SHORT = "{1} [1]. Det gäller alla som *bor* i kommunen [1].\n\nAvgiften är 9 999 kronor [2]."

LONG = """## Så fungerar det

**Kort svar:** {1} [1]. Fristen räknas från den dag då ansökan är *komplett*, inte från den dag då den kom in [2].

### Steg för steg

1. Fyll i **blanketten** och kontrollera mot `W3D3`.
2. Skicka in ansökan:
   - via *e-tjänsten*
   - eller på papper [1]
3. Vänta på beslut, se [kommunens sida](https://www.exempel.se/tillstand) för mer.

| Ärende | Tid | Källa |
|---|---:|---|
| Ny ansökan | 4 veckor | [1] |
| Förnyelse | 2 veckor | [2] |

> Den som får avslag kan överklaga beslutet.

```python
def avgift(grund: int) -> int:
    return grund // 5
```

#### Bra att veta

{2} [2]. Tillståndet gäller i elva år [2]. 5 * 3 är 15 och a_b_c är ett namn.
"""

XSS = """<script>window.hacked = 1</script> <img src=x onerror="window.hacked = 2"> [klicka](javascript:window.hacked=3)

![bild](https://example.com/spionera.png) <b>fet</b> [data](data:text/html,<script>window.hacked=4</script>)

[1]: javascript:alert(1)

<a href="javascript:window.hacked=5">länk</a> {1} [1].

| <img src=x onerror=alert(1)> | b |
|---|---|
| <svg onload=window.hacked=6> | [1] |
"""

SCRIPTS = {"kort": SHORT, "lång": LONG, "xss": XSS, "vet": "[INGET SVAR]"}


class ModelServer:
    """The server and its pace: `delay` seconds between two pieces of `piece` characters; `halt_at` a character until released."""

    def __init__(self) -> None:
        self.delay, self.piece = 0.0, 40
        self.halt_at: int | None = None
        self.app = Starlette(routes=[Route("/v1/chat/completions", self.complete, methods=["POST"])])

    async def complete(self, request: Request) -> Response:
        """One answer, streamed."""
        asked = str((await request.json())["messages"][-1]["content"])
        question = asked.rsplit("\n\n", 1)[-1]
        word = question.split()[0].lower().rstrip(",.:")
        if word == "fel":
            return JSONResponse({"error": {"message": "out of memory"}}, 500)
        return StreamingResponse(self._stream(_filled(SCRIPTS.get(word, SHORT), asked)), media_type="text/event-stream")

    async def _stream(self, text: str) -> AsyncIterator[str]:
        for start in range(0, len(text), self.piece):
            await asyncio.sleep(self.delay)
            while self.halt_at is not None and start >= self.halt_at:  # noqa: ASYNC110 (set from another thread)
                await asyncio.sleep(0.02)
            yield _chunk({"content": text[start : start + self.piece]}, None)
        yield _chunk({}, "stop")
        yield "data: [DONE]\n\n"


def _chunk(delta: dict[str, str], finish: str | None) -> str:
    body = {"id": "x", "object": "chat.completion.chunk", "model": "m", "created": 0}
    return f"data: {json.dumps({**body, 'choices': [{'index': 0, 'delta': delta, 'finish_reason': finish}]})}\n\n"


def _filled(script: str, asked: str) -> str:
    sources = dict(re.findall(r"^\[(\d)\][^\n]*\n([^\n.]*)\.", asked, re.MULTILINE))
    return re.sub(r"\{(\d)\}", lambda m: sources.get(m[1], "Det finns ingen sådan källa").strip(), script)
