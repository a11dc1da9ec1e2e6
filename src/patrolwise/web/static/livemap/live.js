// Keeps the tables fresh: by a stream that says when something changed, else every 15 seconds.
const now = document.getElementById("live-now");
const said = document.getElementById("live-said");
const how = document.getElementById("live-how");
const POLL_MS = 15000, RETRY_STREAM_MS = 120000;
let poll = 0, isBusy = false;

const states = () => new Map([...now.querySelectorAll("[data-say]")].map((e) => [e.dataset.say, e.dataset.said]));

async function load() {
  if (isBusy) return;
  isBusy = true;
  try {
    const answer = await fetch(now.dataset.table, { headers: { "X-Requested-With": "fetch" } });
    if (answer.redirected) { tell("You were signed out. Load this page again to sign in."); return; }
    if (!answer.ok) throw new Error("no table");
    const before = states(), focused = document.activeElement?.getAttribute?.("aria-labelledby");
    const open = [...now.querySelectorAll("details")].map((d) => d.open);
    now.innerHTML = await answer.text();
    now.querySelectorAll("details").forEach((d, i) => { d.open = open[i] ?? false; });
    if (focused) now.querySelector(`[aria-labelledby="${focused}"]`)?.focus();
    const changed = [...states()].filter(([key, text]) => before.get(key) !== text).map(([, text]) => text);
    if (changed.length) said.textContent = changed.slice(0, 5).join(". ");
    document.dispatchEvent(new CustomEvent("live-changed"));
    tell("It keeps itself fresh.");
  } catch {
    tell("No connection: what you see is not fresh. It is tried again.");
  } finally { isBusy = false; }
}

function tell(text) { if (how.textContent !== text) how.textContent = text; }
function startPolling() { if (!poll) poll = setInterval(load, POLL_MS); }

function listen() {
  const stream = new EventSource(now.dataset.events);
  stream.addEventListener("changed", load);
  stream.addEventListener("open", () => { clearInterval(poll); poll = 0; });
  stream.addEventListener("over", () => { stream.close(); setTimeout(listen, 1000); });
  stream.addEventListener("error", () => {
    startPolling();
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_STREAM_MS);
  });
  addEventListener("pagehide", () => stream.close(), { once: true });
}

tell("It keeps itself fresh.");
if ("EventSource" in window) listen(); else startPolling();
setInterval(load, 60000); // ages of fixes change though nothing arrived
