"""The conformance card: what works with each platform, what does not and why, and how
sure we are. Declarations and counted tests say it; nothing is asked of a platform."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounting_links.views.connection_page import HOW, takes
from connectors import card, registry
from connectors.evidence import Surety, evidence_of
from connectors.registry import UnknownPlatform

TONES = {Surety.SCHEMA: "good", Surety.DOCUMENTED: "busy", Surety.THIN: "warn"}


def platforms(request: HttpRequest) -> HttpResponse:
    context = admin.site.each_context(request) | {
        "title": "Platforms",
        "rows": [row(slug) for slug in registry.slugs()],
    }
    return TemplateResponse(request, "accounting_links/platforms.html", context)


def platform(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        capabilities = registry.connector_class(slug).capabilities
    except UnknownPlatform as error:
        raise Http404 from error
    told = {fact.flag for fact in card.gaps(capabilities)} | set(card.ABILITIES)
    context = admin.site.each_context(request) | row(slug)
    context |= {
        "title": f"{registry.label(slug)}: what works",
        "how": HOW[capabilities.auth],
        "works": card.abilities(capabilities),
        "gaps": card.gaps(capabilities),
        "ways": [f for f in card.facts(capabilities) if f.flag not in told],
    }
    return TemplateResponse(request, "accounting_links/platform.html", context)


def row(slug: str) -> dict[str, Any]:
    capabilities = registry.connector_class(slug).capabilities
    evidence = evidence_of(slug)
    surety = evidence.surety(capabilities)
    return {
        "slug": slug,
        "label": registry.label(slug),
        "takes": takes(capabilities),
        "surety": surety.value,
        "tone": TONES[surety],
        "why_sure": capabilities.reasons.get("proven", ""),
        "missing": len(card.gaps(capabilities)),
        "evidence": evidence,
    }
