"""Bill.com's practice face; see `face`."""

from .face import Bill

FACE = Bill
