// Sends where this phone is, in the shift only, while its page is open and its worker turned it on.
const EVERY_S = 10, MESSAGE_MS = 60000, MOST = 2000;

export function startFeed({ shift, from, until }, keep, tell) {
  let fixes = [], last = 0, watch = null;

  function flush() {
    while (fixes.length) keep({ shift, fixes: fixes.splice(0, MOST) });
  }

  function stop(why) {
    navigator.geolocation.clearWatch(watch);
    clearInterval(timer);
    removeEventListener("pagehide", flush);
    document.removeEventListener("visibilitychange", flush);
    flush();
    tell(why);
  }

  function take({ coords, timestamp }) {
    const time = Math.round(timestamp) / 1000;
    if (time > until) { stop("stopped: the shift is over"); return; }
    if (document.hidden || time < from || time - last < EVERY_S) return; // only while it is seen
    const isFirst = !last;
    last = time;
    fixes.push([time, coords.longitude, coords.latitude, Math.min(coords.accuracy ?? 100, 100000)]);
    tell("on");
    if (isFirst) flush();
  }

  const refused = (error) => tell(error.code === 1 ? "not sent: this phone does not allow it" : "not known now");
  if (!("geolocation" in navigator)) { tell("not sent: this phone cannot tell it"); return () => {}; }
  const timer = setInterval(() => (Date.now() / 1000 > until ? stop("stopped: the shift is over") : flush()), MESSAGE_MS);
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", flush);
  watch = navigator.geolocation.watchPosition(take, refused, { enableHighAccuracy: true, maximumAge: EVERY_S * 1000 });
  return () => stop("off");
}
