// Keeps the frame of the phone's pages and their files; nothing of anybody: that is sealed elsewhere.
const FILES = {{ files|safe }}, PAGES = {{ pages|safe }}, SHELL = "{{ shell|escapejs }}";
const KEPT = `patrolwise-street-files-${VERSION}`, SLOW_MS = 6000;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(KEPT);
  // without cookies: the frame must not be somebody's
  await cache.addAll([...FILES, new Request(SHELL, { credentials: "omit" })]);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("patrolwise-street-files-") && name !== KEPT) await caches.delete(name);
  }
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (FILES.includes(url.pathname)) event.respondWith(file(event.request));
  else if (event.request.mode === "navigate" && PAGES.includes(url.pathname)) event.respondWith(page(event.request));
});

const shell = async () => (await (await caches.open(KEPT)).match(SHELL)) ?? Response.error();
const file = async (request) => (await (await caches.open(KEPT)).match(request, { ignoreSearch: true })) ?? fetch(request);

async function page(request) {
  const asked = fetch(request);
  asked.catch(() => {});
  const slow = new Promise((done) => setTimeout(done, SLOW_MS, null));
  const answer = await Promise.race([asked, slow]).catch(() => null);
  if (!answer || answer.status >= 500) return shell();
  // sign-in is asked for, or the page is not there any more: what the phone keeps comes first
  if ((answer.type === "opaqueredirect" || answer.status === 404) && (await isSetUp())) return shell();
  return answer;
}

function isSetUp() {
  return new Promise((done) => {
    const request = indexedDB.open("patrolwise-street");
    request.onupgradeneeded = () => request.transaction.abort(); // there is none: do not make one
    request.onerror = () => done(false);
    request.onsuccess = () => {
      const count = request.result.transaction("about").objectStore("about").count("phone");
      count.onsuccess = () => { request.result.close(); done(count.result > 0); };
      count.onerror = () => done(false);
    };
  });
}
