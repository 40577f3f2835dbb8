// Spans of time ("4 min") grow while a page is open, by the server's clock: this machine's may be wrong.

const ahead = Number(document.body.dataset.now) - Date.now();

function span(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 1) return "< 1 min";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const days = Math.floor(minutes / 1440);
  return `${days} day${days > 1 ? "s" : ""}`;
}

export function tick() {
  const now = Date.now() + ahead;
  for (const time of document.querySelectorAll("time[data-since]")) {
    const text = time.dataset.since + span(now - Date.parse(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}

setInterval(tick, 15_000);
