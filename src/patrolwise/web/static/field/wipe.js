// Removes from this phone the pages of whoever was signed in. What was not sent stays in the queue.
export async function wipe() {
  if (!("caches" in globalThis)) return;
  for (const name of await caches.keys()) {
    if (name.startsWith("patrolwise-field-day")) await caches.delete(name);
  }
}
if (!document.getElementById("field-phone")) await wipe(); // on the page of sign-in: nobody is
