"""Smart events and triggers can send a request of the administrator's own making."""

from connectors.webhooks import SecretAddress


class IntacctWebhooks(SecretAddress):
    steps = (
        "In Sage Intacct open Platform Services (or Customization Services), and add a "
        "Smart Event or Trigger on the AR invoice, on Add and Set.",
        "Choose HTTP POST with the address. The body may be empty.",
        "Do the same for AR payments and AP bills.",
    )
