// The phone's pages without signal: what is said is sealed and kept first, then sent, and the page
// says which. Today's pages are kept sealed too. All opens with a PIN, and locks by itself.
const phone = document.getElementById("street-phone");
const ways = phone.dataset;
const { Store, MOST_TRIES, newId, madeAt } = await import(ways.store);
const { sendAll } = await import(ways.queue);
const { clock, drawBad, make, plural, readForm, tellItem } = await import(ways.items);
const part = (id) => document.getElementById(`street-${id}`);
const said = part("said"), lockBox = part("lock");
const PAGES = ways.pages.split(" ");
const RETRY_MS = 30000, LOCK_MS = 120000, UNDO_MS = 10000, PATIENCE_MS = 6000, HOUR_MS = 3600000, WARN_H = 12, HARD_H = 72;
const LEAST_PIN = 6;
const BY_PAGE = { "X-Asked-By": "page" }; // not a person: it keeps no session from being idle
const store = await Store.open();
const way = { sync: ways.sync, token: phone.querySelector("[name=csrfmiddlewaretoken]").value, renew };
let state = "plain"; // open, locked, shut (too many wrong PINs), ended, plain (nothing is kept)
let left = "", isSending = false, isAskedAgain = false, hidden = null, lastPlace = "", touched = Date.now(), stopFeed = null, feed = "off", title = document.title, lockTimer = 0, undoTimer = 0, isListening = false;

const page = () => part("page");
const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London" }).format(new Date());

// A form's token is of one sign-in; after another, the frame has the new one.
async function renew() {
  try {
    const text = await (await fetch(ways.shell, { cache: "no-store", headers: BY_PAGE })).text();
    way.token = new DOMParser().parseFromString(text, "text/html").querySelector("#street-phone [name=csrfmiddlewaretoken]").value;
    return true;
  } catch { return false; }
}

async function post(address, body, type) {
  const ask = () => fetch(address, {
    method: "POST", redirect: "manual", body, signal: AbortSignal.timeout(PATIENCE_MS),
    headers: { "X-CSRFToken": way.token, ...(type && { "Content-Type": type, ...BY_PAGE }) },
  });
  const answer = await ask();
  return answer.status === 403 && (await renew()) ? ask() : answer;
}

// ---- the PIN ----
async function askHalf() { // "ended", "sign in", "offline", or what the server tells
  const { pass, phone: id } = await store.about();
  try {
    const answer = await post(ways.half, JSON.stringify({ pass, phone: id }), "application/json");
    if (answer.status === 410) return "ended";
    return answer.ok ? await answer.json() : answer.status === 401 ? "sign in" : "offline";
  } catch { return "offline"; }
}

async function unlock(pin) {
  const told = await askHalf();
  if (told.half) await store.keepHalf(told);
  const half = await store.findHalf();
  if (told === "ended") state = "ended";
  if (!half) {
    if (told === "ended") return end();
    return showLock(told === "sign in" ? "Sign in once in the shift, then the PIN opens it." : "It opens with a signal once in the shift. Until then nothing can be read or written here.");
  }
  const tries = await store.unlock(pin, half);
  if (tries <= 0) return shut();
  if (tries < MOST_TRIES) return showLock(`That is not the PIN. ${plural(tries, "try").replace("trys", "tries")} left.`);
  if (told === "ended") return end();
  return opened();
}

async function opened() {
  state = "open";
  listen();
  lockBox.replaceChildren();
  navigator.storage?.persist?.().catch(() => {});
  await store.forgetOld(today());
  touch();
  if (hidden) { page().replaceWith(hidden); hidden = null; }
  if (!ways.person || page().dataset.day !== today()) await go(location.pathname, false);
  else await keepShown();
  await draw();
  await resumeFeed();
  await send();
  await keepAll();
}

function lock(why = "") {
  if (state !== "open") return;
  state = "locked";
  store.lock();
  part("undo").replaceChildren();
  part("bad").replaceChildren();
  showLock(why);
  draw();
}

function hidePage() {
  if (hidden) return;
  hidden = page();
  hidden.replaceWith(make("div", "", { id: "street-page", hidden: "" }));
}

function button(words, act, kind = "") {
  const made = make("button", words, { type: "button", class: `govuk-button ${kind} pw-street-button` });
  made.addEventListener("click", act);
  return made;
}

