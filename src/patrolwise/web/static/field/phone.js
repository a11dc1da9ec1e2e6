// The phone page without signal: what is said is kept first, then sent, and the page says which.
const phone = document.getElementById("field-phone");
const ways = phone.dataset;
const { Queue, newId } = await import(ways.queue);
const { wipe } = await import(ways.wipe);
const said = document.getElementById("field-said"), title = document.title;
const RETRY_MS = 30000, REFRESH_MS = 300000, HOUR_MS = 3600000, WARN_MS = 12 * HOUR_MS;
const WORDS = { checkin: "Arrive", checkout: "Leave", abstraction: "Called away", back: "Back on patrol", debrief: "Debrief", positions: "Positions" };
const BY_PAGE = { "X-Asked-By": "page" }; // not a person: it keeps no session from being idle
const queue = await Queue.open();
said.tabIndex = -1;
const way = { sync: ways.sync, token: phone.querySelector("[name=csrfmiddlewaretoken]").value, renew };
let left = "", refreshed = Date.now(), sending = false, isAskedAgain = false, stopFeed = () => {};

const page = () => document.getElementById("field-page");
const clock = (time) => new Date(time).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
const plural = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;
function make(name, text, more = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(more)) made.setAttribute(key, value);
  return made;
}

// A form's token is of one sign-in; after another, the page of what is unsent has the new one.
async function renew() {
  try {
    const text = await (await fetch(ways.unsent, { cache: "no-store", headers: BY_PAGE })).text();
    way.token = new DOMParser().parseFromString(text, "text/html").querySelector("#field-phone [name=csrfmiddlewaretoken]").value;
    return true;
  } catch { return false; }
}

// ---- what is said ----
function tellItem({ kind, body, name }) {
  return `${WORDS[kind] ?? kind}${name ? ` ${name}` : ""}, ${clock(body.time)}`;
}

async function keep(kind, given, name = "") {
  const from = page().dataset;
  const item = {
    client_id: newId(), kind, name, scope: ways.scope, made: Date.now(), bad: "",
    body: { ...given, kind, unit_id: from.unit, service: from.service, day: from.day, time: new Date().toISOString() },
  };
  item.body.client_id = item.client_id;
  await queue.add(item);
  navigator.storage?.persist?.().catch(() => {});
}

function readForm(form) {
  const given = {}, minutes = {}, notes = {};
  for (const [key, value] of new FormData(form)) {
    if (key === "csrfmiddlewaretoken" || value === "") continue;
    const [, part, number] = key.match(/^note-(area_id|kind|text)-(\d)$/) ?? [];
    if (part) (notes[number] ??= { area_id: "", kind: "", text: "" })[part] = value;
    else if (key.startsWith("minutes-")) minutes[key.slice(8)] = /^\d+$/.test(value) ? Number(value) : value;
    else given[key] = value;
  }
  if (Object.keys(minutes).length) given.minutes = minutes;
  const said = Object.values(notes).filter((note) => note.text.trim());
  if (said.length) given.notes = said;
  if (form.dataset.kind === "back") {
    const { of, reason, start, area } = document.getElementById("field-away").dataset;
    Object.assign(given, { of, reason, start, area_id: area ?? "" });
  }
  return given;
}

async function say(form) {
  if (form.dataset.busy) return; // two taps are one event
  form.dataset.busy = "yes";
  try {
    await keep(form.dataset.kind, readForm(form), form.closest("[data-visit]")?.dataset.name);
  } catch { // the phone is full: what it cannot keep is sent at once
    form.submit();
    return;
  }
  if (form.dataset.kind === "debrief" || form.dataset.kind === "abstraction") {
    form.reset();
    for (const one of [form.closest("details"), ...form.querySelectorAll("details")]) one.open = false;
  }
  await draw();
  focusOn(form);
  delete form.dataset.busy;
  await send();
}

function focusOn(form) { // its button is gone: the next one, or the line that says what is kept
  if (form.offsetParent) return;
  const near = form.closest("[data-visit]")?.querySelector("form:not([hidden]) button");
  if (near) near.focus();
  else said.focus();
}

// ---- what is shown ----
async function draw() {
  const items = await queue.list(), sent = await queue.listSent();
  const mine = [...sent, ...items].filter((one) => one.scope === ways.scope);
  if (page()) { drawVisits(mine); drawAway(mine); }
  drawQueue(items);
  drawBad(items.filter((item) => item.bad));
}

