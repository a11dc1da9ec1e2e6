// Asks how far an upload is while its page is open, and loads the page anew when that is done.
const place = document.querySelector("#progress");
const EVERY_MS = 2000;

async function look() {
  const answer = await fetch(place.dataset.address, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) return;
  const text = await answer.text();
  const found = new DOMParser().parseFromString(text, "text/html").querySelector("[data-busy]");
  if (!found || found.dataset.busy !== "yes") {
    location.reload();
    return;
  }
  const shown = place.querySelector("[data-busy]");
  if (!shown || shown.innerHTML !== found.innerHTML) place.replaceChildren(found);
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