function pinForm(id, label, act, more = []) {
  const form = make("form", "", { class: "pw-pin" });
  const field = make("input", "", { id, type: "password", inputmode: "numeric", autocomplete: "off", class: "govuk-input govuk-input--width-10", minlength: LEAST_PIN, required: "" });
  form.append(...more, make("label", label, { class: "govuk-label", for: id }), field);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const go = form.querySelector("button");
    if (go.disabled) return;
    go.disabled = true;
    try { await act(field.value); } finally { go.disabled = false; }
  });
  return { form, field };
}

function showLock(why = "") {
  if (state === "open") state = "locked";
  hidePage();
  const { form, field } = pinForm("street-pin", "PIN of this phone", unlock);
  form.append(make("button", "Open", { class: "govuk-button pw-street-button" }));
  lockBox.replaceChildren(make("h1", state === "ended" ? "Your access has ended" : "Locked", { class: "govuk-heading-l" }));
  if (state === "ended") lockBox.append(make("p", "With the PIN, what was not sent goes to your lead. Then this phone is wiped.", { class: "govuk-body" }));
  if (why) lockBox.append(make("p", why, { class: "govuk-body", role: "alert" }));
  lockBox.append(form);
  if (!ways.person) lockBox.append(make("p", "")), lockBox.lastChild.append(make("a", "Sign in", { class: "govuk-link pw-street-link", href: ways.login }));
  if (!document.hidden) field.focus();
}

async function shut() { // the file is offered first; nothing opens any more
  state = "shut";
  hidePage();
  const count = (await store.list()).length;
  if (!count) { await wiped("Five wrong PINs: this phone was wiped. Nothing was left to send."); return; }
  lockBox.replaceChildren(
    make("h1", "Five wrong PINs", { class: "govuk-heading-l" }),
    make("p", `${plural(count, "item")} not sent. Save the sealed file, then wipe this phone. The file opens with the right PIN at the page Rescue.`, { class: "govuk-body", role: "alert" }),
    button("Save a rescue file", rescue),
    button("Wipe this phone", () => wiped("This phone was wiped."), "govuk-button--warning"),
  );
  await draw();
}

async function end() { // access ended: what was not sent goes to the lead first, then all goes
  state = "ended";
  const count = (await store.list()).length;
  if (store.key && count) {
    left = await sendAll(store, way);
    if ((await store.list()).some((row) => !row.bad)) { showLock(""); await draw(); return; }
  } else if (count && (await store.findHalf())) { showLock(""); await draw(); return; }
  const lost = (await store.list()).length;
  await wiped(`Your access has ended, and this phone was wiped. ${count - lost ? `${plural(count - lost, "item")} went to your lead.` : ""}${lost ? `${plural(lost, "item")} could not be read and went with it.` : ""}`);
}

async function wiped(words) {
  stopFeed?.();
  await store.wipe();
  hidePage();
  state = "plain";
  lockBox.replaceChildren(make("p", words, { class: "govuk-body", role: "alert" }));
  await draw();
}

async function rescue() {
  const link = make("a", "", { href: URL.createObjectURL(new Blob([await store.makeRescue()], { type: "application/json" })), download: "rescue.json" });
  link.click();
}

function touch() {
  touched = Date.now();
  clearTimeout(lockTimer);
  lockTimer = setTimeout(() => lock(), LOCK_MS);
}

function lockIfLate() { if (state === "open" && Date.now() - touched >= LOCK_MS) lock(); }

