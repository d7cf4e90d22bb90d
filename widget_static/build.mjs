/**
 * Builds what browsers load: dist/chat (loader, widget, languages, fonts), dist/console, dist/docs and
 * dist/gallery.
 *
 * dist is committed; two builds of the same sources are byte-identical, so a diff of dist shows whether it is
 * fresh.
 */
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import * as esbuild from "esbuild";
import { minify } from "terser";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "dist");

// The oldest browsers with constructable style sheets, OKLCH colours and logical properties alike.
const BROWSERS = ["chrome111", "firefox113", "safari16.4"];

// What a page pays for the chat: the loader on every view, loader and widget once somebody means to write, and the extras
// after the window stands there.
const LOADER_BUDGET_BYTES = 6 * 1024;
const CHAT_BUDGET_BYTES = 25 * 1024;
const EXTRAS_BUDGET_BYTES = 9 * 1024;
// Of developers who read about the API.
const DOCS_BUDGET_BYTES = 25 * 1024;

const FONT_FILES = ["latin", "latin-ext"].flatMap((subset) =>
  [400, 500, 600].map((weight) => `poppins-${subset}-${weight}-normal.woff2`),
);

// What the chat draws with in the place of Preact.
const DRAWING = "./src/widget/drawing.ts";

// Members that only the chat's own modules know, which get short names: of nothing that is sent, kept, given by a page,
// or handed to beats.js. Each is read and written as a name, never as a text.
const OWN_MEMBERS =
  "accent|acts|addStyles|clockAheadMs|comeBack|describe|factKinds|fallBack|findOpenChat|giveUp|goOn|hasHeader|" +
  "hasToken|isAvailable|isBehind|isEdited|isFullScreen|isLastOwn|isOpen|isOutdated|isOwn|isPresent|isTrialDue|isWelcome|" +
  "kept|layer|loadOlder|markRead|maxTextChars|messageKinds|moveTo|onAnswer|opensAt|outcome|passage|readSeq|redraw|scene|" +
  "spot|standing|startAnew|stopTyping|takeDeath|takeTrialMs|tone|transcript|wake|words|happening|errand|isBeating|" +
  "phase|typing|draft|bubble|handover|settle|forget|dom|inner|part|group";

/** Style sheets imported by the chat come as minified text, for constructable sheets. */
const styleText = {
  name: "style-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await esbuild.transform(source, { loader: "css", minify: true, target: BROWSERS });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

async function filesUnder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** First 16 hex digits of a SHA-256 over names and contents of the sources, this file and the lock. */
async function hashSources(folders) {
  const files = [join(HERE, "build.mjs"), join(HERE, "package-lock.json")];
  for (const folder of folders) files.push(...(await filesUnder(join(HERE, "src", folder))));
  const names = files.map((file) => relative(HERE, file).replaceAll("\\", "/")).sort();
  const hash = createHash("sha256");
  for (const name of names)
    hash
      .update(`${name}\0`)
      .update(await readFile(join(HERE, name)))
      .update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** What pages load is worth a second minifier: together they are 3.5 % smaller. */
async function shrink(text) {
  const compress = { ecma: 2022, passes: 3, unsafe: true, unsafe_arrows: true, pure_getters: true, keep_fargs: false };
  return (await minify(text, { module: true, ecma: 2022, compress, format: { ecma: 2022 } })).code;
}

/** Builds one entry and writes its files, each under a banner that names its sources. */
async function buildEntry({ entry, outfile, sources, isShrunk, ...options }) {
  const result = await esbuild.build({
    absWorkingDir: HERE,
    entryPoints: [entry],
    outfile: join(DIST, outfile),
    bundle: true,
    minify: true,
    target: BROWSERS,
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    charset: "utf8",
    write: false,
    logLevel: "warning",
    ...options,
  });
  const banner = `/*! hub ${await hashSources(sources)}, esbuild ${esbuild.version} */\n`;
  for (const file of result.outputFiles) {
    await mkdir(dirname(file.path), { recursive: true });
    await writeFile(file.path, banner + (isShrunk ? await shrink(file.text) : file.text));
  }
  return { bytes: await readFile(join(DIST, outfile)), mangleCache: result.mangleCache };
}

async function copyFonts() {
  const source = join(HERE, "node_modules/@fontsource/poppins");
  const target = join(DIST, "chat/fonts");
  await mkdir(target, { recursive: true });
  for (const file of FONT_FILES) await copyFile(join(source, "files", file), join(target, file));
  await copyFile(join(source, "LICENSE"), join(target, "LICENSE.txt"));
}

/** A file as the address under which it is loaded: its contents are named, so that it can be kept for ever. */
function versioned(name, bytes) {
  const version = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  return `${name}?v=${version}`;
}

/** The widget's words in all languages but English: files and contents by code. */
async function buildLanguages() {
  const names = await readdir(join(HERE, "src/languages"));
  const languages = {};
  for (const code of names.map((name) => name.replace(/\.ts$/, "")).sort()) {
    const file = `languages/${code}.js`;
    const { bytes } = await buildEntry({
      entry: `src/languages/${code}.ts`,
      outfile: `chat/${file}`,
      format: "esm",
      isShrunk: true,
      sources: ["languages"],
    });
    languages[code] = { file, bytes };
  }
  return languages;
}

/** For pages that pin what they load, and for those who compare what they got: by file, as `integrity` attributes say it. */
async function publishIntegrity(files) {
  const digest = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
  const digests = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digest(bytes)]));
  await writeFile(join(DIST, "chat/integrity.json"), `${JSON.stringify(digests, null, 2)}\n`);
}

