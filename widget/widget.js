/*
 * Haat web chat: one script, no dependencies, for any page.
 *
 *   <script src="https://shop.example/webchat/widget.js" async
 *           data-title="Chat with us" data-accent="#14614a" data-lang="en"></script>
 *
 * The chat server is the one this script came from. Attributes, all optional:
 *
 *   data-title    the name above the chat and on the button that opens it
 *   data-accent   the shop's colour, as #rgb or #rrggbb; readable text colours are worked out from it
 *   data-lang     en, hi, ta, te, hi-Latn, ta-Latn or te-Latn: the widget's own words, and the language that a new
 *                 chat begins in; later they follow the chat (customers write in whatever they like)
 *   data-open     true: open from the start, on screens at least 900 px wide
 *   data-target   "#id" of an element of the page to fill, in place of the button in the corner
 *   data-theme    light (the default), dark, or auto to follow the customer's system
 *
 * For the page's own scripts, once the window has had the event "haatchat:ready":
 *
 *   HaatChat.open(draft)   shows the chat; `draft`, if given, stands ready to be sent
 *   HaatChat.close()       hides it
 *   HaatChat.send(text)    says something in the customer's name
 *
 * The window gets "haatchat:toggle" (detail.open) whenever the chat opens or closes.
 */
(() => {
  "use strict";

  const script = document.currentScript;
  if (!script || "HaatChat" in window) return;
  window.HaatChat = null; // until it is ready: a second tag on the page adds no second chat

  const SECOND = 1000;
  const DAY = 24 * 3600 * SECOND;
  const MAX_CHARACTERS = 4096;
  const MAX_FRAME_BYTES = 16000; // the server refuses frames over 16 KiB
  const KEEP_UNSENT = 7 * DAY; // the server knows a repeated id for at least 8 days
  const REFUSALS = 3;
  const WORDS_WAIT = 1.5 * SECOND; // longer than that nobody waits for words: they get English first
  const STALE_SESSION = /^(session|token)_/;
  const WIDE = "(min-width: 900px)";
  const PHONE = "(max-width: 480px)";

  // ---------------------------------------------------------------- words

  const LANGUAGES = ["en", "hi", "ta", "te", "hi-Latn", "ta-Latn", "te-Latn"];

  /* The other languages' words lie beside this script, in words/<code>.json, under the same keys. */
  const ENGLISH = {
    title: "Chat with us",
    close: "Close chat",
    unread: "{count} unread",
    messages: "Messages",
    write: "Write a message",
    send: "Send",
    hello: "Namaste! What can we get you?",
    hint: "Write the way you would say it at the counter, in English, हिन्दी, தமிழ், తెలుగు or a mix.",
    bot: "Replies at once, day and night",
    agent: "A person is answering",
    person: "A person from the shop",
    you: "You",
    shop: "Shop",
    reconnecting: "Reconnecting…",
    offline: "You are offline. What you write is kept and sent when you are back.",
    waiting: "Waiting to be sent",
    sent: "Sent",
    stored: "Delivered",
    seen: "Seen",
    failed: "Not sent",
    again: "Try again",
    tooLong: "Too long by {count}",
    newer: "New messages",
    today: "Today",
    yesterday: "Yesterday",
    newTab: "opens in a new tab",
    products: "Products",
    map: "Open the map",
    hurry: "That was quick! What you wrote will be sent in a moment.",
    fresh: "The earlier chat could not be continued. This is a new one.",
    trouble: "Something went wrong on our side. Please try once more in a moment.",
    forget: "Forget this device",
    sure: "This chat will not be shown here again. The shop keeps what you ordered.",
    keep: "Keep it",
    forgotten: "This device has forgotten the earlier chat.",
  };

  // ---------------------------------------------------------------- settings

  const asked = script.dataset;
  const own = asked.title ? { title: asked.title } : {};
  const spokenHere = (code) => LANGUAGES.includes(code);
  const pageLanguage = spokenHere(asked.lang) ? asked.lang : "en";
  const address = socketAddress(script.src);

  function socketAddress(source) {
    const url = new URL("socket", source);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  }

  // ---------------------------------------------------------------- the language of the words

  let language, words, times;
  const learnt = new Map([["en", ENGLISH]]);
  use("en", ENGLISH);

  function use(code, found) {
    const locale = code.length > 2 ? "en-IN" : `${code}-IN`;
    const format = (parts) => new Intl.DateTimeFormat(locale, parts);
    [language, words] = [code, { ...found, ...own }];
    times = {
      clock: format({ hour: "numeric", minute: "2-digit" }),
      calendar: format({ day: "numeric", month: "long", year: "numeric" }),
    };
  }

  /* The words of a language, fetched once; null where they cannot be had now. */
  async function learn(code) {
    if (!learnt.has(code)) learnt.set(code, fetched(code));
    const found = await learnt.get(code);
    if (!found) learnt.delete(code);
    return found;
  }

  async function fetched(code) {
    try {
      const answer = await fetch(new URL(`words/${code}.json`, script.src), { credentials: "omit" });
      return answer.ok ? { ...ENGLISH, ...(await answer.json()) } : null;
    } catch {
      return null;
    }
  }

  const counted = (key, count) => words[key].replace("{count}", count);

  function dayOf(at) {
    const midnight = (value) => new Date(value).setHours(0, 0, 0, 0);
    const ago = Math.round((midnight(Date.now()) - midnight(at)) / DAY);
    return [words.today, words.yesterday][ago] ?? times.calendar.format(at);
  }

  /* Where our own words stand; they are put there again when the language changes. */
  const PLACES = {
    says: (node, text) => (node.textContent = text),
    called: (node, text) => node.setAttribute("aria-label", text),
    hint: (node, text) => node.setAttribute("placeholder", text),
  };

  function word(node, place, key) {
    node.dataset[place] = key;
    PLACES[place](node, words[key]);
  }

  // ---------------------------------------------------------------- small helpers

  const randomId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const bytes = (text) => new TextEncoder().encode(text).length;

  const list = (value) => (Array.isArray(value) ? value : []);

  const plain = (value) => (value == null ? "" : String(value));

  /* Data reaches the page as text nodes and attribute values only, never as markup. */
  function make(tag, properties, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) put(node, name, value);
    node.append(...children.filter((child) => child != null && child !== ""));
    return node;
  }

  function put(node, name, value) {
    if (name in PLACES) word(node, name, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value != null && value !== false) node.setAttribute(name, value);
  }

  const SHAPES = {
    chat: "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM8 9h8M8 12.5h5",
    close: "M6 9l6 6 6-6",
    send: "M4 12l16-8-6 17-3-7zM11 14l9-10",
    down: "M12 5v14M6 13l6 6 6-6",
    file: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5M9 13h6M9 17h4",
    pin: "M12 21s-7-6.2-7-11.5a7 7 0 0 1 14 0C19 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
    out: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
    waiting: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
    sent: "M5 13l4 4L19 7",
    stored: "M1.5 13l4.5 4.5L14.5 8M11 16l1.5 1.5L22 8",
    seen: "M1.5 13l4.5 4.5L14.5 8M11 16l1.5 1.5L22 8",
    failed: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v6M12 16.5v.1",
  };

  function icon(name) {
    const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", SHAPES[name]);
    svg.append(path);
    return svg;
  }

  // ---------------------------------------------------------------- colours

  function channels(colour) {
    const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour ?? "")?.[1];
    if (!hex) return null;
    const pairs = hex.length === 3 ? [...hex].map((digit) => digit + digit) : hex.match(/../g);
    return pairs.map((pair) => parseInt(pair, 16));
  }

  /* Relative luminance and contrast, as WCAG 2 defines them. */
  function luminance(colour) {
    const [r, g, b] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  /* The colour, moved towards `end` just as far as it must be to be read on `ground`. */
  function readable(colour, ground, end) {
    for (let share = 0; share < 1; share += 0.1) {
      const mixed = colour.map((value, n) => Math.round(value + (end[n] - value) * share));
      if (contrast(mixed, ground) >= 4.6) return mixed;
    }
    return end;
  }

  function palette(colour) {
    const [white, ink, night] = [[255, 255, 255], [30, 22, 16], [36, 34, 32]];
    const rgb = (value) => `rgb(${value.join(" ")})`;
    return {
      "--accent": rgb(colour),
      "--on-accent": rgb(contrast(colour, white) >= 4.5 ? white : ink),
      "--accent-ink-light": rgb(readable(colour, [250, 246, 239], ink)),
      "--accent-ink-dark": rgb(readable(colour, night, white)),
    };
  }

  // ---------------------------------------------------------------- text and links

  const BOLD = /(\*[^\s*](?:[^*\n]*[^\s*])?\*)/;
  const LINK = /(https:\/\/[^\s<>"]+|http:\/\/127\.0\.0\.1[^\s<>"]*)/;
  const TRAILING = /[.,;:!?)\]}'*।]+$/;
  const ENDS_IN_WORD = /[\p{L}\p{M}\p{N}]$/u;
  const STARTS_WITH_WORD = /^[\p{L}\p{M}\p{N}]/u;
  const LOCAL_HOSTS = new Set(["127.0.0.1", "localhost", new URL(script.src).hostname]);

  /* An absolute address that is safe to open, or null. Relative ones belong to the chat's server. */
  function safe(value) {
    try {
      const url = new URL(plain(value), script.src);
      return url.protocol === "https:" || (url.protocol === "http:" && LOCAL_HOSTS.has(url.hostname)) ? url.href : null;
    } catch {
      return null;
    }
  }

  /* Text as a customer of WhatsApp knows it: *bold*, line breaks, addresses that open. */
  function rich(value) {
    const pieces = plain(value).split(BOLD);
    const nodes = pieces.flatMap((piece, n) =>
      n % 2 && standsAlone(pieces[n - 1], pieces[n + 1])
        ? [make("strong", {}, ...links(piece.slice(1, -1)))]
        : links(piece),
    );
    return make("span", { class: "text", dir: "auto" }, ...nodes);
  }

  const standsAlone = (before, after) => !ENDS_IN_WORD.test(before) && !STARTS_WITH_WORD.test(after);

  const links = (text) => text.split(LINK).flatMap((piece, n) => (n % 2 ? link(piece) : [piece]));

  function link(found) {
    const tail = TRAILING.exec(found)?.[0] ?? "";
    const url = found.slice(0, found.length - tail.length);
    const href = safe(url);
    return href ? [outward(href, {}, url), tail] : [found];
  }

  function outward(href, properties, ...children) {
    return make(
      "a",
      { href, target: "_blank", rel: "noopener noreferrer", ...properties },
      ...children,
      make("span", { class: "aside" }, " (", make("span", { says: "newTab" }), ")"),
    );
  }

  // ---------------------------------------------------------------- kinds of content
  // Each takes the content and `pick(choice, button, label)` and gives the nodes to show.

  const KINDS = new Map([
    ["text", (content) => [bubble(content.text)]],
    ["choices", (content) => [bubble(content.body || content.text)]],
    ["products", (content, pick) => [bubble(content.body), row(list(content.products), pick)]],
    ["image", (content) => [picture(content)]],
    ["document", (content) => [paper(content)]],
    ["link", (content) => [bubble(content.body), doorway(content)]],
    ["location", (content) => [place(content)]],
  ]);

  function draw(content, pick) {
    const kind = KINDS.get(content.kind) ?? KINDS.get("text");
    return [...kind(content, pick), buttons(list(content.choices), pick)].filter(Boolean);
  }

  /* What the server means to show, or its plain text where it makes no sense to this version. */
  function present(content, pick) {
    try {
      return draw(content, pick);
    } catch {
      return [bubble(content.text)].filter(Boolean);
    }
  }

  const bubble = (text, ...more) =>
    plain(text) || more.length ? make("div", { class: "bubble" }, text ? rich(text) : null, ...more) : null;

  function buttons(choices, pick, about = "") {
    if (!choices.length) return null;
    const rows = choices.some((choice) => choice.description);
    return make("div", { class: rows ? "choices rows" : "choices" }, ...choices.map((one) => button(one, pick, about)));
  }

  function button(choice, pick, about) {
    const label = about ? `${about}: ${plain(choice.title)}` : plain(choice.title);
    const node = make(
      "button",
      { type: "button", class: "choice", "data-choice": plain(choice.id), "data-label": label },
      about ? make("span", { class: "aside" }, `${about}: `) : null,
      make("span", { class: "name", dir: "auto" }, plain(choice.title)),
      choice.description ? make("small", { dir: "auto" }, plain(choice.description)) : null,
    );
    node.addEventListener("click", () => pick(choice, node, label));
    return node;
  }

  function row(products, pick) {
    const cards = products.map((product) => card(product, pick));
    return make("ul", { class: "cards", tabindex: "0", called: "products" }, ...cards);
  }

  function card(product, pick) {
    return make(
      "li",
      { class: "card" },
      photo(product),
      make("strong", { dir: "auto" }, plain(product.title)),
      product.subtitle ? make("span", { class: "subtitle", dir: "auto" }, plain(product.subtitle)) : null,
      product.price ? make("span", { class: "price" }, ...prices(product.price)) : null,
      buttons(list(product.choices), pick, plain(product.title)),
    );
  }

  /* "250 g ₹150 · 500 g ₹285": lines break between packs only. */
  const prices = (text) => plain(text).split(" · ").map((pack) => make("span", {}, pack));

  /* The name stands right beneath, so the picture itself is silent to screen readers. */
  function photo(product) {
    const frame = make("div", { class: "photo", "aria-hidden": "true" }, [...plain(product.title)][0]);
    const src = product.image && safe(product.image);
    if (src) frame.append(image(src, ""));
    return frame;
  }

  function image(src, alt) {
    const node = make("img", { src, alt, loading: "lazy", decoding: "async" });
    node.addEventListener("error", () => node.remove());
    return node;
  }

  function picture(content) {
    const src = safe(content.url);
    if (!src) return bubble(content.text);
    const alt = plain(content.alt || content.text);
    return outward(src, { class: "picture" }, image(src, ""), make("span", { class: "aside" }, alt));
  }

  function paper(content) {
    const href = safe(content.url);
    if (!href) return bubble(content.text);
    return outward(href, { class: "slip" }, icon("file"), name(content.filename || content.text));
  }

  function doorway(content) {
    const href = safe(content.url);
    if (!href) return bubble(content.text);
    return outward(href, { class: "door" }, name(content.title || content.url), icon("out"));
  }

  function place({ latitude, longitude, name: called, text }) {
    if (![latitude, longitude].every(Number.isFinite)) return bubble(text);
    const href = `https://www.google.com/maps/search/?api=1&query=${latitude},${longitude}`;
    return outward(href, { class: "slip" }, icon("pin"), name(called || text), make("small", { says: "map" }));
  }

  const name = (text) => make("span", { class: "name", dir: "auto" }, plain(text));

  // ---------------------------------------------------------------- what the browser keeps

  /* Token and unsent messages, in localStorage where the browser allows it, else for the life of the page.
     Every message has an entry of its own, so that two tabs never overwrite each other's. */
  class Kept {
    constructor(prefix) {
      this.prefix = prefix;
      this.values = new Map();
      this.attempt((store) => Object.keys(store).forEach((key) => this.note(key, store.getItem(key))));
      window.addEventListener("storage", ({ key, newValue }) => key && this.heard(key, newValue));
    }

    /* What another page kept; `left` is called when it had the chat forgotten. */
    heard(key, value) {
      this.note(key, value);
      if (value && key === `${this.prefix}leaving`) this.left();
    }

    attempt(act) {
      try {
        act(window.localStorage);
      } catch {
        // Blocked or full: what is in `values` serves until the page goes.
      }
    }

    note(key, value) {
      if (!key.startsWith(this.prefix)) return;
      const entry = key.slice(this.prefix.length);
      if (value === null) this.values.delete(entry);
      else this.values.set(entry, value);
    }

    get(entry) {
      return this.values.get(entry) ?? "";
    }

    set(entry, value) {
      this.values.set(entry, value);
      this.attempt((store) => store.setItem(this.prefix + entry, value));
    }

    drop(entry) {
      this.values.delete(entry);
      this.attempt((store) => store.removeItem(this.prefix + entry));
    }

    empty() {
      [...this.values.keys()].forEach((entry) => this.drop(entry));
    }

    keep(message) {
      this.set(`out ${message.id}`, JSON.stringify(message));
    }

    settle(id) {
      this.drop(`out ${id}`);
    }

    /* The messages nobody acknowledged, oldest first. */
    unsent() {
      const entries = [...this.values.keys()].filter((entry) => entry.startsWith("out "));
      const messages = entries.map((entry) => JSON.parse(this.values.get(entry)));
      const isOld = (one) => Date.now() - one.at > KEEP_UNSENT;
      messages.filter(isOld).forEach((one) => this.settle(one.id));
      return messages.filter((one) => !isOld(one)).sort((a, b) => a.at - b.at);
    }
  }

  // ---------------------------------------------------------------- the connection

  /* One socket at a time, opened again and again until close(). Its owner has hello(), frame(object), turned(up). */
  class Link {
    constructor(owner) {
      this.owner = owner;
      this.wanted = false;
      this.up = false;
      this.tries = 0;
      window.addEventListener("online", () => this.wake(true));
      window.addEventListener("pageshow", (event) => this.wake(event.persisted));
      document.addEventListener("visibilitychange", () => this.looked());
    }

    open() {
      this.drop();
      this.wanted = true;
      this.limit = setTimeout(() => this.lost(), 15 * SECOND);
      try {
        this.listen(new WebSocket(address));
      } catch {
        this.lost();
      }
    }

    listen(socket) {
      this.socket = socket;
      socket.onopen = () => this.write(this.owner.hello());
      socket.onmessage = (event) => this.read(event.data);
      socket.onclose = () => this.lost();
    }

    read(data) {
      try {
        const frame = JSON.parse(data);
        if (frame && typeof frame === "object") this.owner.frame(frame);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }

    write(frame) {
      if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
    }

    /* The server knows us: frames may flow. */
    ready() {
      clearTimeout(this.limit);
      this.tries = 0;
      this.turn(true);
    }

    lost() {
      this.drop();
      const pause = Math.min(30 * SECOND, 500 * 2 ** this.tries++) * (0.5 + Math.random() / 2);
      this.retry = setTimeout(() => this.open(), pause);
    }

    drop() {
      clearTimeout(this.limit);
      clearTimeout(this.retry);
      const socket = this.socket;
      this.socket = null;
      if (socket) {
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close();
      }
      this.turn(false);
    }

    close() {
      this.wanted = false;
      this.drop();
    }

    turn(up) {
      if (this.up === up) return;
      this.up = up;
      this.owner.turned(up);
    }

    /* Phones freeze pages and change networks without closing sockets: after that nothing old is trusted. */
    wake(stale) {
      const trying = this.socket?.readyState === WebSocket.CONNECTING;
      if (this.wanted && !trying && (stale || !this.up)) this.open();
    }

    looked() {
      if (document.hidden) this.hidden = Date.now();
      else this.wake(Date.now() - this.hidden > 60 * SECOND);
    }
  }

  // ---------------------------------------------------------------- the conversation

  /* The transcript and the rules of the socket. An item's state goes waiting, sent, stored, seen (or failed);
     its seq is its place in the server's transcript, in which the customer's own messages count too. */
  class Chat {
    constructor(kept, view) {
      this.kept = kept;
      this.view = view;
      this.items = [];
      this.last = 0;
      this.hole = null;
      this.patience = 12 * SECOND;
      this.haste = 0;
      this.clock = 0;
      this.link = new Link(this);
      this.kept.left = () => this.left();
      this.takes = new Map(
        ["session", "ack", "reply", "said", "typing", "seen", "error"].map((type) => [type, (frame) => this[type](frame)]),
      );
    }

    start() {
      this.kept.unsent().forEach((message) => this.add(message));
      this.view.known(Boolean(this.kept.get("token")));
      if (this.kept.get("token") || this.kept.get("leaving") || this.queue().length) this.connect();
    }

    /* Called when the customer shows an interest: who only looks at the page costs the server nothing. */
    connect() {
      if (this.link.wanted) return;
      this.link.open();
      this.view.connection(false);
    }

    // -- what the customer does

    say(body, label) {
      const message = { id: randomId(), at: this.now(), body, label };
      this.kept.keep(message);
      this.add(message);
      this.typed(false);
      if (this.link.up) this.flush();
      else this.connect();
    }

    now() {
      this.clock = Math.max(Date.now(), this.clock + 1);
      return this.clock;
    }

    add({ id, at, body, label }) {
      this.show({ id, at, body, from: "customer", content: { kind: "text", text: label }, state: "waiting" });
    }

    again(item) {
      item.refusals = 0;
      this.kept.keep({ id: item.id, at: item.at, body: item.body, label: item.content.text });
      this.mark(item, "waiting");
      this.flush();
    }

    typed(on) {
      const due = on ? Date.now() - (this.toldTyping ?? 0) > 3 * SECOND : this.toldTyping;
      clearTimeout(this.idle);
      if (on) this.idle = setTimeout(() => this.typed(false), 5 * SECOND);
      if (!due) return;
      this.toldTyping = on ? Date.now() : 0;
      if (this.link.up) this.link.write({ type: "typing", on });
    }

    // -- forgetting

    /* Nothing of the chat stays here, at once; the server is told as soon as it can be, by the token put aside. */
    leave() {
      const token = this.kept.get("token");
      this.kept.empty();
      this.kept.set("leaving", token);
      this.wipe();
      if (this.link.up) this.link.write({ type: "forget" });
      else this.link.open();
    }

    /* Another page of this browser did so. */
    left() {
      this.link.close();
      this.wipe();
    }

    wipe() {
      [this.timer, this.turning].forEach(clearTimeout);
      this.items = [];
      this.last = 0;
      this.hole = null;
      this.view.clear();
    }

    // -- sending

    queue() {
      return this.items.filter(this.isPending);
    }

    flush() {
      if (!this.link.up || Date.now() < (this.pausedUntil ?? 0)) return;
      this.queue().forEach((item) => item.state === "waiting" && this.transmit(item));
      this.watch();
    }

    transmit(item) {
      this.link.write({ type: "message", id: item.id, ...item.body });
      this.mark(item, "sent");
    }

    /* A connection that swallows messages is no connection. */
    watch() {
      clearTimeout(this.timer);
      if (!this.queue().some((item) => item.state === "sent")) return;
      this.timer = setTimeout(() => this.impatient(), this.patience);
    }

    impatient() {
      this.patience = Math.min(this.patience * 2, 60 * SECOND);
      this.link.open();
    }

    mark(item, state) {
      item.state = state;
      this.view.mark(item);
    }

    settle(item) {
      this.kept.settle(item.id);
      if (item.state !== "seen") this.mark(item, "stored");
      this.patience = 12 * SECOND;
      this.haste = 0;
      this.watch();
    }

    // -- the connection's owner

    hello() {
      const token = (this.token = this.kept.get("leaving") || this.kept.get("token"));
      const begins = pageLanguage === "en" ? {} : { language: pageLanguage };
      return { type: "hello", ...begins, ...(token ? { token, after: this.last } : {}) };
    }

    /* Of a chat that is to be forgotten nothing is shown any more. */
    frame(frame) {
      const leaving = this.kept.get("leaving");
      if (!leaving || frame.type === "session" || frame.type === "error") this.takes.get(frame.type)?.(frame);
    }

    turned(up) {
      if (!up) this.unsend();
      this.view.connection(up);
    }

    unsend() {
      clearTimeout(this.timer);
      this.items.forEach((item) => item.state === "sent" && this.mark(item, "waiting"));
      this.view.typing(false);
    }

    // -- what the server says

    session({ token, seq }) {
      if (token === this.kept.get("leaving")) return this.link.write({ type: "forget" });
      this.kept.drop("leaving");
      this.token = token;
      this.view.known(true);
      if (seq < this.last) this.forget();
      if (!this.last && token === this.kept.get("token")) this.view.restoring();
      if (token) this.kept.set("token", token);
      this.view.relearn();
      this.link.ready();
      this.flush();
      this.look();
    }

    ack({ id }) {
      const item = this.mine(id);
      if (item) this.settle(item);
    }

    reply(frame) {
      const mine = frame.id && this.mine(frame.id);
      if (mine) this.settle(mine);
      if (mine) mine.seq = frame.seq;
      if (!(frame.seq > this.last)) return;
      if (this.missed(frame.seq)) return this.refetch();
      this.last = frame.seq;
      if (!mine) this.arrived(frame);
    }

    /* The customer's own words: from another page of theirs, or the transcript of an earlier visit. */
    said(frame) {
      this.reply({ ...frame, from: "customer" });
    }

    arrived({ seq, id, from, at, content }) {
      const time = Date.parse(at) || Date.now();
      this.show({ seq, id, from, at: time, content: content ?? {}, state: from === "customer" ? "stored" : "" });
      if (from === "customer") return;
      this.follow(content?.language);
      this.view.typing(false);
      this.look();
    }

    /* The widget's words follow the shop's; of a transcript that comes back only its end matters. */
    follow(code) {
      if (!spokenHere(code)) return;
      clearTimeout(this.turning);
      this.turning = setTimeout(() => {
        this.kept.set("language", code);
        this.view.switchTo(code);
      }, 0.1 * SECOND);
    }

    mine(id) {
      return this.items.find((item) => item.id === id);
    }

    /* Whether something before `seq` never came. Our own stored messages fill places, so they are numbered first;
       what is still missing after one more asking was never there. */
    missed(seq) {
      const unnumbered = this.items.filter((item) => this.isStored(item) && item.seq === undefined);
      const jump = seq - this.last - 1;
      if (jump <= unnumbered.length) unnumbered.slice(0, jump).forEach((item, n) => (item.seq = this.last + 1 + n));
      return jump > unnumbered.length && this.hole !== this.last;
    }

    refetch() {
      this.hole = this.last;
      this.link.open();
    }

    /* Time decides only between what was restored and what still waits to be sent. */
    show(item) {
      let place = this.items.length;
      while (place && this.isPending(this.items[place - 1]) && this.items[place - 1].at > item.at) place -= 1;
      const next = this.items[place];
      this.items.splice(place, 0, item);
      this.view.show(item, next);
    }

    isPending(item) {
      return item.state === "waiting" || item.state === "sent";
    }

    isStored(item) {
      return item.state === "stored" || item.state === "seen";
    }

    typing({ on }) {
      this.view.typing(Boolean(on));
    }

    seen({ seq }) {
      const read = (item) => item.state === "stored" && (item.seq === undefined ? seq > this.last : item.seq <= seq);
      this.items.filter(read).forEach((item) => this.mark(item, "seen"));
    }

    error({ code, id, retry_after: seconds }) {
      if (STALE_SESSION.test(code) && this.token) return this.restart();
      if (this.kept.get("leaving") && code !== "rate_limited") return this.link.lost();
      this.kept.drop("leaving");
      if (code === "rate_limited") return this.pause(seconds);
      this.view.line("trouble");
      this.refused(this.mine(id) ?? this.items.find((item) => item.state === "sent"));
    }

    restart() {
      ["leaving", "token"].forEach((entry) => this.kept.get(entry) === this.token && this.kept.drop(entry));
      this.token = "";
      if (this.items.some((item) => item.seq)) this.view.line("fresh");
      this.forget();
      if (this.queue().length || this.view.isOpen()) this.link.open();
      else this.link.close();
    }

    forget() {
      this.last = 0;
      this.hole = null;
      this.kept.drop("seen");
      this.items.forEach((item) => this.isPending(item) || (item.seq = 0));
    }

    pause(seconds) {
      const wait = seconds > 0 ? seconds * SECOND : Math.min(60 * SECOND, 4 * SECOND * 2 ** this.haste++);
      this.pausedUntil = Date.now() + wait;
      this.unsend();
      this.view.line("hurry");
      setTimeout(() => this.flush(), wait + 20);
    }

    refused(item) {
      if (!item) return;
      item.refusals = (item.refusals ?? 0) + 1;
      if (item.refusals >= REFUSALS) return this.fail(item);
      this.mark(item, "waiting");
      setTimeout(() => this.flush(), 3 * SECOND * item.refusals);
    }

    fail(item) {
      this.kept.settle(item.id);
      this.mark(item, "failed");
      this.watch();
    }

    // -- reading

    /* Tells the server what the customer has before their eyes, and the button what they have not. */
    look() {
      const theirs = this.items.filter((item) => item.seq && item.from !== "customer");
      const newest = theirs.at(-1)?.seq ?? 0;
      const known = Number(this.kept.get("seen"));
      if (newest > known && this.view.isRead() && this.link.up) this.saw(newest);
      this.view.unread(theirs.filter((item) => item.seq > Number(this.kept.get("seen"))).length);
    }

    saw(seq) {
      this.kept.set("seen", String(seq));
      this.link.write({ type: "seen", seq });
    }
  }

  // ---------------------------------------------------------------- looks

  const STYLE = `
:host { all: initial !important; display: contents !important; }
:host(.inline) { display: block !important; height: 100% !important; min-height: 360px !important; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.root {
  --panel: #fff; --ground: #f7f2e8; --bubble: #fff; --text: #221a13; --muted: #6a5c4e; --line: #e2d8c7;
  --accent-ink: var(--accent-ink-light); --raised: 0 1px 2px rgb(60 40 20 / .12); --warn: #fdeec4; --alarm: #a31d12;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Devanagari", "Noto Sans Tamil",
    "Noto Sans Telugu", "Nirmala UI", "Kohinoor Devanagari", sans-serif;
  color: var(--text); height: 100%; text-align: start; -webkit-text-size-adjust: 100%;
}
button, textarea { font: inherit; color: inherit; margin: 0; }
button { cursor: pointer; border: 0; background: none; padding: 0; touch-action: manipulation; }
a { color: inherit; }
p, h2, ul { margin: 0; padding: 0; font: inherit; list-style: none; }
svg { width: 1.25em; height: 1.25em; flex: none; fill: none; stroke: currentColor; stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round; }
:focus { outline: none; }
:focus-visible { outline: 3px solid var(--accent-ink); outline-offset: 2px; }
.aside { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launcher {
  position: fixed; z-index: 2147483000; right: max(20px, env(safe-area-inset-right));
  bottom: max(20px, env(safe-area-inset-bottom)); display: flex; align-items: center; gap: 10px; min-height: 56px;
  padding: 0 22px 0 18px; border-radius: 28px; background: var(--accent); color: var(--on-accent); font-weight: 600;
  box-shadow: 0 2px 6px rgb(40 25 10 / .25), 0 10px 28px rgb(40 25 10 / .22); transition: transform .15s;
}
.launcher:hover { transform: translateY(-2px); }
.launcher:focus-visible, .head :focus-visible { outline-color: #fff; box-shadow: 0 0 0 6px #1e1610; }
.badge {
  position: absolute; top: -6px; right: -4px; min-width: 24px; padding: 0 7px; border: 2px solid #fff;
  border-radius: 14px; background: #b3261e; color: #fff; font-size: 13px; line-height: 20px; text-align: center;
}

.panel { display: flex; flex-direction: column; overflow: hidden; background: var(--panel); position: relative; }
.float .panel {
  position: fixed; z-index: 2147483000; right: max(20px, env(safe-area-inset-right));
  bottom: max(20px, env(safe-area-inset-bottom)); width: 396px; max-width: calc(100vw - 40px);
  height: min(740px, 100vh - 40px); height: min(740px, 100dvh - 40px); border-radius: 18px;
  box-shadow: 0 0 0 1px rgb(60 40 20 / .1), 0 18px 60px rgb(40 25 10 / .28); animation: rise .18s ease-out;
}
.inline .panel { height: 100%; border: 1px solid var(--line); border-radius: 14px; }
@keyframes rise { from { opacity: 0; transform: translateY(14px); } }

.head { display: flex; align-items: center; gap: 12px; padding: 12px 10px 12px 16px; background: var(--accent);
  color: var(--on-accent); }
.face { display: grid; place-items: center; flex: none; width: 40px; height: 40px; border-radius: 50%;
  background: var(--on-accent); color: var(--accent); }
.head div { flex: 1; min-width: 0; }
.head h2 { font-size: 17px; line-height: 1.4; font-weight: 700; overflow-wrap: anywhere; }
.head p { font-size: 13px; line-height: 1.45; }
.head.agent p::before { content: ""; display: inline-block; width: 9px; height: 9px; margin-inline-end: 6px;
  border-radius: 50%; background: #ffd34d; }
.head button { display: grid; place-items: center; width: 44px; height: 44px; border-radius: 50%; }
.head button:hover { background: rgb(0 0 0 / .15); }
.state { padding: 6px 16px; background: var(--warn); color: #4a3300; font-size: 14px; text-align: center; }

.log { flex: 1; min-height: 0; overflow: hidden auto; overscroll-behavior: contain; padding: 14px 14px 10px;
  background: var(--ground); scrollbar-width: thin; }
.log:focus-visible { outline-offset: -3px; }
.welcome { margin: 8px 0 18px; padding: 16px 18px; border-radius: 14px; background: var(--panel); box-shadow: var(--raised); }
.welcome strong { display: block; font-size: 18px; line-height: 1.5; }

.message { display: flex; flex-direction: column; align-items: flex-start; gap: 6px; margin-top: 12px; }
.message.same { margin-top: 5px; }
.message.customer { align-items: flex-end; }
.message.system { align-items: center; text-align: center; }
.new-day::before { content: attr(data-day); align-self: center; margin: 2px 0 6px; font-weight: 600; }
.new-day::before, .line, .system .bubble { padding: 3px 14px; border-radius: 14px; background: rgb(120 95 60 / .13);
  box-shadow: none; font-size: 13px; overflow-wrap: anywhere; }
.line { width: fit-content; max-width: 92%; margin: 12px auto; text-align: center; }
.system .meta { display: none; }
.who { font-size: 13px; font-weight: 600; color: var(--accent-ink); }
.same .who { display: none; }
.bubble { max-width: 86%; padding: 8px 13px; border-radius: 16px 16px 16px 5px; background: var(--bubble);
  box-shadow: var(--raised); overflow-wrap: anywhere; }
.customer .bubble { border-radius: 16px 16px 5px 16px; background: var(--accent); color: var(--on-accent); box-shadow: none; }
.agent .bubble { box-shadow: var(--raised), inset 3px 0 var(--accent); }
.text { white-space: pre-wrap; unicode-bidi: plaintext; }
.text a { color: var(--accent-ink); overflow-wrap: anywhere; }
.customer .text a { color: inherit; }
.meta { display: flex; align-items: center; gap: 4px; padding: 0 4px; font-size: 12px; line-height: 1.4; color: var(--muted); }
.message:has(+ .same:not(.customer)) .meta { display: none; }
.tick { display: flex; align-items: center; }
.tick svg { width: 15px; height: 15px; }
.tick[data-state=seen] { color: var(--accent-ink); }
.tick[data-state=failed], .limit { color: var(--alarm); }
.retry { min-height: 32px; font-weight: 600; color: var(--alarm); text-decoration: underline; }

.choices { display: flex; flex-wrap: wrap; gap: 8px; max-width: 100%; }
.choices.rows { flex-direction: column; align-self: stretch; }
.choice { min-height: 44px; max-width: 100%; padding: 7px 16px; border: 1.5px solid var(--accent-ink); border-radius: 22px;
  background: var(--panel); color: var(--accent-ink); font-weight: 600; line-height: 1.45; text-align: start;
  overflow-wrap: anywhere; }
.choice:hover { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.choice small { display: block; font-size: 13px; font-weight: 400; }
.rows .choice { border-radius: 12px; }
.past .choice { border-color: var(--line); background: transparent; color: var(--muted); font-weight: 500; }
.past .choice:hover { border-color: var(--muted); color: var(--text); }
.choice.chosen { border-color: var(--accent-ink); color: var(--accent-ink); font-weight: 700; }
.choice.chosen .name::before { content: "✓ "; }

.cards { display: flex; align-self: stretch; gap: 10px; margin: 0 -14px; padding: 3px 14px 8px; overflow-x: auto;
  overscroll-behavior-x: contain; scroll-snap-type: x proximity; scroll-padding: 14px; scrollbar-width: thin; }
.cards:focus-visible { outline-offset: -3px; }
.card { display: flex; flex-direction: column; flex: 0 0 206px; padding: 0 12px 12px; border-radius: 14px; overflow: hidden;
  background: var(--panel); box-shadow: var(--raised); scroll-snap-align: start; overflow-wrap: anywhere; }
.card strong { line-height: 1.45; }
.photo { position: relative; display: grid; place-items: center; flex: none; height: 132px; margin: 0 -12px 9px;
  background: var(--line); color: var(--muted); font-size: 44px; line-height: 1.4; }
.photo:has(img) { color: transparent; }
.photo img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; }
.subtitle { color: var(--muted); font-size: 14px; }
.price { display: flex; flex-wrap: wrap; gap: 0 10px; margin-top: 2px; font-weight: 700; }
.card .choices { flex-direction: column; margin-top: auto; padding-top: 9px; }
.card .choice { border-radius: 12px; text-align: center; }

.picture { width: min(280px, 100%); }
.picture img { display: block; width: 100%; min-height: 120px; max-height: 320px; object-fit: cover; border-radius: 14px;
  background: var(--line); box-shadow: var(--raised); }
.slip, .door { display: flex; align-items: center; gap: 10px; max-width: 100%; min-height: 48px; padding: 8px 16px;
  border-radius: 14px; overflow-wrap: anywhere; text-decoration: none; font-weight: 600; }
.slip { background: var(--panel); box-shadow: var(--raised); }
.slip svg, .slip small { color: var(--accent-ink); }
.door { background: var(--accent); color: var(--on-accent); }
.slip:hover, .door:hover { text-decoration: underline; }

.typing { display: flex; gap: 5px; width: fit-content; margin-top: 12px; padding: 15px 15px; border-radius: 16px 16px 16px 5px;
  background: var(--bubble); box-shadow: var(--raised); }
.typing i { width: 8px; height: 8px; border-radius: 50%; background: var(--muted); animation: nod 1.2s infinite; }
.typing i:nth-child(2) { animation-delay: .15s; }
.typing i:nth-child(3) { animation-delay: .3s; }
@keyframes nod { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; transform: translateY(-3px); } }

.foot { position: relative; padding: 10px 12px; border-top: 1px solid var(--line); }
.newer { position: absolute; bottom: calc(100% + 10px); left: 50%; translate: -50%; display: flex; align-items: center; gap: 6px;
  min-height: 40px; padding: 0 16px; border-radius: 20px; background: var(--panel); color: var(--accent-ink);
  font-weight: 600; white-space: nowrap; box-shadow: 0 2px 10px rgb(40 25 10 / .25); }
.composer { display: flex; align-items: flex-end; gap: 8px; }
textarea { flex: 1; min-width: 0; min-height: 46px; max-height: 150px; padding: 10px 16px; border: 1.5px solid #8c7d6c;
  border-radius: 23px; background: var(--panel); line-height: 1.5; resize: none; overflow-y: auto; scrollbar-width: thin;
  unicode-bidi: plaintext; }
textarea::placeholder { color: var(--muted); opacity: 1; }
textarea:focus-visible { outline: 2px solid var(--accent-ink); outline-offset: 0; border-color: var(--accent-ink); }
.composer button { display: grid; place-items: center; flex: none; width: 46px; height: 46px; border-radius: 50%;
  background: var(--accent); color: var(--on-accent); }
.composer button:disabled { background: var(--line); color: var(--muted); cursor: default; }
.limit { padding: 4px 16px 0; font-size: 14px; }
.forget { display: block; min-height: 28px; margin: 4px auto -6px; padding: 0 10px; font-size: 13px; color: var(--muted);
  text-decoration: underline; text-underline-offset: 3px; }
.sure { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 10px; font-size: 14px; }
.sure p { flex: 1 1 100%; }
.sure button { min-height: 40px; padding: 0 16px; border: 1.5px solid var(--muted); border-radius: 20px; font-weight: 600; }
.sure button:first-of-type { border-color: var(--alarm); color: var(--alarm); }

@media ${PHONE} {
  .float .panel { inset: var(--top, 0) 0 auto 0; width: 100%; max-width: none; height: var(--height, 100dvh); border-radius: 0;
    box-shadow: none; }
  .float .head { padding-top: max(12px, env(safe-area-inset-top)); }
  .float .foot { padding-bottom: max(10px, env(safe-area-inset-bottom)); }
  .launcher { width: 60px; min-height: 60px; padding: 0; justify-content: center; border-radius: 50%; }
  .launcher .label { display: none; }
  .launcher svg { width: 28px; height: 28px; }
}
@media (prefers-reduced-motion: reduce) { *, *::before { animation: none !important; transition: none !important; } }
`;

  const NIGHT = `.root {
  --panel: #242220; --ground: #1a1816; --bubble: #302d2a; --text: #f3ece2; --muted: #b9aa98; --line: #47413a;
  --accent-ink: var(--accent-ink-dark); --warn: #ffe3a0; --alarm: #ff9d90; color-scheme: dark; }`;

  const THEMES = { light: "", dark: NIGHT, auto: `@media (prefers-color-scheme: dark) { ${NIGHT} }` };

  /* A constructed sheet passes a page's strict style-src; older browsers get an element. */
  function dress(shadow) {
    const css = STYLE + (THEMES[asked.theme] ?? "");
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      shadow.adoptedStyleSheets = [sheet];
    } catch {
      shadow.append(make("style", {}, css));
    }
  }

  // ---------------------------------------------------------------- the panel

  /* How many characters a message must lose to be taken. */
  function excess(text) {
    const heavy = Math.ceil((bytes(JSON.stringify(text)) + 128 - MAX_FRAME_BYTES) / 3);
    return Math.max([...text].length - MAX_CHARACTERS, heavy, 0);
  }

  /* Whether the panel stood open in this tab is kept with the tab: "true", "false" or nothing. */
  function remembered(open) {
    try {
      if (open !== undefined) window.sessionStorage.setItem("haat-chat open", open);
      return window.sessionStorage.getItem("haat-chat open");
    } catch {
      return null;
    }
  }

  const VOICES = new Set(["customer", "bot", "agent", "system"]);

  /* A title that the page gave is in the page's language, whatever ours is. */
  const titleLanguage = asked.title ? asked.lang ?? "" : null;

  /* System lines by the response they were made of: who answers from here on. */
  const ANNOUNCED = new Map([["agent_joined", "agent"], ["agent_left", "bot"], ["agent_away", "bot"]]);

  const isPhone = () => window.matchMedia(PHONE).matches;
  const hasKeyboard = () => !window.matchMedia("(pointer: coarse)").matches;

  class View {
    constructor(target) {
      this.inline = Boolean(target);
      this.stuck = true;
      this.host = make("haat-chat", { dir: "ltr", class: this.inline ? "inline" : null });
      this.shadow = this.host.attachShadow({ mode: "open" });
      dress(this.shadow);
      this.build();
      this.colour();
      (target ?? document.body).append(this.host);
    }

    // -- parts

    build() {
      this.root = make("div", { class: `root ${this.inline ? "inline" : "float"}`, lang: language });
      this.root.append(...(this.inline ? [this.panelParts()] : [this.launcherParts(), this.panelParts()]));
      this.shadow.append(this.root);
      this.watch();
    }

    launcherParts() {
      this.badge = make("span", { class: "badge", hidden: true });
      const label = make("span", { class: "label", dir: "auto", lang: titleLanguage, says: "title" });
      const properties = { type: "button", class: "launcher", "aria-expanded": "false", "aria-controls": "panel" };
      this.launcher = make("button", properties, icon("chat"), label, this.badge);
      this.launcher.addEventListener("click", () => this.open());
      this.unread(0);
      return this.launcher;
    }

    panelParts() {
      this.status = make("p", { class: "state", role: "status", hidden: true });
      const role = this.inline ? "region" : "dialog";
      this.panel = make("section",
        { id: "panel", class: "panel", role, called: "title", tabindex: "-1", hidden: !this.inline },
        this.headParts(), this.status, this.logParts(), this.footParts());
      this.panel.addEventListener("keydown", (event) => this.key(event));
      return this.panel;
    }

    headParts() {
      this.answering = make("p", { role: "status", dir: "auto", says: "bot" });
      const close = make("button", { type: "button", class: "close", called: "close" }, icon("close"));
      close.addEventListener("click", () => this.close());
      this.head = make("header", { class: "head" }, make("span", { class: "face" }, icon("chat")),
        make("div", {}, make("h2", { dir: "auto", lang: titleLanguage, says: "title" }), this.answering),
        this.inline ? null : close);
      return this.head;
    }

    logParts() {
      const dots = ["i", "i", "i"].map((tag) => make(tag, {}));
      this.dots = make("div", { class: "typing", "aria-hidden": "true", hidden: true }, ...dots);
      this.welcome = make("div", { class: "welcome" }, make("strong", { says: "hello" }), make("span", { says: "hint" }));
      this.items = make("div", {}, this.welcome);
      this.log = make("div",
        { class: "log", role: "log", "aria-live": "polite", called: "messages", tabindex: "0" },
        this.items, this.dots);
      return this.log;
    }

    footParts() {
      this.newer = make("button", { type: "button", class: "newer", hidden: true, onclick: () => this.toEnd() },
        icon("down"), make("span", { says: "newer" }));
      this.input = make("textarea", { rows: "1", dir: "auto", hint: "write", called: "write" });
      put(this.input, "enterkeyhint", "send");
      put(this.input, "autocomplete", "off");
      this.go = make("button", { type: "submit", called: "send", disabled: true }, icon("send"));
      this.limit = make("p", { class: "limit", role: "alert" });
      const form = make("form", { class: "composer" }, this.input, this.go);
      form.addEventListener("submit", (event) => this.submit(event));
      return make("footer", { class: "foot" }, this.newer, form, this.limit, this.forgetParts());
    }

    /* Asked once more before it is done; Escape keeps the chat, and the panel open. */
    forgetParts() {
      const plainly = (says, onclick, more) => make("button", { type: "button", says, onclick, ...more });
      this.forget = plainly("forget", () => this.doubt(true), { class: "forget", hidden: true });
      this.sure = make("div", { class: "sure", role: "group", called: "forget", hidden: true },
        make("p", { dir: "auto", says: "sure" }), plainly("forget", () => this.chat.leave()),
        plainly("keep", () => this.doubt(false)));
      this.sure.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        this.doubt(false);
      });
      return make("div", {}, this.forget, this.sure);
    }

    doubt(on) {
      this.sure.hidden = !on;
      this.forget.hidden = on;
      (on ? this.sure.lastElementChild : this.forget).focus();
      this.follow();
    }

    /* Whether there is a chat that could be forgotten. */
    known(is) {
      this.forget.hidden = !is || !this.sure.hidden;
    }

    clear() {
      this.items.replaceChildren(this.welcome);
      this.welcome.hidden = false;
      this.sure.hidden = this.forget.hidden = true;
      this.current = this.announced = undefined;
      this.answeredBy("bot");
      this.unread(0);
      this.typing(false);
      this.draft("");
      this.line("forgotten");
      this.switchTo(pageLanguage);
      if (this.isOpen()) this.focus();
    }

    /* Speaks another language as soon as its words are there; where they cannot be had, the one it spoke before. */
    switchTo(code) {
      if (code === this.tongue) return;
      this.tongue = code;
      this.relearn();
    }

    /* Tries once more where the words could not be had. */
    async relearn() {
      const code = this.tongue;
      const found = code !== language && (await learn(code));
      if (found && code === this.tongue) this.reword(code, found);
    }

    /* All our words anew, and nothing of it read out. */
    reword(code, found) {
      use(code, found);
      this.restoring();
      this.root.lang = code;
      const each = (selector, act) => this.root.querySelectorAll(selector).forEach(act);
      Object.keys(PLACES).forEach((place) => each(`[data-${place}]`, (node) => word(node, place, node.dataset[place])));
      each("time", (node) => (node.textContent = times.clock.format(new Date(node.dateTime))));
      each("[data-at]", (node) => (node.dataset.day = dayOf(Number(node.dataset.at))));
      this.unread(this.count);
      this.measure();
      this.follow();
    }

    colour() {
      const colours = palette(channels(asked.accent) ?? channels("#14614a"));
      for (const [property, value] of Object.entries(colours)) this.root.style.setProperty(property, value);
    }

    watch() {
      this.input.addEventListener("input", () => this.written());
      this.input.addEventListener("focus", () => this.chat.connect());
      this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
      document.addEventListener("visibilitychange", () => this.chat.look());
      window.addEventListener("offline", () => this.tell("offline"));
      window.matchMedia(PHONE).addEventListener("change", () => this.cover(this.isOpen()));
      const sizes = new ResizeObserver(() => this.follow());
      [this.items, this.log].forEach((part) => sizes.observe(part));
      ["resize", "scroll"].forEach((type) => window.visualViewport?.addEventListener(type, () => this.fit()));
    }

    // -- opening and closing

    isOpen() {
      return !this.panel.hidden;
    }

    isRead() {
      return this.isOpen() && this.stuck && !document.hidden;
    }

    open(draft) {
      if (draft !== undefined) this.draft(draft);
      if (!this.isOpen()) this.turn(true);
      this.focus(draft);
      this.chat.connect();
    }

    close() {
      if (this.inline || !this.isOpen()) return;
      this.turn(false);
      this.launcher.focus();
    }

    /* Opened by the page, not by the customer: the focus stays where it is, and no session is begun. */
    stand() {
      if (remembered() === "false" || !(remembered() || asked.open === "true")) return;
      if (!this.inline && window.matchMedia(WIDE).matches) this.turn(true);
    }

    turn(open) {
      remembered(open);
      this.panel.hidden = !open;
      this.launcher.hidden = open;
      this.launcher.setAttribute("aria-expanded", open);
      this.cover(open);
      this.toEnd();
      window.dispatchEvent(new CustomEvent("haatchat:toggle", { detail: { open } }));
    }

    /* On a phone the panel is the whole screen, and the page beneath must not scroll. */
    cover(open) {
      const whole = open && !this.inline && isPhone();
      put(this.panel, "aria-modal", String(whole));
      const page = document.documentElement.style;
      if (whole) page.setProperty("overflow", "hidden");
      else page.removeProperty("overflow");
      this.fit();
    }

    focus(draft) {
      (hasKeyboard() || draft ? this.input : this.panel).focus({ preventScroll: true });
    }

    /* The part of the screen that an on-screen keyboard leaves; a pinch zoom is none of our business. */
    fit() {
      const seen = window.visualViewport;
      if (!seen || seen.scale > 1.05) return;
      this.root.style.setProperty("--height", `${seen.height}px`);
      this.root.style.setProperty("--top", `${seen.offsetTop}px`);
      this.follow();
    }

    key(event) {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Escape") this.close();
      if (event.key === "Tab" && this.panel.getAttribute("aria-modal") === "true") this.wrap(event);
      if (event.key === "Enter" && !event.shiftKey && event.target === this.input) this.submit(event);
    }

    stops() {
      const all = this.panel.querySelectorAll("button:enabled, a, textarea, [tabindex='0']");
      return [...all].filter((one) => one.offsetParent);
    }

    /* Keeps the Tab key within the panel. */
    wrap(event) {
      const stops = this.stops();
      const at = this.shadow.activeElement;
      const leaving = event.shiftKey ? at === this.panel || at === stops[0] : at === stops.at(-1);
      if (!leaving) return;
      event.preventDefault();
      stops.at(event.shiftKey ? -1 : 0).focus();
    }

    // -- writing

    written() {
      this.measure();
      this.grow();
      this.chat.typed(Boolean(this.input.value.trim()));
    }

    measure() {
      const text = this.input.value.trim();
      const over = excess(text);
      this.go.disabled = !text || over > 0;
      this.limit.textContent = over ? counted("tooLong", over) : "";
    }

    grow() {
      this.input.style.setProperty("height", "auto");
      this.input.style.setProperty("height", `${this.input.scrollHeight + 3}px`);
    }

    draft(text) {
      this.input.value = plain(text);
      this.written();
    }

    submit(event) {
      event.preventDefault();
      if (this.go.disabled) return;
      this.speak(this.input.value);
      this.draft("");
      this.input.focus();
    }

    /* What is too long comes back into the box, with the reason beneath it. */
    speak(text) {
      const trimmed = plain(text).trim();
      if (excess(trimmed)) this.draft(trimmed);
      else if (trimmed) this.chat.say({ text: trimmed }, trimmed);
    }

    /* An old button may be tapped again at any time, but a finger that bounces means it once. */
    pick(choice, node, label) {
      if (node === this.tapped && Date.now() - this.tappedAt < 700) return;
      [this.tapped, this.tappedAt] = [node, Date.now()];
      this.choose(node);
      this.chat.say({ tap: plain(choice.id) }, label);
    }

    choose(node) {
      node.classList.add("chosen");
      node.setAttribute("aria-pressed", "true");
    }

    /* After a reload: which button the customer's line came from. */
    retrace(text) {
      const offered = [...(this.current?.querySelectorAll(".choice") ?? [])];
      const title = (node) => node.querySelector(".name").textContent;
      const node = offered.find((one) => [one.dataset.label, title(one)].includes(text));
      if (node) this.choose(node);
    }

    // -- showing

    show(item, next) {
      this.welcome.hidden = true;
      item.node = this.message(item);
      this.items.insertBefore(item.node, next?.node ?? null);
      this.join(item.node);
      if (next) this.join(next.node);
      this.heed(item);
      if (item.body) this.toEnd();
      else if (this.stuck) this.follow();
      else this.newer.hidden = false;
    }

    /* How a line stands to the one above it: a new day, or the same voice going on. */
    join(node) {
      const above = node.previousElementSibling.dataset;
      const today = above.day === node.dataset.day;
      node.classList.toggle("new-day", !today);
      node.classList.toggle("same", today && above.from === node.dataset.from);
    }

    heed(item) {
      const { from, content } = item;
      if (from === "customer" && !item.body) this.retrace(plain(content.text));
      if (from === "bot" || from === "agent") this.turnTo(item);
      if (ANNOUNCED.has(content.key)) this.announced = ANNOUNCED.get(content.key);
      this.answeredBy(this.announced ?? from);
    }

    turnTo(item) {
      this.current?.classList.add("past");
      this.current = item.node;
    }

    /* Who answers is what was announced, whatever notices the bot sends meanwhile; else whoever spoke last. */
    answeredBy(who) {
      if (who !== "bot" && who !== "agent") return;
      this.head.classList.toggle("agent", who === "agent");
      if (this.answering.dataset.says !== who) word(this.answering, "says", who);
    }

    message(item) {
      const from = VOICES.has(item.from) ? item.from : "bot";
      const shown = present(item.content, (...picked) => this.pick(...picked));
      shown.forEach((node) => (node.lang = spokenHere(item.content.language) ? item.content.language : ""));
      return make("div", { class: `message ${from}`, "data-from": from, "data-at": item.at, "data-day": dayOf(item.at) },
        make("span", { class: "aside" }, make("span", { says: from === "customer" ? "you" : "shop" }), ": "),
        from === "agent" ? make("span", { class: "who", says: "person" }) : null,
        ...shown,
        this.meta(item));
    }

    meta(item) {
      const time = new Date(item.at);
      item.tick = make("span", { class: "tick" });
      if (item.from === "customer") this.tick(item);
      return make("div", { class: "meta" }, make("time", { datetime: time.toISOString() }, times.clock.format(time)), item.tick);
    }

    mark(item) {
      if (item.tick) this.tick(item);
    }

    tick(item) {
      const { state } = item;
      const sign = make("span", { class: "tick", role: "img", called: state }, icon(state));
      const retry = { type: "button", class: "retry", says: "again", onclick: () => this.chat.again(item) };
      item.tick.dataset.state = state;
      const failed = () => [make("span", { says: "failed" }), " ", make("button", retry)];
      item.tick.replaceChildren(sign, ...(state === "failed" ? failed() : []));
    }

    /* A word from the widget itself, once. */
    line(key) {
      if (this.items.lastElementChild.dataset.says === key) return;
      const at = Date.now();
      this.items.append(make("div", { class: "line", dir: "auto", "data-at": at, "data-day": dayOf(at), says: key }));
      this.follow();
    }

    typing(on) {
      clearTimeout(this.silence);
      this.dots.hidden = !on;
      if (on) this.silence = setTimeout(() => this.typing(false), 20 * SECOND);
      this.follow();
    }

    connection(up) {
      clearTimeout(this.slow);
      if (up || !this.chat.link.wanted) return this.tell("");
      this.slow = setTimeout(() => this.tell(navigator.onLine ? "reconnecting" : "offline"), 1.2 * SECOND);
    }

    tell(key) {
      this.status.hidden = !key;
      this.status.replaceChildren(...(key ? [make("span", { says: key })] : []));
    }

    /* A whole transcript coming back is not read out line by line. */
    restoring() {
      this.log.setAttribute("aria-busy", "true");
      setTimeout(() => this.log.removeAttribute("aria-busy"), 0.6 * SECOND);
    }

    unread(count) {
      this.count = count;
      if (this.inline) return;
      this.badge.hidden = !count;
      this.badge.textContent = count > 99 ? "99+" : String(count);
      this.launcher.setAttribute("aria-label", count ? `${words.title}, ${counted("unread", count)}` : words.title);
    }

    // -- scrolling

    toEnd() {
      this.stuck = true;
      this.newer.hidden = true;
      this.follow();
      this.chat.look();
    }

    follow() {
      if (this.stuck) this.log.scrollTop = this.log.scrollHeight;
    }

    scrolled() {
      if (!this.isOpen()) return;
      const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 48;
      if (atEnd && !this.stuck) this.toEnd();
      else this.stuck = atEnd;
    }
  }

  // ---------------------------------------------------------------- start

  async function start() {
    const kept = new Kept(`haat-chat ${address} `);
    const first = [kept.get("language"), pageLanguage].find(spokenHere);
    await Promise.race([learn(first), new Promise((waited) => setTimeout(waited, WORDS_WAIT))]);
    const view = new View(asked.target ? document.querySelector(asked.target) : null);
    view.chat = new Chat(kept, view);
    view.switchTo(first);
    window.HaatChat = Object.freeze({
      open: (draft) => view.open(draft),
      close: () => view.close(),
      send: (text) => view.speak(text),
    });
    view.stand();
    view.chat.start();
    window.dispatchEvent(new CustomEvent("haatchat:ready"));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
  else start();
})();