function offerSetUp() {
  const name = make("input", "", { id: "street-name", class: "govuk-input", maxlength: 80, value: "My phone" });
  const { form } = pinForm("street-new-pin", `Choose a PIN of ${LEAST_PIN} digits or more`, async (pin) => {
    if (!/^\d{6,}$/.test(pin)) { lockBox.querySelector("[role=alert]").textContent = `Give ${LEAST_PIN} digits or more.`; return; }
    const told = await post(ways.add, new URLSearchParams({ name: name.value })).catch(() => null);
    if (!told?.ok) { lockBox.querySelector("[role=alert]").textContent = "It could not be set up: it needs a signal. Try again."; return; }
    await store.setUp(await told.json(), pin, ways.person);
    await opened();
  }, [make("label", "Name of this phone", { class: "govuk-label", for: "street-name" }), name]);
  form.append(make("button", "Set up this phone", { class: "govuk-button pw-street-button" }));
  const fold = make("details", "", { class: "govuk-details" }), words = make("summary", "", { class: "govuk-details__summary pw-street-summary" });
  words.append(make("span", "Work without signal: set up this phone", { class: "govuk-details__summary-text" }));
  const inner = make("div", "", { class: "govuk-details__text" });
  inner.append(make("p", "What you write is sealed on this phone until it is sent. Nobody can look the PIN up for you.", { class: "govuk-body" }), make("p", "", { class: "govuk-body", role: "alert" }), form);
  fold.append(words, inner);
  lockBox.replaceChildren(fold);
}

// ---- pages ----
async function go(path, isPushed = true) {
  const found = (await fetchPage(path)) ?? (await store.findPage(path));
  if (!found) { say("This page needs a signal.", "waiting"); return; }
  show(found);
  if (isPushed) history.pushState({}, "", path);
  scrollTo(0, 0);
  page().setAttribute("tabindex", "-1");
  page().focus();
  await draw();
}

