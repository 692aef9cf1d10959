"""Security headers on every response, as plain ASGI. A response that sets one of them itself keeps its own."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


# As they are sent: ASGI wants names in small letters.
_WRITTEN = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_OVER_HTTPS = [*_WRITTEN, (b"strict-transport-security", b"max-age=31536000")]


class SecurityHeaders:
    """Adds `HEADERS` to every HTTP response; `Strict-Transport-Security` where the request came over https."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                wanted = _OVER_HTTPS if scope.get("scheme") == "https" else _WRITTEN
                named = {name for name, _ in own}
                message["headers"] = [*own, *(header for header in wanted if header[0] not in named)]
            await send(message)

        await self.app(scope, receive, guarded)
