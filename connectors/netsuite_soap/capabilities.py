"""What NetSuite can do over SOAP: as over REST, but in lists."""

from dataclasses import replace

from connectors.capabilities import AuthKind
from connectors.netsuite.capabilities import SHARED

# NetSuite takes 100 and more off-peak; each takes it a second or so.
BATCH_SIZE = 20

CAPABILITIES = replace(
    SHARED,
    auth=AuthKind.OAUTH1,
    batch_size=BATCH_SIZE,
    lookup_size=100,
    reasons={
        **SHARED.reasons,
        "proven": "Envelopes both ways are held against NetSuite's XSDs of 2017.1; "
        "later years add optional fields.",
    },
)
