"""The consent page of practice ledgers: plain, honest, and says PRACTICE."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol

from .wire import Response, text_response

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f4f4f5;color:#18181b}"
    "main{max-width:28rem;margin:4rem auto;padding:2rem;background:#fff;"
    "border:1px solid #d4d4d8;border-radius:8px}"
    ".band{background:#b45309;color:#fff;padding:.4rem 1rem;text-align:center;"
    "font-weight:700}select,button{font:inherit;padding:.5rem .8rem}"
    "select{width:100%;margin:.5rem 0 1.5rem}button{margin-right:.5rem}"
)


class Offered(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


def _page(title: str, content: str, status: int) -> Response:
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>PRACTICE: {escape(title)}</title><style>{STYLE}</style></head><body>"
        '<div class="band">PRACTICE: no real accounts, nothing leaves this machine'
        f"</div><main>{content}</main></body></html>"
    )
    return text_response(page, status, "text/html; charset=utf-8")


def consent_page(
    title: str, asked: Mapping[str, str], companies: Sequence[Offered]
) -> Response:
    hidden = "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
        for key, value in asked.items()
        if key not in ("decision", "company")
    )
    options = "".join(
        f'<option value="{escape(choice.id)}">{escape(choice.name)}</option>'
        for choice in companies
    )
    content = (
        f"<h1>Practice ledger of {escape(title)}</h1>"
        f"<p><strong>{escape(asked['client_id'])}</strong> asks to read and write the "
        "books of this practice company.</p>"
        f'<form method="post">{hidden}<label for="company">Company</label>'
        f'<select id="company" name="company">{options}</select>'
        '<button name="decision" value="allow">Allow</button>'
        '<button name="decision" value="refuse">Refuse</button></form>'
    )
    return _page(title, content, 200)


def refusal_page(title: str, problem: str) -> Response:
    content = (
        f"<h1>Practice ledger of {escape(title)}</h1>"
        f"<p>This request cannot be answered: {escape(problem)}</p>"
    )
    return _page(title, content, 400)
