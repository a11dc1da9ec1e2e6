// Makes the files that the sites serve, from the packages of package.json. Run: npm ci && npm run build
import { cpSync, mkdirSync, writeFileSync, readFileSync } from "node:fs";
import * as sass from "sass";

const out = new URL("../src/patrolwise/web/static/", import.meta.url).pathname;
const from = (path) => new URL(`node_modules/${path}`, import.meta.url).pathname;
mkdirSync(`${out}shell`, { recursive: true });
mkdirSync(`${out}map`, { recursive: true });

const { css } = sass.compile("shell.scss", {
  style: "compressed", loadPaths: ["node_modules", "."], quietDeps: true,
});
writeFileSync(`${out}shell/shell.css`, css);
// source maps are not shipped: the line that names one would be a broken link
const plain = (path) => readFileSync(from(path), "utf8").replace(/\n?\/\/# sourceMappingURL=.*$/m, "");

// the map: loaded by its page only when somebody asks to see it
const copyMap = (path, name, change = (text) => text) => writeFileSync(`${out}map/${name}`, change(plain(path)));
copyMap("maplibre-gl/dist/maplibre-gl.mjs", "maplibre-gl.mjs");
copyMap("maplibre-gl/dist/maplibre-gl-worker.mjs", "maplibre-gl-worker.mjs");
copyMap("maplibre-gl/dist/maplibre-gl.css", "maplibre-gl.css");
copyMap("fflate/esm/browser.js", "fflate.mjs");
// a bare name means nothing to a browser without an import map, which our policy has no place for
copyMap("pmtiles/dist/esm/index.js", "pmtiles.mjs", (text) => text.replace(/from\s*"fflate"/, 'from"./fflate.mjs"'));
cpSync(from("maplibre-gl/LICENSE.txt"), `${out}map/LICENSE-maplibre-gl.txt`);
cpSync(from("fflate/LICENSE"), `${out}map/LICENSE-fflate.txt`);
