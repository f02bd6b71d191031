"""What NetSuite can do over REST, and why not more."""

from dataclasses import replace

from connectors.capabilities import AuthKind
from connectors.netsuite.capabilities import SHARED

CAPABILITIES = replace(
    SHARED,
    auth=AuthKind.OAUTH2_CLIENT,
    lookup_size=200,
    reasons={
        **SHARED.reasons,
        "proven": "Oracle publishes no document of it that can be kept: written after "
        "its help pages, and tried with a client of others.",
        "batch_size": "NetSuite takes lists over REST only in the background; FinSync "
        "sends one document at a time.",
    },
)
