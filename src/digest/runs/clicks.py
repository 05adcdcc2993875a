"""How much longer a provider may make links, to count clicks. Pure."""

from digest.config.sending import CourierName, Switch
from digest.config.settings import Config
from digest.rendering.rendered import LINK_GROWTH


def link_growth(config: Config) -> int:
    """Return how many bytes the provider may make each web link longer by."""
    delivery = config.delivery
    if delivery.courier is not CourierName.SENDGRID:
        return 0
    return 0 if delivery.sendgrid.click_tracking is Switch.OFF else LINK_GROWTH
