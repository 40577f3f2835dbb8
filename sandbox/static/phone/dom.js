/** Small helpers for making elements. Nothing here ever reads text as HTML. */

/** An element of `tag` with `attributes` (null leaves one out) and `children` (elements or texts). */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (name === "onclick") made.addEventListener("click", value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

/** `address` if it is one that a tap may open, else null. */
export function openable(address) {
  try {
    const url = new URL(address, location.href);
    return ["http:", "https:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g;
const MARKS = [
  [/```([^`]+)```/, "code"],
  [/(?<![\p{L}\p{N}*])\*(\S(?:[^*\n]*\S)?)\*(?![\p{L}\p{N}*])/u, "strong"],
  [/(?<![\p{L}\p{N}_])_(\S(?:[^_\n]*\S)?)_(?![\p{L}\p{N}_])/u, "em"],
  [/(?<![\p{L}\p{N}~])~(\S(?:[^~\n]*\S)?)~(?![\p{L}\p{N}~])/u, "s"],
];

/** `text` as nodes: addresses can be opened and, if `marked`, WhatsApp's *bold* _slanted_ ~struck~ ```plain``` show. */
export function prose(text, marked) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    nodes.push(...marks(text.slice(from, found.index), marked), link(found[0], found[0]));
    from = found.index + found[0].length;
  }
  nodes.push(...marks(text.slice(from), marked));
  return nodes;
}

/** A link that opens in a tab of its own. */
export function link(address, text, attributes = {}) {
  const href = openable(address);
  if (!href) return make("span", attributes, text);
  return make("a", { href, target: "_blank", rel: "noopener noreferrer", ...attributes }, text);
}

function marks(text, marked) {
  if (!text) return [];
  for (const [pattern, tag] of marked ? MARKS : []) {
    const found = text.match(pattern);
    if (!found) continue;
    const end = found.index + found[0].length;
    const inside = tag === "code" ? [found[1]] : marks(found[1], true);
    return [...marks(text.slice(0, found.index), true), make(tag, {}, ...inside), ...marks(text.slice(end), true)];
  }
  return [text];
}
