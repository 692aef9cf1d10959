"""`POST /v1/chat/completions`, `/v1/responses` and `/v1/messages`: an assistant or an adopted model answers, streamed or whole.

The answer belongs to the connection: when the client hangs up, the run is stopped and its record closed.
"""

import time

from samverk import __version__
from samverk.api.v1 import asked, assistants, direct, messages_asked, responses_asked
from samverk.api.v1.arrived import Arrived
from samverk.api.v1.asked import Asked
from samverk.api.v1.completions import Completion
from samverk.api.v1.messages_told import Message
from samverk.api.v1.responses_told import Response
from samverk.api.v1.told import Teller
from samverk.core.ids import new_id

_FINGERPRINT = f"samverk-{__version__}"


async def complete(arrived: Arrived) -> None:
    """As OpenAI's chat completions."""
    fields = await arrived.json()
    wanted = asked.read(fields, arrived.level(fields.object("samverk")))
    name, now = f"chatcmpl-{new_id().hex}", int(time.time())
    teller = Completion(name, now, wanted.model, _FINGERPRINT, wanted.answers, usage=wanted.include_usage)
    await arrived.while_listening(_answered(arrived, wanted, teller))


async def respond(arrived: Arrived) -> None:
    """As OpenAI's responses."""
    fields = await arrived.json()
    wanted, shown = responses_asked.read(fields, arrived.level(fields.object("samverk")))
    teller = Response(f"resp_{new_id().hex}", int(time.time()), shown)
    await arrived.while_listening(_answered(arrived, wanted, teller))


async def converse(arrived: Arrived) -> None:
    """As Anthropic's messages."""
    fields = await arrived.json()
    wanted = messages_asked.read(fields, arrived.level(fields.object("samverk")))
    await arrived.while_listening(_answered(arrived, wanted, Message(f"msg_{new_id().hex}", wanted.model)))


async def _answered(arrived: Arrived, wanted: Asked, teller: Teller) -> None:
    ask = direct.ask if wanted.assistant is None else assistants.ask
    told = await ask(arrived, wanted)
    await (arrived.stream if wanted.stream else arrived.whole)(told, teller)
