"""The two addresses of the front door. They show the demonstration's own accounts, never the database's people."""

from palier.privacy.declare import PageAccess

PAGES: dict[str, PageAccess] = {
    "roles": PageAccess(roles=(), purpose="", public=True),
    "enter": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
}
