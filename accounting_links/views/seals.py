"""How it stands with a connection's sealed history, in a sentence."""

from django.utils import timezone

from accounting_links.models import Connection
from accounting_links.views.wording import Badge
from invoicing.audit.verifying import WORDS, What
from invoicing.models import SealChain


def badge(connection: Connection) -> Badge:
    chain = SealChain.objects.filter(chain=connection.pk).first()
    if chain is None or not chain.sequence:
        return Badge("History not sealed yet", "plain", "It is sealed within minutes.")
    if chain.finding:
        found = WORDS[What(chain.finding["what"])].format(**chain.finding)
        return Badge("History is broken", "bad", f"{found} Ask who did it, and why.")
    sealed = f"{chain.sequence:,} events are sealed"
    if chain.verified_at is None:
        return Badge("History sealed", "plain", f"{sealed}; not looked through yet.")
    at = timezone.localtime(chain.verified_at)
    when = f"{at:%d %B %Y, %H:%M}"
    return Badge("History intact", "good", f"{sealed}; looked through {when}.")
