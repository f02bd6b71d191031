"""Reading and writing XML. No DTD, no entities, no network, no huge trees."""

from lxml import etree


class UnsafeXml(ValueError):
    """Not well-formed, or with a document type declaration."""


def parse_xml(content: bytes | str) -> etree._Element:
    """The root element. Raises `UnsafeXml`."""
    data = content.encode() if isinstance(content, str) else content
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnsafeXml(str(error)) from error
    if root is None:
        raise UnsafeXml("The document is empty.")
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # stub gap
        raise UnsafeXml("A document type declaration is not accepted.")
    return root


def write_xml(root: etree._Element, *, pretty: bool = False) -> bytes:
    """UTF-8 with an XML declaration."""
    return etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=pretty
    )


def local_name(element: etree._Element) -> str:
    """The tag without its namespace."""
    return str(etree.QName(element).localname)


def child_text(element: etree._Element, name: str) -> str:
    """The text of the first child of that local name, stripped; empty when missing."""
    for child in element:
        if isinstance(child.tag, str) and local_name(child) == name:
            return "".join(map(str, child.itertext())).strip()
    return ""


def printable(text: str) -> str:
    """The text without the control characters that XML 1.0 cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or _allowed(ord(c)))


def _allowed(code: int) -> bool:
    return (
        0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )
