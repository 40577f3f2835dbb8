"""Holds what the gateways really send against the providers' own OpenAPI descriptions.

    python -m tools.openapi_check --meta business-messaging-api_v23.0.yaml --twilio twilio_api_v2010.json

The descriptions are not kept here: github.com/facebook/openapi (MIT), github.com/twilio/twilio-oai (MIT).
"""
