/** A customer's telephone: shows the log as it grows, and tells the sandbox what the customer does. */

import { bubble, gist, refresh } from "./bubbles.js";
import { make } from "./dom.js";
import { closeSheet, openSheet, rows } from "./sheet.js";

const LARGEST = 16 * 1024 * 1024;
const NEAR_END = 120;
const REACTIONS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const PLACES = [
  { title: "Home", latitude: 17.4126, longitude: 78.4482, address: "Road No. 12, Banjara Hills, Hyderabad 500034" },
  { title: "Work", latitude: 12.9716, longitude: 77.5946, address: "MG Road, Bengaluru 560001" },
  { title: "Aunt Lakshmi", latitude: 13.0418, longitude: 80.2341, address: "Pondy Bazaar, T. Nagar, Chennai 600017" },
];

const at = (id) => document.getElementById(id);
const { network, number, name, shop } = at("handset").dataset;
const here = `/phone/${network}/${number}`;
const entries = new Map();
const whatsapp = network === "whatsapp";
let quoting = null;
let readSoon = 0;
let dotsEnd = 0;

const phone = {
  marked: whatsapp,
  entry: (id) => entries.get(id),
  reactions: (id) => latestReactions(id),
  tap: (entry, choice) => write({ deed: "tap", entry: entry.id, choice }),
  open: (title, sections, entry) => openSheet(title, ...rows(sections, (row) => phone.tap(entry, row.id))),
  place: (entry) => choosePlace(entry.id),
  more: (entry) => openSheet("React or reply", reactions(entry), ...rows([{ rows: [{ title: "Reply to this message" }] }], () => quote(entry))),
};

async function write(deed) {
  if (deed.deed !== "open") trouble("");  // reading happens by itself: it must not wipe what was just said
  try {
    const answer = await fetch(here, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name, shop, ...deed }),
    });
    const said = await answer.json();
    if (!answer.ok) trouble(said.error?.description ?? "That did not work.");
    return answer.ok;
  } catch {
    trouble("The sandbox does not answer.");
    return false;
  }
}

function trouble(said) {
  at("trouble").textContent = said;
  at("trouble").hidden = !said;
}

/* The log */

function belongs(entry) {
  return entry.shop === shop;
}

function latestReactions(id) {
  const latest = new Map();
  for (const entry of entries.values()) {
    if (entry.reaction?.entry === id) latest.set(entry.from, entry.reaction.emoji);
  }
  return [...latest.values()].filter(Boolean);
}

function put(entry) {
  const fresh = !entries.has(entry.id);
  entries.set(entry.id, entry);
  if (entry.reaction) {
    const about = entries.get(entry.reaction.entry);
    if (about) draw(about);
    return;
  }
  const stays = fresh && atEnd();
  draw(entry);
  if (fresh && entry.from === "shop") dots(0);
  if (stays || (fresh && entry.from === "customer")) toEnd();
  else if (fresh) at("newest").hidden = false;
}

function draw(entry) {
  const old = at("chat").querySelector(`[data-id="${CSS.escape(entry.id)}"]`);
  if (old) return refresh(old, entry, phone);
  const made = bubble(entry, phone);
  at("chat").append(made);
  for (const image of made.querySelectorAll("img")) image.addEventListener("load", () => { if (atEnd(image.height)) toEnd(); });
}

function redraw(log) {
  entries.clear();
  at("chat").replaceChildren();
  for (const entry of log.filter(belongs)) entries.set(entry.id, entry);
  for (const entry of entries.values()) if (!entry.reaction) draw(entry);
  toEnd();
}

function atEnd(more = 0) {
  const { scrollHeight, scrollTop, clientHeight } = at("scroll");
  return scrollHeight - scrollTop - clientHeight < NEAR_END + more;
}

function toEnd() {
  at("scroll").scrollTop = at("scroll").scrollHeight;
  at("newest").hidden = true;
}

function dots(seconds) {
  clearTimeout(dotsEnd);
  const stays = atEnd();
  at("dots").hidden = seconds === 0;
  at("presence").textContent = seconds ? "typing…" : whatsapp ? "online" : "";
  if (seconds) dotsEnd = setTimeout(() => dots(0), seconds * 1000);
  if (seconds && stays) toEnd();
}

