"""What a reply looks like on a channel: pure functions from content (see `bot.speech`) to messages within its limits.

`whatsapp` and `template` are for Meta's Cloud API, `twilio_whatsapp` and `twilio_template` for WhatsApp through Twilio,
`sms` for SMS, where `segments` tells what a text costs.
"""

from gateways.render.gsm import segments
from gateways.render.sms import sms
from gateways.render.templates import template
from gateways.render.twilio import TextMessage, twilio_template, twilio_whatsapp
from gateways.render.whatsapp import whatsapp

__all__ = ["TextMessage", "segments", "sms", "template", "twilio_template", "twilio_whatsapp", "whatsapp"]
