"""Names of parties, compared where a platform is loose about them."""


def name_key(name: str) -> str:
    """The same for names that differ in case and spaces alone."""
    return " ".join(name.split()).casefold()
