"""Zoho's data centres: each customer's account lives in one, with hosts of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Centre:
    """Where people sign in, where the API is, and where people see their books."""

    code: str
    name: str
    accounts: str
    api: str
    pages: str


def _centre(code: str, name: str, ending: str, zoho: str = "") -> Centre:
    zoho = zoho or f"zoho.{ending}"
    return Centre(
        code=code,
        name=name,
        accounts=f"https://accounts.{zoho}",
        api=f"https://www.zohoapis.{ending}",
        pages=f"https://books.{zoho}",
    )


CENTRES = (
    _centre("us", "United States", "com"),
    _centre("eu", "Europe", "eu"),
    _centre("in", "India", "in"),
    _centre("au", "Australia", "com.au"),
    _centre("jp", "Japan", "jp"),
    _centre("ca", "Canada", "ca", "zohocloud.ca"),
    _centre("sa", "Saudi Arabia", "sa"),
    _centre("cn", "China", "com.cn"),
    _centre("uk", "United Kingdom", "uk"),
)
HOSTS = tuple(
    urlsplit(address).hostname or ""
    for centre in CENTRES
    for address in (centre.accounts, centre.api)
)


def centre_of(code: str) -> Centre:
    """The first one, where nothing was chosen yet."""
    return next((each for each in CENTRES if each.code == code), CENTRES[0])


def told_by(callback: Mapping[str, str], chosen: str) -> Centre | None:
    """The one that the redirect names, else the one that was chosen. None where it
    names an address that is none of Zoho's: the app's secret must not go there."""
    address = callback.get("accounts-server", "").rstrip("/")
    if address:
        return next((each for each in CENTRES if each.accounts == address), None)
    return centre_of(callback.get("location", "") or chosen)


def is_api(address: str) -> bool:
    parts = urlsplit(address)
    known = {each.api for each in CENTRES}
    return f"{parts.scheme}://{parts.netloc}" in known
