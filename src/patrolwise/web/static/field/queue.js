// What was said on this phone, kept until the server has it. One item is one event; none is changed
// once it is kept, but those that the server refused, which a person mends.
const NAME = "patrolwise-field", FORM = 1, PATIENCE_MS = 20000, JUST_NOW_MS = 60000;
const LEFT = { items: "items", sent: "sent", passes: "passes" };

export function newId() { // RFC 9562, version 7: sorts by when it was made
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let ms = Date.now();
  for (let i = 5; i >= 0; i -= 1) { bytes[i] = ms % 256; ms = Math.floor(ms / 256); }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const asked = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

function openStore() {
  const request = indexedDB.open(NAME, FORM);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(LEFT.items, { keyPath: "seq", autoIncrement: true });
    store.createIndex("client_id", "client_id", { unique: true });
    request.result.createObjectStore(LEFT.sent, { keyPath: "client_id" });
    request.result.createObjectStore(LEFT.passes, { keyPath: "scope" });
  };
  return asked(request);
}

export class Queue {
  constructor(db) { this.db = db; }

  // Null where nothing can be kept, as in some private windows: forms then send at once.
  static async open() {
    try {
      const queue = new Queue(await openStore());
      await queue.write(LEFT.passes, (store) => store.put({ scope: "probe" }));
      await queue.write(LEFT.passes, (store) => store.delete("probe"));
      queue.db.onversionchange = () => queue.db.close();
      return queue;
    } catch { return null; }
  }

  // Done only when it is on the disk.
  write(name, act) {
    return new Promise((done, failed) => {
      const turn = this.db.transaction(name, "readwrite", { durability: "strict" });
      turn.oncomplete = () => done();
      turn.onerror = turn.onabort = () => failed(turn.error);
      act(turn.objectStore(name));
    });
  }

  read(name) { return asked(this.db.transaction(name).objectStore(name).getAll()); }

  // Twice the same identifier is once.
  async add(item) {
    try { await this.write(LEFT.items, (store) => store.add(item)); }
    catch (error) { if (error?.name !== "ConstraintError") throw error; }
  }

  list() { return this.read(LEFT.items); } // in the order in which they were said
  listSent() { return this.read(LEFT.sent); }
  put(item) { return this.write(LEFT.items, (store) => store.put(item)); }
  remove(seq) { return this.write(LEFT.items, (store) => store.delete(seq)); }

  async keepPass(scope, pass) {
    if (scope) await this.write(LEFT.passes, (store) => store.put({ scope, pass }));
  }

  // What a page that is newer shows itself.
  async forgetSentBefore(made) {
    for (const one of await this.listSent()) {
      if (one.at <= made) await this.write(LEFT.sent, (store) => store.delete(one.client_id));
    }
  }

  // Of one person only what was not sent stays, with the pass that it needs.
  async wipe() {
    const needed = new Set((await this.list()).map((item) => item.scope));
    await this.write(LEFT.sent, (store) => store.clear());
    for (const { scope } of await this.read(LEFT.passes)) {
      if (!needed.has(scope)) await this.write(LEFT.passes, (store) => store.delete(scope));
    }
  }

  // Sends each item by itself, in order; one that fails does not hold up the next.
  // Returns why something is left: "", "offline", "sign in" or "later".
  async send(way) { // one page at a time, where a browser can see to that; none waits for ever
    if (!navigator.locks) return this.sendAll(way);
    try {
      return await navigator.locks.request(NAME, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => this.sendAll(way));
    } catch (error) {
      if (error?.name === "TimeoutError" || error?.name === "AbortError") return "later";
      throw error;
    }
  }

  async sendAll(way) {
    const passes = new Map((await this.read(LEFT.passes)).map((one) => [one.scope, one.pass]));
    let left = "";
    const items = (await this.list()).filter((item) => !item.bad);
    const first = items.filter((item) => item.kind !== "positions");
    for (const item of [...first, ...items.filter((one) => one.kind === "positions")]) {
      const result = await this.sendOne(item, passes.get(item.scope), way);
      if (result === "offline") return result;
      left = result || left;
    }
    return left;
  }

  async sendOne(item, pass, way) {
    let answer, told;
    try {
      answer = await this.post(item, pass, way);
      if (answer.type === "opaqueredirect") answer = await this.post(item, pass, way); // the session ended just now
      if (answer.status === 403 && (await way.renew())) answer = await this.post(item, pass, way);
      told = await answer.json().catch(() => ({}));
    } catch { return "offline"; }
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "sign in";
    if (answer.status === 400 || answer.status === 413) return this.markBad(item, told.why ?? "It cannot be read.");
    const receipt = answer.ok && told.answers?.find((one) => one.client_id === item.client_id);
    if (!receipt) return "later"; // no receipt: it stays
    if (receipt.state === "refused") return this.markBad(item, receipt.why);
    if (item.kind !== "positions") {
      await this.write(LEFT.sent, (store) => store.put({ ...item, at: told.now }));
    }
    await this.remove(item.seq);
    return "";
  }

  async markBad(item, why) {
    await this.put({ ...item, bad: why });
    return "";
  }

  post(item, pass, way) {
    const isPressed = item.kind !== "positions" && Date.now() - item.made < JUST_NOW_MS;
    return fetch(way.sync, {
      method: "POST", redirect: "manual", credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": way.token, "X-Asked-By": isPressed ? "person" : "page" },
      body: JSON.stringify({ pass: pass ?? "", items: [item.body] }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }
}