function drawVisits(items) {
  const visits = [...document.querySelectorAll("[data-visit]")];
  const now = visits.map((visit) => ({ visit, arrived: visit.dataset.arrived, left: visit.dataset.left, note: "" }));
  const checks = items.filter((one) => one.kind === "checkin" || one.kind === "checkout");
  for (const check of checks.sort((a, b) => Date.parse(a.body.time) - Date.parse(b.body.time))) {
    const state = nearest(now, check);
    if (!state) continue;
    if (check.kind === "checkin") Object.assign(state, { arrived: state.left ? check.body.time : state.arrived || check.body.time, left: "" });
    else state.left = check.body.time;
    if (!check.at) state.note = check.bad ? " (not taken: see above)" : " (not sent yet)";
  }
  for (const { visit, arrived, left: gone, note } of now) {
    const words = gone ? `Done, ${arrived ? `${clock(arrived)} to ` : ""}${clock(gone)}` : arrived ? `You are here since ${clock(arrived)}` : "Not begun";
    visit.querySelector(".pw-visit__state").textContent = words + note;
    visit.querySelector("[data-kind=checkin]").hidden = Boolean(arrived && !gone);
    visit.querySelector("[data-kind=checkout]").hidden = !(arrived && !gone);
  }
  moveNext(now);
}

function nearest(states, check) {
  const time = Date.parse(check.body.time);
  const gap = ({ visit: { dataset } }) => Math.max(Date.parse(dataset.start) - time, time - Date.parse(dataset.end), 0);
  return states.filter((one) => one.visit.dataset.visit === check.body.area_id).sort((a, b) => gap(a) - gap(b))[0];
}

function moveNext(states) {
  const list = document.getElementById("field-next"), others = document.getElementById("field-others");
  if (!others || !states.length) return;
  const inOrder = states.sort((a, b) => a.visit.dataset.number - b.visit.dataset.number);
  const ahead = inOrder.find((one) => one.arrived && !one.left) ?? inOrder.find((one) => !one.arrived && Date.parse(one.visit.dataset.end) > Date.now());
  if (ahead?.visit.parentElement !== list || list.children.length !== (ahead ? 1 : 0)) {
    const focused = document.activeElement;
    list.replaceChildren(...(ahead ? [ahead.visit] : []));
    others.replaceChildren(...inOrder.filter((one) => one !== ahead).map((one) => one.visit));
    if (focused?.isConnected) focused.focus();
  }
  document.getElementById("field-next-part").hidden = !ahead;
  document.getElementById("field-over").hidden = Boolean(ahead);
}

function drawAway(items) {
  const away = document.getElementById("field-away"), data = away.dataset;
  const calls = items.filter((one) => one.kind === "abstraction" && !one.bad);
  const backs = new Set(items.filter((one) => one.kind === "back" && !one.bad).map((one) => one.body.of));
  const open = calls.filter((one) => !backs.has(one.client_id)).at(-1);
  if (open) Object.assign(data, { of: open.client_id, reason: open.body.reason, start: open.body.time, area: open.body.area_id ?? "" });
  const isAway = Boolean(open || (data.of && !backs.has(data.of)));
  if (isAway) document.getElementById("field-away-told").textContent = `Since ${clock(data.start)}: ${data.reason}.${open && !open.at ? " Not sent yet." : ""}`;
  away.hidden = !isAway;
  document.getElementById("field-call").hidden = isAway;
}

