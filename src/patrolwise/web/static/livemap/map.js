// The map: only when somebody asks for it, and only where the browser can draw it.
const place = document.getElementById("live-map-place");
const button = document.createElement("button");
button.type = "button";
button.className = "govuk-button govuk-button--secondary";
button.textContent = "Show the map";
place.append(button);

const COLOURS = { Met: "#0b5a3c", Planned: "#24506b", Short: "#a35200", "": "#5b6570" };

// stripes one way or the other, dots, or plain: the state is told without colour too
function drawPattern(state) {
  const size = 16, canvas = new OffscreenCanvas(size, size), c = canvas.getContext("2d");
  c.strokeStyle = c.fillStyle = COLOURS[state] ?? COLOURS[""];
  c.lineWidth = 2;
  if (state === "Short") { for (const k of [-8, 0, 8, 16]) { c.beginPath(); c.moveTo(k, 16); c.lineTo(k + 16, 0); c.stroke(); } }
  else if (state === "Planned") { for (const k of [4, 12]) { c.beginPath(); c.moveTo(0, k); c.lineTo(16, k); c.stroke(); } }
  else if (state === "Met") { c.globalAlpha = 0.35; c.fillRect(0, 0, size, size); }
  else { c.beginPath(); c.arc(8, 8, 2, 0, 7); c.fill(); }
  return c.getImageData(0, 0, size, size);
}

const baseLayers = [
  ["earth", "fill", { "fill-color": "#f4f5f3" }], ["landuse", "fill", { "fill-color": "#e6ebe2" }],
  ["water", "fill", { "fill-color": "#c9dbe6" }], ["buildings", "fill", { "fill-color": "#dedad5" }],
  ["roads", "line", { "line-color": "#a9b0b5", "line-width": 1.2 }],
].map(([layer, type, paint]) => ({ id: layer, type, source: "base", "source-layer": layer, paint }));

function style(data, isBased, address) {
  return {
    version: 8,
    sources: { ...(isBased ? { base: { type: "vector", url: `pmtiles://${address}` } } : {}), spots: { type: "geojson", data: data.spots }, units: { type: "geojson", data: data.units } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#f7f8f9" } },
      ...(isBased ? baseLayers : []),
      { id: "edges", type: "line", source: "spots", paint: { "line-width": 2, "line-color": ["match", ["get", "state"], "Met", COLOURS.Met, "Planned", COLOURS.Planned, "Short", COLOURS.Short, COLOURS[""]] } },
    ],
  };
}

function boundsOf(features) {
  const box = [180, 90, -180, -90];
  const widen = (c) => { if (typeof c[0] === "number") { box[0] = Math.min(box[0], c[0]); box[1] = Math.min(box[1], c[1]); box[2] = Math.max(box[2], c[0]); box[3] = Math.max(box[3], c[1]); } else c.forEach(widen); };
  features.forEach((f) => widen(f.geometry.coordinates));
  return box;
}

async function show() {
  button.disabled = true;
  try {
    document.getElementById("map-css").media = "all";
    const data = await (await fetch(place.dataset.places)).json();
    const gl = await import(place.dataset.library);
    gl.setWorkerUrl(new URL(place.dataset.worker, location.href).href);
    const isBased = Boolean(place.dataset.base);
    if (isBased) { const { Protocol } = await import(place.dataset.tiles); gl.addProtocol("pmtiles", new Protocol().tile); }
    const box = document.createElement("div");
    box.className = "pw-map";
    const legend = document.createElement("p");
    legend.className = "govuk-body pw-quiet";
    legend.textContent = "Hot spots: slanted stripes, short; level stripes, planned; filled, met; dots, nothing owed today.";
    place.replaceChildren(legend, box);
    const map = new gl.Map({ container: box, style: style(data, isBased, new URL(place.dataset.base ?? "", location.href).href), bounds: boundsOf(data.spots.features), fitBoundsOptions: { padding: { top: 40, left: 60, right: 60, bottom: 70 } }, attributionControl: false, cooperativeGestures: true });
    map.once("style.load", () => {
      for (const state of Object.keys(COLOURS)) map.addImage(`p-${state}`, drawPattern(state));
      map.addLayer({ id: "fills", type: "fill", source: "spots", paint: { "fill-pattern": ["match", ["get", "state"], "Met", "p-Met", "Planned", "p-Planned", "Short", "p-Short", "p-"] } }, "edges");
    });
    map.addControl(new gl.NavigationControl({ showCompass: false }));
    let markers = [];
    const mark = (now) => {
      markers.forEach((m) => m.remove());
      const below = (f) => { const b = boundsOf([f]); return [(b[0] + b[2]) / 2, b[1]]; };
      const label = (f, name, state, to) => {
        const a = document.createElement("a"), told = document.createElement("span");
        a.className = "pw-map-label"; a.href = to; told.textContent = state; a.append(`${name} `, told);
        const isUnit = f.geometry.type === "Point";
        return new gl.Marker({ element: a, anchor: isUnit ? "bottom" : "top" }).setLngLat(isUnit ? f.geometry.coordinates : below(f)).addTo(map);
      };
      const slug = (text) => text.toLowerCase().replace(/[^\w\s-]/g, "").trim().replace(/[-\s]+/g, "-");
      markers = [...now.spots.features.map((f) => label(f, f.properties.name, f.properties.state || "no rule", `#spot-${slug(f.properties.area_id)}`)),
        ...now.units.features.map((f) => label(f, f.properties.unit_id, f.properties.state, "#units"))];
    };
    mark(data);
    document.addEventListener("live-changed", async () => {
      const fresh = await (await fetch(place.dataset.places)).json();
      map.getSource("spots")?.setData(fresh.spots);
      mark(fresh);
    });
    box.dataset.drawn = "yes";
  } catch (error) {
    const told = document.createElement("p");
    told.className = "govuk-body pw-empty";
    told.textContent = "This browser cannot draw the map. All that it would show is in the tables above.";
    place.replaceChildren(told);
  }
}
button.addEventListener("click", show);
