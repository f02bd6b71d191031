from invoicing.errors import Refused
from invoicing.importing.layouts.base import Layout
from invoicing.importing.layouts.online_retail import OnlineRetail
from invoicing.importing.layouts.own import Own

LAYOUTS: dict[str, Layout] = {each.name: each for each in (Own(), OnlineRetail())}
DEFAULT = Own.name


def layout(name: str) -> Layout:
    found = LAYOUTS.get(name)
    if found is None:
        known = ", ".join(LAYOUTS)
        raise Refused(f"There is no layout {name!r}. Use one of: {known}.")
    return found
