"""The area of the organisation itself: members, groups, invitations, keys, look, habits, the log of changes.

Who administers sees it all; the link of an invitation and the organisation's colour and logo are for everybody.
"""

from starlette.routing import BaseRoute

from samverk.web.areas import sent, shown
from samverk.web.organisation import (
    costs,
    dress,
    groups,
    habits,
    invitations,
    kept,
    keys,
    log,
    looks,
    masking,
    members,
    overview,
    welcome,
)

HOME = "/organisation"


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return [
        *shown(HOME, overview.show),
        *shown(f"{HOME}/roller", overview.roles),
        *_people(),
        *_keys(),
        *shown(costs.PLACE, costs.show, costs.change),
        *shown(f"{costs.PLACE}/{{id}}/ta-bort", costs.ask_remove, costs.remove),
        *_masking(),
        *shown(kept.PLACE, kept.show, kept.change),
        *shown(f"{kept.PLACE}/{{id}}", kept.show_one, kept.read),
        *shown(f"{HOME}/gallring", habits.retention, habits.change_retention),
        *shown(f"{HOME}/inloggning", habits.sign_in, habits.change_sign_in),
        *shown(f"{HOME}/inloggning/logga-ut-alla", habits.ask_end_all, habits.end_all),
        *shown(f"{HOME}/utseende", looks.show, looks.change),
        *shown(f"{HOME}/logg", log.show),
        *shown(f"{HOME}/logg.csv", log.export),
        *shown("/inbjudan/{secret}", welcome.show, welcome.accept),
        *shown("/utseende/{slug}/{colour}.css", dress.colours_of),
        *shown("/utseende/{slug}/{digest}/logo", dress.logo),
    ]


def _people() -> list[BaseRoute]:
    member, group, invitation = f"{HOME}/medlemmar/{{id}}", f"{HOME}/grupper/{{id}}", f"{HOME}/inbjudningar/{{id}}"
    return [
        *shown(f"{HOME}/medlemmar", members.show_all),
        *shown(member, members.show),
        *sent(f"{member}/roll", members.change_role),
        *sent(f"{member}/grupper", members.change_groups),
        *shown(f"{member}/avsluta", members.ask_end, members.end),
        *sent(f"{member}/aterstall", members.restore),
        *shown(f"{HOME}/grupper", groups.show_all, groups.create),
        *shown(group, groups.show, groups.rename),
        *sent(f"{group}/lagg-till", groups.add),
        *sent(f"{group}/ta-ur", groups.remove),
        *shown(f"{group}/ta-bort", groups.ask_delete, groups.delete),
        *shown(f"{HOME}/inbjudningar", invitations.show_all),
        *shown(f"{HOME}/inbjudningar/ny", invitations.new, invitations.invite),
        *shown(f"{invitation}/aterkalla", invitations.ask_revoke, invitations.revoke),
        *sent(f"{invitation}/fornya", invitations.renew),
    ]


def _keys() -> list[BaseRoute]:
    return [
        *shown(f"{HOME}/nycklar", keys.show_all),
        *shown(f"{HOME}/nycklar/ny", keys.new, keys.create),
        *shown(f"{HOME}/nycklar/{{id}}/aterkalla", keys.ask_revoke, keys.revoke),
    ]


def _masking() -> list[BaseRoute]:
    place = f"{HOME}/maskering"
    return [
        *shown(place, masking.show, masking.change),
        *sent(f"{place}/aterstall", masking.restore_pattern),
        *shown(f"{place}/{{number}}", masking.show_pattern, masking.change_pattern),
        *sent(f"{place}/{{number}}/ta-bort", masking.remove_pattern),
    ]
