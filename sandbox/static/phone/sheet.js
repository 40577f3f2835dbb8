/** The sheet that slides up over the chat: one at a time, closed by Escape, the cross or a tap beside it. */

import { make } from "./dom.js";

const sheet = document.getElementById("sheet");
const shade = document.getElementById("shade");
const under = ["bar", "scroll", "compose", "newest", "quoting"].map((id) => document.getElementById(id));
let before = null;

/** Show `children` under `title`; focus goes to the first thing that can be pressed. */
export function openSheet(title, ...children) {
  before = document.activeElement;
  document.getElementById("sheet-title").textContent = title;
  document.getElementById("sheet-body").replaceChildren(...children);
  for (const each of under) each.inert = true;
  sheet.hidden = shade.hidden = false;
  (sheet.querySelector(".sheet-body button") ?? document.getElementById("sheet-close")).focus();
}

/** Close it; focus goes back to where it was. */
export function closeSheet() {
  if (sheet.hidden) return;
  sheet.hidden = shade.hidden = true;
  for (const each of under) each.inert = false;
  before?.focus();
}

/** Rows that can be pressed, under a heading each. `pick(row)` is called after the sheet has closed. */
export function rows(sections, pick) {
  return sections.flatMap((section) => [
    section.title ? make("h3", { dir: "auto" }, section.title) : null,
    make("ul", { class: "rows-up" }, ...section.rows.map((row) => make("li", {}, pressed(row, pick)))),
  ].filter(Boolean));
}

function pressed(row, pick) {
  const described = row.description ? make("span", { class: "described", dir: "auto" }, row.description) : null;
  const choose = () => { closeSheet(); pick(row); };
  return make("button", { type: "button", onclick: choose }, make("span", { dir: "auto" }, row.title), described);
}

shade.addEventListener("click", closeSheet);
document.getElementById("sheet-close").addEventListener("click", closeSheet);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeSheet(); });
