"""The customers' telephones: the shop's messages show here, and what a customer does becomes a provider's webhook.

One `Exchange` (exchange.py) is in the app, under `EXCHANGE`; each provider's part gets it handed at its making.

A part that carries a network ("whatsapp" or "sms") for the shop
- calls `exchange.on_write(network, shop, writer, label)` once: `shop` is the shop's number or id there (what the
  entries say, what the page lets the customer choose from where several shops are on one network), `label` the name
  that the phone shows. `writer(writing) -> str` is called, without waiting, for each thing that a customer does; it
  starts whatever webhook that causes and returns the provider's id of the message ("" where it has none: then the
  exchange makes one). See `Writing` for what customers do;
- calls `exchange.show(network, number, entry)` for each message that the shop sends (`Entry.of_shop(...)`);
  `number` is the customer's, digits alone;
- calls `exchange.tick(entry_id, "sent" | "delivered" | "read" | "failed", trouble)` as it comes on: of the shop's
  messages, and of the customer's own ("delivered" once the shop's webhook took it, "read" where the shop says so);
- calls `exchange.typing(network, number, shop)` where the shop shows that it is typing;
- reads pictures and recordings of customers with `exchange.media[media_id]` (an id is digits), and keeps uploads
  of the shop with `exchange.keep_media(mime, raw, name)`, which gives the id; the page reads them at
  `/phone/media/{id}`.

What an entry shows (`Entry.content`, JSON; everything optional): `text`; `header` {kind: text|image|video|document,
text?, url?, name?}; `footer`; `buttons` [{id, title}] (reply buttons); `list` {title, sections: [{title, rows: [{id,
title, description?}]}]}; `links` [{title, url}]; `media` {kind: image|video|audio|voice|document|sticker, url, mime?,
name?}; `place` {latitude, longitude, name?, address?}; `ask_place` {title}; `reaction` {entry, emoji}; `cards`
[{header?, text?, buttons?, links?}] (a carousel); `template` (its name); `quoted` (an entry's id); `note` (small print
of the sandbox's own, say "3 segments"). `Entry.kind` is the provider's word for it.

What stand-ins share besides: `sandbox/chaos.py` (knobs; a part subclasses `Knobs` and extends `TAKES`), `postman.py`
(signed webhooks with retries), `troubles.py` (API calls that go wrong), `levers.py` (the control under /_sandbox),
`wanting.py` (settings: `wanted`, `shop_url`), `tasks.py`.

Over HTTP, for the page, tests and load runs alike: `POST /phone/{network}/{number}` with a JSON object as
`write.py` describes; `GET /phone/{network}/{number}` gives the log.
"""