/** Builds the chat: each file after those whose contents it names in the address it loads. */
async function buildChat() {
  const sources = ["shared", "loader", "widget", "extras"];
  const common = {
    format: "esm",
    isShrunk: true,
    plugins: [styleText],
    alias: { preact: DRAWING, "preact/jsx-runtime": DRAWING },
    mangleProps: new RegExp(`^(${OWN_MEMBERS})$`),
    sources,
  };
  const { bytes: beats } = await buildEntry({
    entry: "src/shared/beats.ts",
    outfile: "chat/beats.js",
    format: "esm",
    isShrunk: true,
    sources: ["shared"],
  });
  const { bytes: extras, mangleCache: firstNames } = await buildEntry({
    ...common,
    entry: "src/extras/index.tsx",
    outfile: "chat/extras.js",
    mangleCache: {},
  });
  const languages = Object.entries(await buildLanguages());
  const languageFiles = languages.map(([code, { file, bytes }]) => [code, versioned(file, bytes)]);
  const { bytes: widget, mangleCache } = await buildEntry({
    ...common,
    entry: "src/widget/index.tsx",
    outfile: "chat/widget.js",
    define: {
      BEATS_FILE: JSON.stringify(versioned("beats.js", beats)),
      EXTRAS_FILE: JSON.stringify(versioned("extras.js", extras)),
      LANGUAGE_FILES: JSON.stringify(Object.fromEntries(languageFiles)),
    },
    mangleCache: firstNames,
  });
  const { bytes: loader } = await buildEntry({
    ...common,
    entry: "src/loader/index.ts",
    outfile: "chat/index.js",
    format: "iife",
    define: { WIDGET_FILE: JSON.stringify(versioned("widget.js", widget)) },
    mangleCache,
  });
  await copyFonts();
  await publishIntegrity({
    "index.js": loader,
    "widget.js": widget,
    "extras.js": extras,
    "beats.js": beats,
    ...Object.fromEntries(languages.map(([, { file, bytes }]) => [file, bytes])),
  });
  return { loader, widget, extras, beats, languages: languages.map(([, { bytes }]) => bytes) };
}

/** The console's style sheet is bundled beside its script. */
async function buildConsole() {
  const entry = ["src/console/app.tsx", "src/console/app.ts"].find((path) => existsSync(join(HERE, path)));
  if (!entry) return false;
  await buildEntry({ entry, outfile: "console/app.js", format: "esm", sources: ["shared", "console"] });
  return true;
}

/** The page of the API takes colours and small parts from the console's styles. */
async function buildDocs() {
  const entry = { entry: "src/docs/app.tsx", outfile: "docs/app.js" };
  return (await buildEntry({ ...entry, format: "esm", sources: ["docs", "console/styles"] })).bytes;
}

/** The page of all states takes the chat's parts as they are, with their names unchanged. */
async function buildGallery() {
  await buildEntry({
    entry: "src/gallery/app.tsx",
    outfile: "gallery/app.js",
    format: "esm",
    plugins: [styleText],
    alias: { preact: DRAWING, "preact/jsx-runtime": DRAWING },
    sources: ["shared", "loader", "widget", "extras", "gallery"],
  });
}

function countCompressed(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}

function reportBudget(name, bytes, budget) {
  const words = `${name}: ${bytes} bytes brotli of ${budget}`;
  if (bytes <= budget) return console.log(words);
  console.error(`${words}. That is too much: remove something or load it later.`);
  process.exitCode = 1;
}

/** Builds `chat`, `console`, `docs`, `gallery` or, without an argument, all of them. */
async function main(only) {
  const isWanted = (name) => only === undefined || only === name;
  if (isWanted("chat")) {
    await rm(join(DIST, "chat"), { recursive: true, force: true });
    const { languages, ...chat } = await buildChat();
    const files = Object.entries(chat);
    const sizes = Object.fromEntries(files.map(([name, bytes]) => [name, countCompressed(bytes)]));
    const { loader, widget, extras, beats } = sizes;
    reportBudget("loader", loader, LOADER_BUDGET_BYTES);
    reportBudget("loader and widget", loader + widget, CHAT_BUDGET_BYTES);
    reportBudget("extras", extras, EXTRAS_BUDGET_BYTES);
    console.log(`beats, where websockets fail: ${beats} bytes brotli`);
    const ofLanguages = languages.map(countCompressed);
    const range = `${Math.min(...ofLanguages)} to ${Math.max(...ofLanguages)}`;
    console.log(`languages, one where the page is not in English: ${languages.length} of ${range} bytes brotli`);
    console.log(`all that a widget can load in English: ${widget + extras + beats} bytes brotli; aimed at are ${CHAT_BUDGET_BYTES}`);
  }
  if (isWanted("console")) {
    await rm(join(DIST, "console"), { recursive: true, force: true });
    console.log((await buildConsole()) ? "console: built" : "console: no sources, left out");
  }
  if (isWanted("docs")) {
    await rm(join(DIST, "docs"), { recursive: true, force: true });
    reportBudget("docs", countCompressed(await buildDocs()), DOCS_BUDGET_BYTES);
  }
  if (isWanted("gallery")) {
    await rm(join(DIST, "gallery"), { recursive: true, force: true });
    await buildGallery();
    console.log("gallery: built");
  }
}

await main(process.argv[2]);
