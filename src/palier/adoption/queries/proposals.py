"""Whether someone wants no more proposals, as they read it themselves."""

from palier.foundation.reading import fetch_count


def wants_no_proposal(person_id: int) -> bool:
    """True once they said « ne plus me proposer »."""
    return bool(
        fetch_count("SELECT count(*) FROM adoption_noproposal WHERE person_id = %(person)s", {"person": person_id})
    )
