"""Who hears what an instance says: a case of the register listens to its own processes, and to no other."""

from service.authority import reading


def reaches(sender: str | None, receiver: str | None) -> bool:
    """Does what an instance with one business key says reach an instance with another?

    What belongs to no case of the register speaks to no case: with a diagram of one's own, anybody who may deploy
    would move cases that are not theirs.
    """
    return not reading.names_a_case(receiver) or reading.names_a_case(sender)


def may_name(sender: str | None, named: str | None) -> bool:
    """May an instance address what it says to this business key? A case of the register only if it is its own."""
    return named == sender or not reading.names_a_case(named)
