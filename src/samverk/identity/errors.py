"""The room's own errors."""

from samverk.core.errors import NotSignedIn, SamverkError


class WrongCredentials(NotSignedIn):
    """E-mail and password do not belong together, or the person is unknown: told apart by nobody."""

    code = "wrong_credentials"
    sv = "E-postadressen och lösenordet stämmer inte överens. Kontrollera dem och försök igen."
    en = "The e-mail address and the password do not match. Check them and try again."


class InvalidKey(NotSignedIn):
    """The key is unknown, revoked or expired."""

    code = "invalid_api_key"
    sv = "Nyckeln är okänd, återkallad eller har gått ut."
    en = "The API key is unknown, revoked or expired."


class InvitationClosed(SamverkError):
    """The link of an invitation has been used or revoked, or its time is out. `why` is its state."""

    code = "invitation_closed"
    status = 410
    sv = "Inbjudan går inte längre att använda. Be den som bjöd in dig om en ny länk."
    en = "The invitation can no longer be used. Ask the person who invited you for a new link."
