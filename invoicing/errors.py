class Refused(Exception):
    """What a person asked for cannot be done. The message says what and how to mend
    it, ready to be shown; `field` names what is wrong, where one field is."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
