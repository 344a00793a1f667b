"""Which provider a study has."""

from annotator.models import Provider as ProviderName
from annotator.services.providers.interface import Provider
from annotator.services.providers.link import LinkProvider
from annotator.services.providers.prolific import ProlificProvider

PROVIDERS: dict[str, Provider] = {ProviderName.LINK: LinkProvider(), ProviderName.PROLIFIC: ProlificProvider()}


def provider_of(name: str) -> Provider:
    """The provider by its name, as in Study.provider."""
    return PROVIDERS[name]
