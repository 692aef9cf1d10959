"""A provider for tests, beside the port: vouches for whom it is told to. Reaches nothing."""

from collections.abc import Mapping

from samverk.identity.ports import Known


class FakeIdentity:
    """An `IdentityProvider` with the secrets of its subjects in memory."""

    issuer = "fake"

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = dict(secrets)

    async def vouch(self, subject: str, secret: str) -> Known | None:
        """See `IdentityProvider`."""
        return Known(self.issuer, subject) if self._secrets.get(subject) == secret else None
