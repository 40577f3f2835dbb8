// The socket: events only say that something changed, the page then asks the server for it.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

const shown = document.querySelector("#connection");
let wait = FIRST_WAIT;

// Calls `on` with each event; `{type: "ready"}` after each (re)connection: ask for what was missed.
export function listen(query, on) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/console/socket${query}`);
  socket.addEventListener("message", (message) => {
    wait = FIRST_WAIT;
    shown.textContent = "";
    on(JSON.parse(message.data));
  });
  socket.addEventListener("close", () => {
    shown.textContent = "Reconnecting…";
    setTimeout(() => listen(query, on), wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
}

// A function that asks at most once at a time, and once more if it was called meanwhile.
export function coalesced(ask, gap) {
  let running = false;
  let again = false;
  return async function run() {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      try {
        await ask();
      } catch (error) {
        console.warn("asking again at the next event", error.message);
      }
      await new Promise((done) => setTimeout(done, gap));
    }
    running = false;
  };
}

// JSON from the server; who is signed out is led to the sign-in.
export async function fetched(address, options = {}) {
  const response = await fetch(address, { ...options, headers: { Accept: "application/json", ...options.headers } });
  if (response.status === 401) location.reload();
  if (response.status === 204) return null;
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

export function sent(address, fields = {}) {
  const csrf = document.querySelector("meta[name=csrf]").content;
  return fetched(address, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRF-Token": csrf } });
}
