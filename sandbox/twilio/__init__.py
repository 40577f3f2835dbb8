"""A stand-in for Twilio: messages by SMS and WhatsApp over its REST API, signed webhooks and media.

What it does goes by Twilio's documentation of the Message resource, the webhook requests, the error dictionary and
the default handling of STOP; where that leaves a choice, the module says which it made.
"""
