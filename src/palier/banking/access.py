"""The only door to a movement for the sites: what is out of one's scope does not exist."""

from palier.banking.operations.worklist import MovementNotFound
from palier.banking.queries.worklist import Movement, movement


def movement_in_scope(movement_id: int) -> Movement:
    """Raises MovementNotFound: row security answers, not this function."""
    found = movement(movement_id)
    if found is None:
        raise MovementNotFound
    return found
