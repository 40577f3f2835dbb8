"""A stand-in for Meta's WhatsApp Cloud API: messages, media, templates, and signed webhooks from the telephone.

Sources: Meta's documentation of the Cloud API (messages, media, templates, error codes, webhooks, business-scoped user
ids), its OpenAPI description, and answers published by those who use it. Where none shows the wording of an error's
details it is made up in the same manner; codes and HTTP statuses are Meta's.
"""
