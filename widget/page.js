/* The shop page's own behaviour: its sentences and products speak through the chat. */
(() => {
  "use strict";

  const chat = () =>
    window.HaatChat
      ? Promise.resolve(window.HaatChat)
      : new Promise((found) => window.addEventListener("haatchat:ready", () => found(window.HaatChat), { once: true }));

  async function clicked(event) {
    const button = event.target.closest("[data-say], [data-ask]");
    if (!button) return;
    const { open, send } = await chat();
    if ("say" in button.dataset) {
      open();
      send(button.dataset.say);
    } else open(button.dataset.ask || undefined);
  }

  document.addEventListener("click", clicked);
  window.addEventListener("haatchat:toggle", (event) =>
    document.documentElement.classList.toggle("chatting", event.detail.open),
  );
})();
