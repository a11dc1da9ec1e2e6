// Sends where this phone is, while the page of today is open and its person has turned it on.
const EVERY_MS = 10000, MESSAGE_MS = 60000;

export function startFeed(page, keep, tell) {
  const from = Date.parse(page.dataset.from), until = Number(page.dataset.until);
  let fixes = [], last = 0, watch = null;

  function flush() {
    if (!fixes.length) return;
    const given = fixes;
    fixes = [];
    keep({ device_id: Number(page.dataset.feed), fixes: given });
  }

  function stop(why) {
    navigator.geolocation.clearWatch(watch);
    clearInterval(timer);
    flush();
    tell(why);
  }

  function take({ coords, timestamp }) {
    const time = Math.round(timestamp);
    if (Date.now() > until) { stop("stopped: the shift is over"); return; }
    if (document.hidden || time < from || time - last < EVERY_MS) return; // only while it is seen
    const isFirst = !last;
    last = time;
    fixes.push([time, coords.longitude, coords.latitude, coords.accuracy ?? null, coords.speed ?? null]);
    tell("being sent");
    if (isFirst) flush();
  }

  const refused = (error) => tell(error.code === 1 ? "not sent: this phone does not allow it" : "not known now");
  if (!("geolocation" in navigator)) { tell("not sent: this phone cannot tell it"); return () => {}; }
  const timer = setInterval(() => (Date.now() > until ? stop("stopped: the shift is over") : flush()), MESSAGE_MS);
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", flush);
  watch = navigator.geolocation.watchPosition(take, refused, { enableHighAccuracy: true, maximumAge: EVERY_MS });
  return () => stop("off");
}
