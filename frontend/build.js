// Bundles what pages load into service/static/build, under names that change with their content,
// and writes manifest.json: the name a template asks for → the file that was built.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = dirname(fileURLToPath(import.meta.url));
const service = join(here, "..", "service");
const target = join(service, "static", "build");
const entries = ["htmx.js", "viewer.js"];
const manifest = {};

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

const built = await esbuild.build({
  absWorkingDir: here,
  entryPoints: entries,
  entryNames: "[name]-[hash]",
  outdir: target,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020"],
  legalComments: "linked",
  loader: { ".woff": "dataurl", ".woff2": "dataurl", ".eot": "empty", ".ttf": "empty", ".svg": "dataurl" },
  metafile: true,
  logLevel: "warning",
});
for (const [file, output] of Object.entries(built.metafile.outputs)) {
  if (!output.entryPoint) continue;
  manifest[output.entryPoint] = basename(file);
  if (output.cssBundle) manifest[output.entryPoint.replace(/\.js$/, ".css")] = basename(output.cssBundle);
}

// Tabler's stylesheet, reduced to what our templates use.
const [purged] = await new PurgeCSS().purge({
  css: [join(here, "node_modules/@tabler/core/dist/css/tabler.min.css")],
  content: [join(service, "templates/**/*.html"), join(service, "static/*.js")],
  safelist: { standard: ["large"] },
  variables: true,
  keyframes: true,
  fontFace: true,
});
const css = (await esbuild.transform(purged.css, { loader: "css", minify: true, legalComments: "none" })).code;
const name = `tabler-${createHash("sha256").update(css).digest("hex").slice(0, 8)}.css`;
await writeFile(join(target, name), `/* Tabler, MIT licence, https://tabler.io */\n${css}`);
manifest["tabler.css"] = name;

await writeFile(join(target, "manifest.json"), JSON.stringify(manifest, null, 2));
for (const [asked, file] of Object.entries(manifest)) {
  const size = (await readFile(join(target, file))).length;
  console.log(`${asked} → ${file} (${Math.ceil(size / 1024)} kB)`);
}