function drawQueue(items) {
  const waiting = items.filter((item) => !item.bad && item.kind !== "positions");
  const places = items.filter((item) => item.kind === "positions" && !item.bad).length;
  const bad = items.filter((item) => item.bad).length;
  const unsent = waiting.length + bad;
  const parts = [waiting.length ? `${waiting.length} not sent yet; kept on this phone.` : bad ? "" : "All sent."];
  if (bad) parts.push(`${bad} not taken: see below.`);
  if (places) parts.push(`${plural(places, "message")} of positions wait.`);
  if (waiting.length && left === "offline") parts.push("No connection. It is tried again by itself.");
  if (waiting.length && left === "later") parts.push("The server could not take it. It is tried again by itself.");
  const oldest = Math.min(...items.map((item) => item.made));
  if (items.length && Date.now() - oldest > WARN_MS) parts.push(`The oldest is ${Math.floor((Date.now() - oldest) / HOUR_MS)} hours old. Go where there is a signal, and tell your coordinator: phones can lose what they keep.`);
  const text = parts.filter(Boolean).join(" ");
  if (said.dataset.text !== text + left) {
    said.dataset.text = text + left;
    said.textContent = text;
    if (unsent && left === "sign in") said.append(" ", make("a", "Sign in to send it.", { href: ways.login }));
  }
  said.className = `pw-field-said pw-field-said--${bad ? "bad" : waiting.length ? "waiting" : "good"}`;
  document.title = unsent ? `(${unsent} not sent) ${title}` : title;
  drawList(items);
  drawGate(unsent, places);
}

function drawList(items) {
  const list = document.getElementById("field-list");
  list.hidden = !items.length;
  list.querySelector("ul").replaceChildren(...items.filter((item) => item.kind !== "positions").map((item) => make("li", tellItem(item) + (item.bad ? ": not taken" : ""))));
}

function drawGate(unsent, places) {
  const gate = document.getElementById("field-gate");
  if (!gate) return;
  gate.textContent = unsent || places ? `Not all is sent: ${plural(unsent, "item")}${places ? ` and ${plural(places, "message")} of positions` : ""} would stay on this phone. Wait for a signal, or mend what was not taken.` : "All sent. You can sign out.";
  document.querySelector("#field-sign-out button").textContent = unsent ? "Sign out all the same" : "Sign out";
}

// ---- what the server refused ----
function drawBad(items) {
  const list = document.getElementById("field-bad");
  const shown = new Map([...list.children].map((one) => [one.dataset.seq, one]));
  list.replaceChildren(...items.map((item) => {
    const old = shown.get(String(item.seq));
    return old?.dataset.why === item.bad ? old : drawOneBad(item); // what is being typed stays
  }));
}

function drawOneBad(item) {
  const box = make("section", "", { class: "pw-bad-item", "data-seq": item.seq, "data-why": item.bad, "aria-label": `Not taken: ${tellItem(item)}` });
  const form = make("form", "", { "data-plain": "" });
  box.append(make("h3", `Not taken: ${tellItem(item)}`), make("p", item.bad), form);
  const fields = item.scope === ways.scope ? fieldsOf(item) : [];
  for (const { name, label, type, value } of fields) {
    const id = `bad-${item.seq}-${name}`;
    const input = make(type === "textarea" ? "textarea" : "input", "", { id, name, class: type === "textarea" ? "govuk-textarea" : "govuk-input" });
    if (type === "checkbox") Object.assign(input, { type, value: "true", className: "" });
    else Object.assign(input, type === "textarea" ? { value } : { type, value, step: 1 });
    form.append(make("label", label, { class: "govuk-label", for: id }), input);
  }
  if (item.scope === ways.scope) form.append(make("button", "Send again", { class: "govuk-button pw-field-button" }));
  const discard = make("button", "Discard", { type: "button", class: "govuk-button govuk-button--warning pw-field-button" });
  discard.addEventListener("click", async () => {
    if (!discard.dataset.sure) { discard.dataset.sure = "yes"; discard.textContent = "Discard for good"; return; }
    await queue.remove(item.seq);
    await draw();
  });
  form.append(discard);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await queue.put({ ...item, bad: "", body: mend(item.body, new FormData(form)) });
    await draw();
    await send();
  });
  return box;
}

const localTime = (time) => { const d = new Date(time); return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 19); };

function fieldsOf({ kind, body }) {
  if (kind === "positions") return [];
  if (kind !== "debrief") return [{ name: "time", label: "Time", type: "datetime-local", value: localTime(body.time) }];
  return [
    { name: "went_well", label: "What went well?", type: "textarea", value: body.went_well ?? "" },
    { name: "went_badly", label: "What did not?", type: "textarea", value: body.went_badly ?? "" },
    ...(body.notes ?? []).map(({ area_id, text }, k) => ({ name: `note-${k}`, label: `Note on ${areaName(area_id)}`, type: "textarea", value: text })),
    { name: "keep_words", label: "None of this is about a person. Keep it as it is", type: "checkbox" },
  ];
}

