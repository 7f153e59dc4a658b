"""Who is invited and who is only compared with: a draw per residence that anyone can do again from its seed."""

from collections.abc import Mapping, Sequence
from hashlib import sha256


def control_of(leases: Mapping[int, Sequence[int]], *, seed: str, percent: int) -> set[int]:
    """The leases kept aside, not invited: of each residence, `percent` of its leases, rounded to the nearest (half up).

    The leases of a residence are ranked by the SHA-256 of « seed:residence:lease »; the first ones are kept aside.
    """
    aside: set[int] = set()
    for residence_id, of_it in leases.items():
        ranked = sorted(of_it, key=lambda lease: sha256(f"{seed}:{residence_id}:{lease}".encode()).digest())
        aside.update(ranked[: (len(ranked) * percent + 50) // 100])
    return aside
