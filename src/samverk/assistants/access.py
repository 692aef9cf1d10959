"""Who may build, see and retire which assistant. Pure.

Builders change what is the organisation's; a private one is changed by its owner alone, and administrators may see and retire it.
"""

from samverk.identity.principal import Principal

BUILD, SHARE = "assistants:write", "share"


def require_build(principal: Principal) -> None:
    """Raise NotAllowed unless the principal builds assistants."""
    principal.require(BUILD)


def can_build(principal: Principal, owner: str | None) -> bool:
    """Whether the principal may change an assistant with this owner."""
    return principal.may(BUILD) and owner in (None, principal.owner)


def can_see(principal: Principal, owner: str | None) -> bool:
    """Whether the principal may look behind an assistant with this owner: its versions, who made them."""
    return can_build(principal, owner) or principal.may("admin")


def can_retire(principal: Principal, owner: str | None) -> bool:
    """Whether the principal may retire it, and take that back."""
    return can_see(principal, owner)


def can_share(principal: Principal) -> bool:
    """Whether the principal may show assistants to other organisations: stewards and administrators."""
    return principal.may(SHARE)
