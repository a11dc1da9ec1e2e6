// Sends what is kept on this phone. An item leaves it only after the server has said what became of it.
const PATIENCE_MS = 20000, JUST_NOW_MS = 60000, AT_ONCE = 20, LOCK = "patrolwise-street";
const GONE = ["kept", "already kept", "held", "clash"], TOLD = ["held", "clash"];
import { madeAt } from "./store.js";

// Returns why something is left: "", "offline", "sign in" or "later". One page sends at a time.
export async function sendAll(store, way) {
  if (!navigator.locks) return send(store, way);
  try {
    return await navigator.locks.request(LOCK, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => send(store, way));
  } catch (error) {
    if (error?.name === "TimeoutError" || error?.name === "AbortError") return "later";
    throw error;
  }
}

async function send(store, way) {
  let left = "";
  const ready = (await store.list()).filter((row) => !row.bad && row.after <= Date.now());
  for (let from = 0; from < ready.length; from += AT_ONCE) {
    const result = await sendSome(store, ready.slice(from, from + AT_ONCE), way);
    if (result === "offline" || result === "sign in") return result;
    left = result || left;
  }
  return left;
}

async function sendSome(store, rows, way) {
  const items = [];
  for (const row of rows) {
    if (!store.key) return "later"; // it was locked meanwhile
    items.push({ ...(await store.open(row, row.id)), sequence: row.seq });
  }
  let answer, told;
  try {
    answer = await post(store, items, way);
    if (answer.status === 403 && (await way.renew())) answer = await post(store, items, way);
    told = await answer.json().catch(() => ({}));
  } catch { return "offline"; }
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "sign in";
  if (answer.status === 400 || answer.status === 413) { // one of them spoils it: each by itself
    if (rows.length === 1) { await store.put("items", { ...rows[0], bad: told.why ?? "It cannot be read." }); return ""; }
    let left = "";
    for (const row of rows) left = (await sendSome(store, [row], way)) || left;
    return left;
  }
  if (!answer.ok) return "later";
  return settle(store, rows, told.answers ?? []);
}

async function settle(store, rows, answers) {
  let left = "";
  for (const row of rows) {
    const receipt = answers.find((one) => one.id === row.id);
    if (receipt && GONE.includes(receipt.state)) {
      if (TOLD.includes(receipt.state)) await store.put("told", { id: row.id, state: receipt.state });
      await store.remove("items", row.seq);
    } else if (receipt?.state === "refused") await store.put("items", { ...row, bad: receipt.why || "It was not taken." });
    else left = "later"; // no receipt: it stays
  }
  return left;
}

async function post(store, items, way) {
  const { pass } = await store.about();
  const isPressed = items.some((item) => item.kind !== "track" && Date.now() - madeAt(item.id) < JUST_NOW_MS);
  return fetch(way.sync, {
    method: "POST", redirect: "manual", credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": way.token, "X-Asked-By": isPressed ? "person" : "page" },
    body: JSON.stringify({ pass, waiting: (await store.list()).length, items }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}
