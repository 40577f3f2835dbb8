// One conversation: new lines as they come, the composer, and who is typing.

import { refresh } from "./lists.js";
import { coalesced, fetched, listen, sent } from "./live.js";
import { tick } from "./times.js";

const TYPING_EVERY = 3_000;
const TYPING_FOR = 6_000;
const NEAR = 80; // pixels from the end that still count as reading along

const one = (id) => document.getElementById(id);
const talk = one("talk");
const lines = one("lines");
const scroll = one("scroll");
const text = one("text");
const address = `/console/conversations/${talk.dataset.id}`;
const customer = one("who").textContent;
let last = Number(talk.dataset.last);

const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;

function toEnd() {
  scroll.scrollTop = scroll.scrollHeight;
  one("newer").hidden = true;
}

// A line that begins another day carries its date (shown by the style sheet).
function markDays() {
  let before = "";
  for (const line of lines.children) {
    line.classList.toggle("new-day", line.dataset.day !== before);
    before = line.dataset.day;
  }
}

function setMine(mine) {
  talk.dataset.mine = mine;
  text.disabled = one("send").disabled = !mine;
  text.placeholder = mine ? text.dataset.open : text.dataset.shut;
}

function setBar(html) {
  const focused = one("bar").contains(document.activeElement);
  one("bar").innerHTML = html; // the server's own, escaped there
  if (focused) one("bar").querySelector("button")?.focus();
  tick();
}

function add(html) {
  const following = atEnd();
  lines.insertAdjacentHTML("beforeend", html);
  markDays();
  if (following) toEnd();
  else one("newer").hidden = false;
}

// How far what we wrote has come: told again and again, for it comes later than the line itself.
function mark(ticks) {
  for (const [seq, [progress, word]] of Object.entries(ticks)) {
    const tick = lines.querySelector(`[data-seq="${seq}"] .tick`);
    if (!tick || tick.dataset.progress === progress) continue;
    tick.dataset.progress = progress;
    tick.title = tick.firstElementChild.textContent = word;
  }
}

async function load() {
  let more = true;
  while (more) {
    const news = await fetched(`${address}/news?after=${last}`);
    if (news.html.trim()) add(news.html);
    mark(news.ticks);
    setBar(news.bar);
    setMine(news.mine);
    ({ last, more } = news);
  }
}

const catchUp = coalesced(load, 100);

let typingEnds;
function showTyping(on) {
  clearTimeout(typingEnds);
  const following = atEnd();
  one("typing").textContent = on ? `${customer} is typing…` : "";
  if (on) typingEnds = setTimeout(() => showTyping(false), TYPING_FOR);
  if (following) toEnd();
}

listen(`?conversation=${talk.dataset.id}`, (event) => {
  if (event.type === "typing") {
    showTyping(event.on);
    return;
  }
  if (event.type === "status") {
    catchUp();
    return;
  }
  refresh();
  if (event.type === "ready" || event.conversation === Number(talk.dataset.id)) catchUp();
  if (event.author === "customer" && event.conversation === Number(talk.dataset.id)) showTyping(false);
});

function grow() {
  const following = atEnd();
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
  if (following) toEnd();
}

// What is not sent yet outlives a reload (a sign-in that ended, the page after Take), in this tab alone.
function keepDraft() {
  if (text.value) sessionStorage.setItem(address, text.value);
  else sessionStorage.removeItem(address);
}

function complain(message) {
  one("trouble").textContent = message;
  one("trouble").hidden = !message;
}

let sending = false;
async function send() {
  const words = text.value;
  if (sending || !words.trim()) return;
  sending = true;
  text.value = "";
  grow();
  complain("");
  toEnd();
  try {
    await sent(`${address}/lines`, { text: words });
  } catch (error) {
    text.value = text.value ? `${words}\n${text.value}` : words;
    grow();
    complain(error instanceof TypeError ? "Not sent: no connection. Please try again." : error.message);
  }
  sending = false;
  keepDraft();
  catchUp();
}

let typedAt = 0;
function tellTyping() {
  if (!text.value.trim() || Date.now() - typedAt < TYPING_EVERY) return;
  typedAt = Date.now();
  sent(`${address}/typing`).catch(catchUp);
}

one("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
text.addEventListener("input", () => {
  grow();
  keepDraft();
  tellTyping();
});
scroll.addEventListener("scroll", () => {
  if (atEnd()) one("newer").hidden = true;
});
one("newer").addEventListener("click", toEnd);

if (!matchMedia("(min-width: 1200px)").matches) one("facts").open = false;
if (text.value) keepDraft(); // written before this script came
else text.value = sessionStorage.getItem(address) ?? "";
markDays();
grow();
toEnd();
if (!text.disabled && matchMedia("(hover: hover)").matches) text.focus();