async function fetchPage(path) {
  try {
    const answer = await fetch(path, { cache: "no-store", redirect: "manual", headers: BY_PAGE, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.type === "opaqueredirect") { left = "sign in"; return null; }
    const anew = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("street-page");
    if (!answer.ok || !anew) return null;
    const found = { html: anew.outerHTML, title: anew.dataset.title };
    if (store.key) await store.keepPage(path, anew.dataset.day, found);
    return found;
  } catch { return null; }
}

function show({ html, title: words }) {
  const anew = new DOMParser().parseFromString(html, "text/html").getElementById("street-page");
  document.querySelector(".govuk-back-link")?.remove();
  page().replaceWith(anew);
  for (const note of document.querySelectorAll(".govuk-notification-banner")) note.remove();
  title = `${words}${title.slice(title.lastIndexOf(" – "))}`;
  if (location.pathname !== ways.today || words !== "Today") backLink(words);
  drawFeed(feed);
}

function backLink(words) {
  if (words === "Today") return;
  document.getElementById("main").prepend(make("a", "Today", { class: "govuk-back-link", href: ways.today }));
}

async function keepShown() {
  if (PAGES.includes(location.pathname)) await store.keepPage(location.pathname, page().dataset.day, { html: page().outerHTML, title: page().dataset.title });
}

async function keepAll() { // so that each is there without signal
  for (const path of PAGES) {
    if (state !== "open") return;
    if (path !== location.pathname && !(await fetchPage(path))) return;
  }
  document.documentElement.dataset.kept = "all";
}

// ---- what is said ----
async function keep(kind, values, after = 0) {
  const item = { id: newId(), kind, made_at: new Date().toISOString(), values };
  await store.add({ ...item, after });
  return item;
}

async function sayForm(form) {
  if (form.dataset.busy) return; // two taps are one
  form.dataset.busy = "yes";
  const kind = form.dataset.item, after = kind === "contact" ? Date.now() + UNDO_MS : 0;
  let item;
  try { item = await keep(kind, readForm(form), after); } catch { // the phone is full
    delete form.dataset.busy;
    if (navigator.onLine) { form.submit(); return; }
    say("This phone is full: this was NOT kept. Free some space, or find a signal and send it.", "bad");
    return;
  }
  if (item.values.hot_spot_id && kind === "contact") lastPlace = item.values.hot_spot_id;
  await go(kind === "follow-up" || kind === "change" ? location.pathname : ways.today);
  if (after) offerUndo(item);
  said.focus();
  await send();
}

function offerUndo(item) {
  const undo = part("undo");
  clearTimeout(undoTimer);
  const clear = () => undo.replaceChildren();
  undo.replaceChildren(button(`Undo: ${tellItem(item)}`, async () => {
    clearTimeout(undoTimer);
    clear();
    const row = (await store.list()).find((one) => one.id === item.id);
    if (row) await store.remove("items", row.seq);
    await draw();
  }, "govuk-button--secondary"));
  undoTimer = setTimeout(() => { clear(); send(); }, UNDO_MS + 50);
}

// ---- what is shown ----
function say(words, look) {
  said.textContent = words;
  said.className = `pw-street-said pw-street-said--${look}`;
}

async function draw() {
  if (!store) return say("This browser keeps nothing on this phone, as in a private window: each form sends at once, and needs a signal.", "waiting");
  const rows = await store.list(), count = rows.filter((row) => !row.bad).length, bad = rows.length - count;
  document.title = rows.length ? `(${rows.length} not sent) ${title}` : title;
  drawWords(rows, count, bad);
  await drawTold();
  part("list").hidden = !rows.length;
  const list = part("list").querySelector("ul");
  list.replaceChildren();
  if (state !== "open") { list.append(make("li", `${plural(rows.length, "item")}, sealed`)); return; }
  const items = [];
  for (const row of rows) items.push([row, await store.open(row, row.id)]);
  for (const [row, item] of items) list.append(make("li", `${tellItem(item)}: ${row.bad ? "not taken" : "not sent yet"}`));
  await drawAllBad(items.filter(([row]) => row.bad));
  for (const [, item] of items) drawOver(item);
  const preset = lastPlace && page().querySelector(`input[name=hot_spot_id][value="${CSS.escape(lastPlace)}"]`);
  if (preset) preset.checked = true;
  const gate = part("gate");
  if (gate) gate.textContent = rows.length ? `${rows.length} not sent yet on this phone. Find a signal, or save a rescue file below, before you go.` : "All sent from this phone.";
}

function drawWords(rows, count, bad) {
  const oldest = rows.length ? Math.floor((Date.now() - Math.min(...rows.map((row) => madeAt(row.id)))) / HOUR_MS) : 0;
  const late = oldest >= HARD_H ? ` The oldest is ${oldest} hours old. STOP: find a signal now, or save a rescue file and give it to your lead.`
    : oldest >= WARN_H ? ` The oldest is ${oldest} hours old. Find a signal now.` : "";
  const why = { offline: " No connection.", "sign in": " Sign in to send it.", later: " It is tried again by itself." }[left] ?? "";
  const look = late || bad ? "bad" : count ? "waiting" : "good";
  if (state === "plain") say("This phone is not set up: each form sends at once, and needs a signal.", "waiting");
  else if (state !== "open") say(`${state === "locked" ? "Locked. " : ""}${rows.length ? `${rows.length} not sent yet; kept sealed on this phone.` : "Nothing is left to send."}${late}`, look);
  else if (!rows.length) say("All sent.", "good");
  else say(`${count ? `${count} not sent yet; kept on this phone.${why}` : ""}${bad ? ` ${bad} not taken: see below.` : ""}${late}`.trim(), look);
}

async function drawTold() { // what a person has to know until they have seen it
  const told = await store.read("told"), box = part("told"), count = (name) => told.filter((one) => one.state === name).length;
  box.replaceChildren();
  const tell = (words) => box.append(make("p", words, { class: "govuk-body pw-street-note" }));
  if (count("held")) tell(`${plural(count("held"), "item")} put aside: your lead decides on it.`);
  if (count("clash")) {
    tell(`${plural(count("clash"), "change")} met another one. Both are kept. `);
    box.lastChild.append(make("a", "Choose", { class: "govuk-link", href: ways.clashes }));
  }
  if (told.length) box.append(button("I have seen this", async () => { await store.write("told", (all) => all.clear()); await draw(); }, "govuk-button--secondary"));
}

async function drawAllBad(found) {
  const box = part("bad");
  if (box.dataset.drawn === found.map(([row]) => row.seq + row.bad).join("|")) return; // not under somebody's hands
  box.dataset.drawn = found.map(([row]) => row.seq + row.bad).join("|");
  const kept = found.length ? await store.findPage(ways.contact) : null;
  const form = kept && new DOMParser().parseFromString(kept.html, "text/html");
  const places = form ? [...form.querySelectorAll("input[name=hot_spot_id]")].map((one) => [one.value, form.querySelector(`label[for="${one.id}"]`).textContent]) : [];
  const again = async (row, item) => { await store.change(row, item); await draw(); await send(); };
  const discard = async (row) => { await store.remove("items", row.seq); await draw(); };
  box.replaceChildren(...found.map(([row, item]) => drawBad(row, item, places, { again, discard })));
}

function drawOver({ kind, values }) { // what was said since the page was made
  const id = kind === "follow-up" ? values.follow_up : kind === "change" ? values.record : "";
  const box = id && page().querySelector(`[data-follow-up="${CSS.escape(id)}"]`);
  if (!box) return;
  box.querySelector("[data-note]").textContent = `${values.outcome ?? `Moved to ${values.value}`} (not sent yet)`;
  for (const form of box.querySelectorAll("form")) form.hidden = true;
}

// ---- sending ----
async function send() {
  if (state !== "open") return;
  if (isSending) { isAskedAgain = true; return; }
  isSending = true;
  try {
    do {
      isAskedAgain = false;
      if ((await store.list()).length) left = await sendAll(store, way);
      await draw();
    } while (isAskedAgain);
  } finally { isSending = false; }
}

async function check() { // whether access is as it was
  if (!store || state === "plain" || state === "shut" || state === "ended") return;
  const told = await askHalf(); // of two that ask at a time, the first to be told ends it, and says how
  if (told === "ended" && state !== "ended" && state !== "plain") await end();
}

async function signOut(form) {
  stopFeed?.();
  if (store && state !== "plain") await store.leave();
  form.submit();
}

// ---- the position feed ----
function drawFeed(words) {
  feed = words;
  const place = part("feed");
  if (place) place.textContent = words;
}

async function turnFeed(isOn) {
  stopFeed?.();
  stopFeed = null;
  const { shift, from, until } = page().dataset;
  if (!isOn) { await store.remove("about", "feed"); drawFeed("off"); return; }
  await store.put("about", { id: "feed", shift, from: Number(from), until: Number(until) });
  await resumeFeed();
}

async function resumeFeed() {
  const asked = await store.one("about", "feed");
  if (!asked || stopFeed) return;
  if (asked.until * 1000 < Date.now()) { await store.remove("about", "feed"); return; }
  const { startFeed } = await import(ways.position);
  drawFeed("waiting for a position");
  stopFeed = startFeed(asked, (values) => { if (store.key) keep("track", values).then(send).catch(() => {}); }, drawFeed);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.feed) { event.preventDefault(); if (state === "open") await turnFeed(form.dataset.feed === "on"); return; }
  if (form.action === new URL(ways.logout, location).href) {
    event.preventDefault();
    if (form.id !== "street-sign-out" && store && state === "open" && (await store.list()).length) await go(ways.end);
    else await signOut(form);
  } else if (state === "open" && form.dataset.item) {
    event.preventDefault();
    await sayForm(form);
  } else if (state === "open" && !navigator.onLine) {
    event.preventDefault();
    say("This needs a signal. Nothing was changed.", "waiting");
  }
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (state !== "open" || !link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { origin, pathname } = new URL(link.href);
  if (origin !== location.origin || !PAGES.includes(pathname)) return;
  event.preventDefault();
  await go(pathname);
});

if ("serviceWorker" in navigator) navigator.serviceWorker.register(ways.worker, { scope: "/" }).catch(() => {});
part("rescue").addEventListener("click", rescue);
const about = store && (await store.about());
function listen() { // once there is something to lock and to send
  if (isListening) return;
  isListening = true;
  addEventListener("popstate", () => { if (state === "open") go(location.pathname, false); });
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => { lockIfLate(); if (state === "open") touch(); }, { capture: true });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { lockIfLate(); check(); send(); } });
  addEventListener("online", () => { check().then(send); });
  setInterval(() => { lockIfLate(); send(); }, RETRY_MS);
  setInterval(check, RETRY_MS * 10);
}

if (about && (!ways.person || about.person === ways.person)) {
  state = "locked";
  await store.forgetOld(today());
  listen();
  if (about.tries >= MOST_TRIES) await shut();
  else showLock();
  await draw();
  await check();
} else {
  if (store && ways.person && !about && location.pathname === ways.today) offerSetUp();
  await draw();
  if (about) say("This phone is set up for somebody else. What they have not sent stays sealed. Each form of yours sends at once, and needs a signal.", "waiting");
}
document.documentElement.dataset.street = "ready"; // for tests: what is pressed is kept from here on
