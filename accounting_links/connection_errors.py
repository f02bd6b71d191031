"""What can stand in the way of connecting. Each says it in a sentence for staff."""


class ConnectingError(Exception):
    """Base of all. `str(error)` is a sentence that staff can read."""


class NotConnected(ConnectingError):
    """There is nobody to talk to: connect first."""


class OtherOrganisation(ConnectingError):
    """The grant is for another company than the one that the connection belongs to."""


class SeveralOrganisations(ConnectingError):
    """The grant opens several companies: one must be chosen. `choices` are pairs of id
    and name."""

    def __init__(self, message: str, choices: list[tuple[str, str]]) -> None:
        super().__init__(message)
        self.choices = choices


class AlreadyConnected(ConnectingError):
    """Another connection belongs to that company."""


class WrongMode(ConnectingError):
    """Practice and live never mix in one installation."""


class Refused(ConnectingError):
    """The platform did not let us in, or did not answer."""
