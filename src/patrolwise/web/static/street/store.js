// What this phone keeps, sealed: AES-GCM under a key of its own. That key is sealed under the PIN and
// a half that the server keeps; `street/rescue.py` derives it in the same way.
const NAME = "patrolwise-street", FORM = 1, ROUNDS = 600000, INFO = "patrolwise street store";
export const MOST_TRIES = 5;
const text = new TextEncoder();

export function newId() { // RFC 9562, version 7: sorts by when it was made
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let ms = Date.now();
  for (let i = 5; i >= 0; i -= 1) { bytes[i] = ms % 256; ms = Math.floor(ms / 256); }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export const madeAt = (id) => parseInt(id.replaceAll("-", "").slice(0, 12), 16); // milliseconds

function toText(bytes) {
  let out = "";
  for (const one of new Uint8Array(bytes)) out += String.fromCharCode(one);
  return btoa(out);
}
const toBytes = (given) => Uint8Array.from(atob(given), (one) => one.charCodeAt(0));

async function seal(key, bytes, bound) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(bound) }, key, bytes);
  return { iv: toText(iv), data: toText(data) };
}
const unseal = (key, { iv, data }, bound) =>
  crypto.subtle.decrypt({ name: "AES-GCM", iv: toBytes(iv), additionalData: text.encode(bound) }, key, toBytes(data));

async function deriveKey(pin, salt, half) {
  const said = await crypto.subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const slow = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, said, 256);
  const held = await crypto.subtle.importKey("raw", toBytes(half), "HKDF", false, ["deriveKey"]);
  const way = { name: "HKDF", hash: "SHA-256", salt: slow, info: text.encode(INFO) };
  return crypto.subtle.deriveKey(way, held, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const asked = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

function openStore() {
  const request = indexedDB.open(NAME, FORM);
  request.onupgradeneeded = () => {
    const base = request.result;
    base.createObjectStore("about", { keyPath: "id" }); // the phone, its half, the feed: no content
    base.createObjectStore("items", { keyPath: "seq", autoIncrement: true });
    base.createObjectStore("pages", { keyPath: "path" });
    base.createObjectStore("told", { keyPath: "id" }); // what a person is to be told: a state, no content
  };
  return asked(request);
}

export class Store {
  constructor(base) { this.base = base; this.key = null; }

  // Null where nothing can be kept, as in some private windows: forms then send at once.
  static async open() {
    try {
      const store = new Store(await openStore());
      await store.write("about", (about) => about.put({ id: "probe" }));
      await store.write("about", (about) => about.delete("probe"));
      store.base.onversionchange = () => store.base.close();
      return crypto.subtle ? store : null;
    } catch { return null; }
  }

  write(name, act) { // done only when it is on the disk
    return new Promise((done, failed) => {
      const turn = this.base.transaction(name, "readwrite", { durability: "strict" });
      turn.oncomplete = () => done();
      turn.onerror = turn.onabort = () => failed(turn.error);
      act(turn.objectStore(name));
    });
  }

  read(name) { return asked(this.base.transaction(name).objectStore(name).getAll()); }
  one(name, id) { return asked(this.base.transaction(name).objectStore(name).get(id)); }
  put(name, row) { return this.write(name, (store) => store.put(row)); }
  remove(name, id) { return this.write(name, (store) => store.delete(id)); }
  about() { return this.one("about", "phone"); }

  // ---- the keys ----
  async setUp(told, pin, person) {
    const salt = crypto.getRandomValues(new Uint8Array(16)), own = crypto.getRandomValues(new Uint8Array(32));
    const outer = await deriveKey(pin, salt, told.half);
    const key = await seal(outer, own, "key");
    await this.put("about", { id: "phone", phone: told.phone, person, pass: told.pass, salt: toText(salt), key, tries: 0 });
    await this.keepHalf(told);
    await this.use(own);
  }

  async use(own) {
    this.key = await crypto.subtle.importKey("raw", own, "AES-GCM", false, ["encrypt", "decrypt"]);
    own.fill(0);
  }

  // For a shift without signal: under a key that scripts cannot take out of this browser, for hours.
  async keepHalf({ half, pass, until }) {
    const keeper = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await this.put("about", { id: "half", keeper, until, ...(await seal(keeper, toBytes(half), "half")) });
    const phone = await this.about();
    if (phone) await this.put("about", { ...phone, pass });
  }

  async findHalf() {
    const kept = await this.one("about", "half");
    if (!kept) return null;
    if (kept.until < Date.now()) { await this.forgetHalf(); return null; }
    return toText(await unseal(kept.keeper, kept, "half"));
  }

  forgetHalf() { return this.remove("about", "half"); }

  // Returns how many tries are left: MOST_TRIES when it opened.
  async unlock(pin, half) {
    const phone = await this.about();
    const outer = await deriveKey(pin, toBytes(phone.salt), half);
    try {
      await this.use(new Uint8Array(await unseal(outer, phone.key, "key")));
    } catch {
      const tries = phone.tries + 1;
      await this.put("about", { ...phone, tries });
      return MOST_TRIES - tries;
    }
    if (phone.tries) await this.put("about", { ...phone, tries: 0 });
    return MOST_TRIES;
  }

  lock() { this.key = null; }

  // ---- items ----
  async add(item) { // {id, kind, made_at, values}, and until when it may be undone
    const { after = 0, ...said } = item;
    await this.put("items", { id: item.id, after, bad: "", ...(await this.close(said, item.id)) });
  }

  async change(row, said) { await this.put("items", { ...row, bad: "", ...(await this.close(said, row.id)) }); }
  close(said, bound) { return seal(this.key, text.encode(JSON.stringify(said)), bound); }
  async open(row, bound) { return JSON.parse(new TextDecoder().decode(await unseal(this.key, row, bound))); }
  list() { return this.read("items"); } // in the order in which they were said, sealed

  // ---- today's pages ----
  async keepPage(path, day, page) { await this.put("pages", { path, day, ...(await this.close(page, path)) }); }

  async findPage(path) {
    const row = await this.one("pages", path);
    return row ? this.open(row, path) : null;
  }

  async forgetOld(day) { // only today is kept
    for (const { path, day: of } of await this.read("pages")) if (of !== day) await this.remove("pages", path);
  }

  // ---- the end ----
  async makeRescue() { // sealed as it is here
    const { phone, salt, key } = await this.about();
    const items = (await this.list()).map(({ seq, id, iv, data }) => ({ seq, id, iv, data }));
    return JSON.stringify({ form: 1, phone, salt, key, items });
  }

  async leave() { // at sign-out: what was not sent stays
    this.lock();
    await this.forgetHalf();
    await this.write("pages", (pages) => pages.clear());
  }

  async wipe() {
    this.lock();
    for (const name of ["items", "pages", "about"]) await this.write(name, (store) => store.clear());
  }
}
