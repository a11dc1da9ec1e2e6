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
writeFileSync(`${out}shell/govuk-frontend.js`, plain("govuk-frontend/dist/govuk/govuk-frontend.min.js"));