function readThem() {
  clearTimeout(readSoon);
  const unread = [...entries.values()].some((entry) => entry.from === "shop" && ["sent", "delivered"].includes(entry.ticks));
  if (!unread || !whatsapp || !at("reads").checked || document.visibilityState !== "visible") return;
  readSoon = setTimeout(() => write({ deed: "open" }), 300);
}

function listen() {
  const live = new EventSource(`${here}/live`);
  const on = (event, take) => live.addEventListener(event, (message) => take(JSON.parse(message.data)));
  on("log", (log) => { redraw(log.entries); dots(0); readThem(); });
  on("entry", (entry) => { if (belongs(entry)) { put(entry); readThem(); } });
  on("typing", (typing) => { if (typing.shop === shop) dots(typing.seconds); });
  live.addEventListener("open", () => trouble(""));
  live.addEventListener("error", () => { at("presence").textContent = "connecting…"; });
}

/* What the customer does */

async function sendWords() {
  const text = at("words").value.trim();
  if (!text) return;
  at("words").value = "";
  grow();
  const sent = await write({ deed: "text", text, ...(quoting ? { quoted: quoting.id } : {}) });
  if (sent) quote(null);
  else at("words").value = text;
}

function quote(entry) {
  quoting = entry;
  at("quoting").hidden = !entry;
  if (!entry) return;
  at("quoting").querySelector("p").textContent = gist(entry);
  at("words").focus();
}

function reactions(entry) {
  const react = (emoji) => { closeSheet(); write({ deed: "reaction", entry: entry.id, emoji }); };
  const row = REACTIONS.map((emoji) => make("button", { type: "button", "aria-label": `React ${emoji}`, onclick: () => react(emoji) }, emoji));
  return make("p", { class: "reactions" }, ...row, make("button", { type: "button", onclick: () => react("") }, "None"));
}

function choosePlace(quoted) {
  const about = PLACES.map((place) => ({ ...place, description: place.address }));
  openSheet("Send a location", ...rows([{ rows: about }], (place) => {
    const { latitude, longitude, title, address } = place;
    write({ deed: "location", latitude, longitude, name_of_place: title, address, ...(quoted ? { quoted } : {}) });
  }));
}

function offerMore() {
  const other = [
    { title: "Picture or paper", description: "A file of yours; what you have typed becomes its caption", does: () => at("file").click() },
    { title: "Location", does: () => choosePlace("") },
    { title: "Voice note", description: "Two seconds of silence", does: () => write({ deed: "voice" }) },
  ];
  const words = ["STOP", "START", "HELP"].map((text) => ({ title: text, does: () => write({ deed: "text", text }) }));
  const sections = [{ rows: whatsapp ? other : other.slice(0, 1) }, { title: "Words that always work", rows: words }];
  openSheet("Send something else", ...rows(sections, (row) => row.does()));
}

async function sendFile() {
  const [file] = at("file").files;
  at("file").value = "";
  if (!file) return;
  if (file.size > LARGEST) return trouble("That file is larger than 16 MB.");
  const data = await base64(file);
  const text = at("words").value.trim();
  if (await write({ deed: "picture", data, mime: file.type, file_name: file.name, text })) at("words").value = "";
}

function base64(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result.split(",")[1]));
    reader.addEventListener("error", () => failed(reader.error));
    reader.readAsDataURL(file);
  });
}

function grow() {
  const words = at("words");
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight, 120)}px`;
}

at("compose").addEventListener("submit", (event) => { event.preventDefault(); sendWords(); });
at("words").addEventListener("input", grow);
at("words").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); sendWords(); }
});
at("more").addEventListener("click", offerMore);
at("file").addEventListener("change", sendFile);
at("newest").addEventListener("click", toEnd);
at("scroll").addEventListener("scroll", () => { if (atEnd()) at("newest").hidden = true; });
at("quoting").querySelector("button").addEventListener("click", () => quote(null));
at("reads").addEventListener("change", readThem);
document.addEventListener("visibilitychange", readThem);
at("who").open = window.matchMedia("(min-width: 800px)").matches;
listen();
