/** How an entry looks: see `sandbox/telephone/__init__.py` for what it holds. */

import { link, make, openable, prose } from "./dom.js";

const TICKS = { sent: ["✓", "Sent"], delivered: ["✓✓", "Delivered"], read: ["✓✓", "Read"], failed: ["!", "Not sent"] };

/**
 * The list item of an entry. `phone` offers `marked` (whether *bold* shows), `entry(id)`, `reactions(id)` and what a tap
 * does: `tap(entry, choice)`, `open(title, sections, entry)`, `place(entry)`, `more(entry)`.
 */
export function bubble(entry, phone) {
  const mine = entry.from === "customer";
  const box = make("div", { class: "bubble" }, ...quoted(entry, phone), ...content(entry, entry, phone), ...foot(entry));
  const parts = [box, ...actions(entry, entry, phone), ...cards(entry, phone)];
  const names = ["line", mine ? "mine" : "theirs", entry.ticks === "failed" ? "failed" : ""].filter(Boolean);
  return make("li", { class: names.join(" "), "data-id": entry.id, "data-kind": entry.kind }, ...parts, handle(entry, phone), ...badges(entry, phone));
}

/** Bring the item of an entry up to date. What can be pressed in it stays, and keeps the focus. */
export function refresh(item, entry, phone) {
  item.classList.toggle("failed", entry.ticks === "failed");
  item.querySelector(".foot").replaceWith(...foot(entry));
  item.querySelector(".badges")?.remove();
  item.append(...badges(entry, phone));
}

function content(part, entry, phone) {
  return [
    ...header(part.header),
    ...medium(part.media),
    ...place(part.place),
    part.text ? make("p", { class: "words", dir: "auto" }, ...prose(part.text, phone.marked)) : null,
    part.footer ? make("p", { class: "footer", dir: "auto" }, part.footer) : null,
    part.note ? make("p", { class: "note" }, part.note) : null,
    part.template ? make("p", { class: "note" }, `template ${part.template}`) : null,
  ].filter(Boolean);
}

function header(given) {
  if (!given) return [];
  if (given.kind === "text") return [make("p", { class: "heading", dir: "auto" }, given.text)];
  return medium(given);
}

function medium(media) {
  if (!media) return [];
  const source = openable(media.url);
  if (!source) return [make("p", { class: "note" }, `${media.kind} at ${media.url}`)];
  if (media.kind === "image" || media.kind === "sticker") return [picture(source, media)];
  if (media.kind === "audio" || media.kind === "voice") return [sound(source, media)];
  if (media.kind === "video") return [make("video", { class: "picture", controls: true, preload: "metadata", src: source })];
  return [link(source, media.name || "Document", { class: "paper icon page" })];
}

function picture(source, media) {
  const image = make("img", { class: "picture", src: source, alt: media.name || "Picture", loading: "lazy" });
  const opens = make("a", { href: source, target: "_blank", rel: "noopener noreferrer", class: "frame" }, image);
  image.addEventListener("error", () => {
    opens.replaceChildren(make("span", { class: "missing" }, "This picture cannot be shown"));
  });
  return opens;
}

function sound(source, media) {
  const player = make("audio", { controls: true, preload: "metadata", src: source });
  return make("div", { class: "sound" }, make("span", { class: "note" }, media.kind === "voice" ? "Voice note" : "Sound"), player);
}

function place(given) {
  if (!given) return [];
  const { latitude, longitude } = given;
  const at = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  const said = [given.name, given.address].filter(Boolean).join(", ");
  const numbers = `${Number(latitude).toFixed(4)}, ${Number(longitude).toFixed(4)}`;
  return [make("div", { class: "map" }, make("span", { class: "icon pin", "aria-hidden": "true" }), link(at, said || numbers), said ? make("span", { class: "note" }, numbers) : null)];
}

function quoted(entry, phone) {
  const about = entry.quoted ? phone.entry(entry.quoted) : null;
  return about ? [make("p", { class: "quote", dir: "auto" }, gist(about))] : [];
}

/** One line that stands for an entry. */
export function gist(entry) {
  const said = entry.text || entry.header?.text || entry.media?.name || entry.place?.name || entry.kind;
  return said.length > 90 ? `${said.slice(0, 88)}…` : said;
}

function foot(entry) {
  const at = new Date(entry.at * 1000);
  const time = make("time", { datetime: at.toISOString() }, at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  const failed = entry.ticks === "failed";
  const trouble = failed ? make("span", { class: "why" }, `Not delivered${entry.trouble ? ` (${entry.trouble})` : ""}`) : null;
  const [sign, name] = TICKS[entry.ticks];
  const ticks = entry.from === "customer" ? make("span", { class: `ticks ${entry.ticks}`, role: "img", "aria-label": name }, sign) : null;
  return [make("p", { class: "foot" }, ...[trouble, time, ticks].filter(Boolean))];
}

function actions(part, entry, phone) {
  const found = (part.buttons ?? []).map((choice) => action(choice.title, () => phone.tap(entry, choice.id)));
  if (part.list) {
    const { title, sections } = part.list;
    found.push(action(title, () => phone.open(title, sections, entry), { class: "action icon list", "aria-haspopup": "dialog" }));
  }
  if (part.ask_place) found.push(action(part.ask_place.title, () => phone.place(entry), { class: "action icon pin", "aria-haspopup": "dialog" }));
  for (const each of part.links ?? []) found.push(link(each.url, each.title, { class: "action icon out" }));
  return found;
}

function action(title, onclick, more = {}) {
  return make("button", { type: "button", class: "action", dir: "auto", onclick, ...more }, title);
}

function cards(entry, phone) {
  if (!entry.cards) return [];
  const made = entry.cards.map((card) => make("li", { class: "card" }, make("div", { class: "bubble" }, ...content(card, entry, phone)), ...actions(card, entry, phone)));
  return [make("ul", { class: "cards", tabindex: "0", "aria-label": "Cards" }, ...made)];
}

function badges(entry, phone) {
  const found = phone.reactions(entry.id);
  return found.length ? [make("p", { class: "badges", "aria-label": "Reactions" }, found.join(" "))] : [];
}

function handle(entry, phone) {
  if (entry.from === "customer" || !phone.marked) return null;
  return make("button", { type: "button", class: "handle", "aria-label": "React or reply", "aria-haspopup": "dialog", onclick: () => phone.more(entry) }, "⋯");
}
