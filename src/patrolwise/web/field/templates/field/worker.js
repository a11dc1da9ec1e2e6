// Keeps what the phone page needs without signal: its files, and the page of one person's one day.
const FILES = {{ files|safe }}, PAGE = "{{ page|escapejs }}", UNSENT = "{{ unsent|escapejs }}";
const SHELL = `patrolwise-field-files-${VERSION}`, DAY = "patrolwise-field-day", SLOW_MS = 6000;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(SHELL);
  // without cookies: the page of what is unsent must not be somebody's
  await cache.addAll([...FILES, new Request(UNSENT, { credentials: "omit" })]);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("patrolwise-field-files-") && name !== SHELL) await caches.delete(name);
  }
  await self.clients.claim();
  // the page that installed it was asked for before it could be kept
  try { await ask(new Request(PAGE, { credentials: "same-origin", redirect: "manual" })); } catch { /* later */ }
})()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (FILES.includes(url.pathname)) event.respondWith(file(event.request));
  else if (url.pathname === PAGE) event.respondWith(today(event));
  else if (url.pathname === UNSENT) event.respondWith(fetch(event.request).catch(() => kept()));
});

const kept = async () => (await (await caches.open(SHELL)).match(UNSENT)) ?? Response.error();
const file = async (request) => (await (await caches.open(SHELL)).match(request, { ignoreSearch: true })) ?? fetch(request);

// From the network; kept if it is a page of today, and forgotten if whoever asks may no longer see it.
async function ask(request) {
  const answer = await fetch(request);
  if (answer.status >= 500) return answer;
  const cache = await caches.open(DAY);
  if (answer.ok && answer.headers.has("X-Field-Until")) await cache.put(PAGE, answer.clone());
  else if (answer.status !== 400) await caches.delete(DAY);
  return answer;
}

async function old() {
  const page = await (await caches.open(DAY)).match(PAGE);
  if (!page || Number(page.headers.get("X-Field-Until")) < Date.now()) {
    await caches.delete(DAY); // another day's
    return null;
  }
  return page;
}

async function today(event) {
  const isPage = event.request.mode === "navigate";
  const asked = ask(event.request);
  asked.catch(() => {});
  const slow = new Promise((done) => setTimeout(done, SLOW_MS, "slow"));
  let answer = await (isPage ? Promise.race([asked, slow]) : asked).catch(() => null);
  if (answer === "slow") {
    event.waitUntil(asked.catch(() => {}));
    answer = (await old()) ?? (await asked.catch(() => null));
  }
  if (!isPage) return answer ?? Response.error();
  if (!answer || answer.status >= 500) return (await old()) ?? answer ?? kept();
  // sign-in is asked for, or the page is not there any more: what is unsent comes first
  if ((answer.type === "opaqueredirect" || answer.status === 404) && (await countUnsent())) {
    return Response.redirect(UNSENT);
  }
  return answer;
}

function countUnsent() {
  return new Promise((done) => {
    const request = indexedDB.open("patrolwise-field");
    request.onupgradeneeded = () => request.transaction.abort(); // there is none: do not make one
    request.onerror = () => done(0);
    request.onsuccess = () => {
      const count = request.result.transaction("items").objectStore("items").count();
      count.onsuccess = () => { request.result.close(); done(count.result); };
      count.onerror = () => done(0);
    };
  });
}
