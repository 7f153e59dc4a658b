"""The files of protected persons, for those who hold them: numbers alone."""

from dataclasses import dataclass

from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLease:
    """A lease of a protected person; its page is the only place where it is read."""

    protection_id: int
    lease_id: int


def leases_held() -> list[HeldLease]:
    """The leases behind the protections of whoever asks."""
    return fetch(HeldLease, "SELECT protection_id, lease_id FROM palier.leases_i_hold()", {})
