"""Our reference on platforms that have no private field: a note's last line, which a
customer may read too."""

MARK = "Reference: "


def marked(note: str, reference: str) -> str:
    return "\n".join(filter(None, (note, f"{MARK}{reference}")))


def reference_in(note: str) -> str:
    """Empty where somebody wrote below it, or where there is none."""
    last = (note.splitlines() or [""])[-1]
    return last.removeprefix(MARK).strip() if last.startswith(MARK) else ""
