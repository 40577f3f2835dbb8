// The lists of conversations, fresh whenever something changed.

import { coalesced, fetched } from "./live.js";

const lists = document.querySelector("#lists");
const title = document.title;
const GAP = 1_000;

async function load() {
  const { html, waiting } = await fetched(`/console/lists?open=${lists.dataset.open}`);
  const focused = lists.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const top = lists.scrollTop;
  lists.innerHTML = html; // the server's own, escaped there
  lists.scrollTop = top;
  if (focused) lists.querySelector(`a[href="${focused}"]`)?.focus();
  show(waiting);
}

function show(waiting) {
  document.title = waiting ? `(${waiting}) ${title}` : title;
  const news = document.querySelector("#waiting-news");
  const text = waiting === 1 ? "One customer waits." : `${waiting} customers wait.`;
  if (news && news.textContent !== text) news.textContent = text;
}

export const refresh = coalesced(load, GAP);
