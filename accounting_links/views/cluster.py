import datetime as dt

from django.conf import settings
from django.utils import timezone

from accounting_links.models import ClusterHeartbeat


def beats() -> bool:
    """Without a task cluster nothing moves, whatever is pressed."""
    silence = dt.timedelta(seconds=settings.FINSYNC_CLUSTER_SILENCE)
    since = timezone.now() - silence
    return ClusterHeartbeat.objects.filter(beat_at__gte=since).exists()
