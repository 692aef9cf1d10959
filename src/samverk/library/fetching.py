"""Fetches a catalogue's file from its address, through the one client to the outside; never more than a catalogue may be."""

import aiohttp

from samverk.library.catalogues import LARGEST_BYTES, CatalogueRefused
from samverk.library.providers import SessionSource

TIMEOUT = aiohttp.ClientTimeout(total=60)  # seconds


async def fetched(session: SessionSource, address: str) -> bytes:
    """The file at an address. Raises CatalogueRefused."""
    try:
        async with session().get(address, timeout=TIMEOUT) as response:
            if response.status != 200:
                raise CatalogueRefused("unreached", str(response.status))
            data = bytearray()
            async for chunk in response.content.iter_any():
                data += chunk
                if len(data) > LARGEST_BYTES:
                    raise CatalogueRefused("too_big")
            return bytes(data)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise CatalogueRefused("unreached", type(error).__name__) from error
