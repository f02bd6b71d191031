"""Numbers of things, in words that fit one and many."""


def counted(number: int, one: str, many: str = "") -> str:
    """counted(1, "row was", "rows were"); `many` left out: `one` with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
