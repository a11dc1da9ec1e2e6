// Opens an envelope in this browser only: the code never leaves it, and the site cannot read it.
const place = document.getElementById("envelope"), told = place.dataset;
const form = document.getElementById("envelope-form"), said = document.getElementById("envelope-said");
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));

async function open(code) {
  const plain = new TextEncoder().encode(code.toUpperCase().replace(/[^A-Z0-9]/g, ""));
  const base = await crypto.subtle.importKey("raw", plain, "PBKDF2", false, ["deriveKey"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt: bytes(told.salt), iterations: 600000 };
  const key = await crypto.subtle.deriveKey(way, base, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  const bound = new TextEncoder().encode(told.reference);
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(told.nonce), additionalData: bound }, key, bytes(told.sealed));
  return JSON.parse(new TextDecoder().decode(opened));
}

function row(list, title, text) {
  const line = document.createElement("div"), key = document.createElement("dt"), value = document.createElement("dd");
  line.className = "govuk-summary-list__row";
  key.className = "govuk-summary-list__key";
  value.className = "govuk-summary-list__value";
  key.textContent = title;
  value.textContent = text;
  line.append(key, value);
  list.append(line);
}

function show(letter) {
  const list = document.getElementById("envelope-letter");
  for (const [title, text] of Object.entries(letter.told)) row(list, title[0].toUpperCase() + title.slice(1), text);
  row(list, "Law", letter.law);
  row(list, "Why", letter.why);
  row(list, "Keep until", letter.keep_until);
  row(list, "Rule", letter.rule);
  form.hidden = true;
  list.hidden = false;
  list.focus();
}

form.hidden = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  said.textContent = "Opening …";
  let letter;
  try {
    letter = await open(form.elements.code.value);
  } catch {
    said.textContent = "It does not open with this code. Check it by telephone.";
    return;
  }
  show(letter);
  const token = form.elements.csrfmiddlewaretoken.value;
  const answer = await fetch(location.pathname, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => null);
  said.textContent = answer?.ok ? "Opened. It is shown once: write down what you need before you leave this page. Outreach is told that you opened it."
    : "Opened, but the site could not be told. Keep this page open and load it again later.";
});
