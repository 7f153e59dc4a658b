"""The declaration of the pages of signing in, alike on every site.

Public, all of them: no role is taken. What they show is the account's own, read by the login.
"""

from palier.privacy.declare import PageAccess

_READ_AND_SENT = PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True)
_SENT = PageAccess(roles=(), purpose="", methods=("POST",), public=True)
_READ = PageAccess(roles=(), purpose="", public=True)

PAGES: dict[str, PageAccess] = {
    "passkey": _SENT,
    "second_factor": _READ_AND_SENT,
    "enrol": _READ_AND_SENT,
    "prove": _READ_AND_SENT,
    "my_sessions": _READ_AND_SENT,
    "my_keys": _READ_AND_SENT,
    "my_password": _READ_AND_SENT,
    "mail_link": _READ_AND_SENT,
    "mail_arrive": _READ_AND_SENT,
    "forgotten": _READ_AND_SENT,
    "choose_password": _READ_AND_SENT,
    "provider": _READ,
    "provider_return": _READ,
}
