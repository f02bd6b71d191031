from invoicing.errors import Refused


class FileRefused(Refused):
    """Nothing of the file is taken. `row` is 0 where it is no row's fault."""

    def __init__(self, message: str, *, row: int = 0) -> None:
        super().__init__(message, field="file")
        self.row = row