const areaName = (id) => [...document.querySelectorAll("#note-area-1 option")].find((one) => one.value === id)?.textContent ?? id; // as the form calls it

function mend(body, given) {
  const changed = { ...body, ...(body.notes && { notes: body.notes.map((note) => ({ ...note })) }) };
  for (const [name, value] of given) {
    if (name.startsWith("note-")) changed.notes[name.slice(5)].text = value;
    else changed[name] = name === "time" ? new Date(value).toISOString() : value;
  }
  if (changed.notes) changed.notes = changed.notes.filter((note) => note.text.trim());
  return changed;
}

// ---- sending ----
const countSaid = (items) => items.filter((item) => item.kind !== "positions").length;

async function send() {
  if (sending) { isAskedAgain = true; return; }
  sending = true;
  try {
    do {
      isAskedAgain = false;
      const before = countSaid(await queue.list());
      left = await queue.send(way);
      await draw();
      const isOld = !document.hidden && Date.now() - refreshed > REFRESH_MS; // plans change
      if (countSaid(await queue.list()) < before || (isOld && left !== "offline")) await refresh();
    } while (isAskedAgain);
  } finally { sending = false; }
}

// The page anew, unless somebody is at work on it; what was sent is drawn over it until then.
async function refresh() {
  if (!page() || isInUse()) return;
  try {
    const answer = await fetch(ways.page, { cache: "no-store", redirect: "error", headers: BY_PAGE });
    if (!answer.ok) return;
    const anew = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("field-page");
    if (!anew || isInUse() || anew.dataset.unit !== page().dataset.unit || Number(anew.dataset.made) < Number(page().dataset.made)) return;
    const focused = whereFocusIs();
    page().replaceWith(anew);
    refreshed = Date.now();
    if (!anew.dataset.feed) stopFeed();
    await queue.forgetSentBefore(Number(anew.dataset.made));
    await draw();
    if (focused) (document.querySelector(focused) ?? said).focus();
  } catch { /* no connection: what is shown stays right, as what was sent is drawn over it */ }
}

function isInUse() {
  const fields = document.querySelectorAll("#field-page textarea, #field-page input:not([type=hidden]):not([type=radio])");
  return [...fields].some((one) => one.value) || Boolean(document.querySelector("#field-page details[open], #field-page form[data-busy]"));
}

function whereFocusIs() { // as a selector, so that it is there again on the page anew
  const at = document.activeElement;
  if (!at || !page().contains(at)) return "";
  const details = at.closest("details"), form = at.closest("form"), visit = at.closest("[data-number]");
  if (visit) return `[data-number="${visit.dataset.number}"] [data-kind=${form.dataset.kind}]:not([hidden]) button`;
  if (details) return `#${details.id} summary`;
  return form ? `[data-kind=${form.dataset.kind}] button` : `#field-page a[href="${at.getAttribute("href")}"]`;
}

async function signOut(form) { // what was not sent stays, and nothing else
  stopFeed();
  await wipe();
  await queue?.wipe();
  form.submit();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.action.endsWith("/accounts/logout/")) {
    event.preventDefault();
    const isGate = form.id === "field-sign-out";
    if (!isGate && queue && (await queue.list()).length) location.assign(ways.out);
    else await signOut(form);
  } else if (queue && form.dataset.kind && ways.scope) {
    event.preventDefault();
    await say(form);
  }
});

if ("serviceWorker" in navigator) navigator.serviceWorker.register(ways.worker, { scope: "/field/" }).catch(() => {});

if (!queue) {
  said.textContent = "This browser keeps nothing on this phone, as in a private window: each button sends at once, and needs a signal.";
} else {
  await queue.keepPass(ways.scope, ways.pass);
  if (page()) await queue.forgetSentBefore(Number(page().dataset.made));
  await draw();
  if (page()?.dataset.feed) {
    const { startFeed } = await import(ways.position);
    const told = (text) => { const place = document.getElementById("field-feed"); if (place) place.textContent = text; };
    stopFeed = startFeed(page(), (given) => keep("positions", given).then(send).catch(() => {}), told);
  }
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  setInterval(send, RETRY_MS);
}
document.documentElement.dataset.field = "ready"; // for tests: what is pressed is kept from here on
if (queue) await send();
