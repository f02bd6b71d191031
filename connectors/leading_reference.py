"""Our reference as the first word of a text that staff read, and customers do not.

Where the text is on what the customer gets, see `references`."""

from connectors.records import Document

REFERENCE_LENGTH = 30
_BAR = " | "


def description_of(document: Document, *, limit: int) -> str:
    """Our reference first, whole; what people want to read after it, behind bars."""
    job = document.job_code and f"Job {document.job_code}"
    care_of = document.care_of_name and f"Care of {document.care_of_name}"
    told = filter(None, (document.reference, job, care_of, document.note))
    return _BAR.join(told)[:limit]


def reference_in(text: str) -> str:
    """What stands before the first bar, if it is one word."""
    first = text.split(_BAR)[0].strip()
    return first if " " not in first and len(first) <= REFERENCE_LENGTH else ""
