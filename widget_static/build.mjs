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
import { ShortNames, shortName, textsIn } from "./short_names.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "dist");

// The oldest browsers with constructable style sheets, OKLCH colours and logical properties alike.
const BROWSERS = ["chrome111", "firefox113", "safari16.4"];

const BUNDLED = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  target: BROWSERS,
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  charset: "utf8",
  write: false,
  logLevel: "warning",
};

// What a page pays for the chat: the loader on every view, the widget once somebody means to write.
const LOADER_BUDGET_BYTES = 6 * 1024;
const WIDGET_BUDGET_BYTES = 25 * 1024;
// Of agents' pages: a visitor's window, and what an agent's desk has beside it.
const AGENT_BUDGET_BYTES = 36 * 1024;
const VISITS_BUDGET_BYTES = 1536;
// Of developers who read about the API.
const DOCS_BUDGET_BYTES = 25 * 1024;

const FONT_FILES = ["latin", "latin-ext"].flatMap((subset) =>
  [400, 500, 600].map((weight) => `poppins-${subset}-${weight}-normal.woff2`),
);

// What the chat draws with in the place of Preact.
const DRAWING = "./src/widget/drawing.ts";
const drawn = {
  inject: [DRAWING],
  alias: { preact: DRAWING },
  tsconfigRaw: {
    compilerOptions: { target: "ES2022", verbatimModuleSyntax: true, jsx: "react", jsxFactory: "jsx", jsxFragmentFactory: "Fragment" },
  },
};

/**
 * Members of the chat's objects get short names, but for those somebody else knows them by: browsers, whose members are
 * in the declarations of TypeScript and Preact; and the hub, the page or a later version of the chat, with whom is spoken
 * in what these modules declare. Elsewhere such a member stands in quotes, and so does a key that is looked up by a text.
 */
const SPOKEN_IN = [
  "loader/config.ts",
  "loader/language.ts",
  "loader/profile.ts",
  "shared/beats.ts",
  "shared/commands.ts",
  "shared/frames.ts",
  "shared/visits.ts",
  "visits/kept_visit.ts",
  "widget/errands.ts",
  "widget/halo.ts",
  "widget/page.ts",
  "widget/upload.ts",
];

/** Where our keys of sentences are declared, by which languages, widget and agents' widget know them. */
const WORDS = "widget/words.ts";

/** Where loader, languages and widgets declare what they hand each other. */
const HANDED_OVER_IN = ["loader/handover.ts", "loader/kept.ts", "loader/profile.ts", "loader/stage.ts", "shared/outbox.ts", WORDS];

/** Classes of icons and colours are put together from this and which one it is. */
const CLASS_BEGINNINGS = ["icon-", "hue-"];

async function readSheet(path) {
  const { outputFiles } = await esbuild.build({ entryPoints: [path], bundle: true, minify: true, target: BROWSERS, write: false });
  return outputFiles[0].text.trim();
}

/** Style sheets imported by the chat come as minified text, for constructable sheets. */
const styleText = (change = (text) => text) => ({
  name: "style-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: change(await readSheet(path)), loader: "text" }));
  },
});

/** Every name that is declared as a member there or is a text in a script of the chat. A few too many only cost bytes. */
async function findKnownNames() {
  const declarations = await filesUnder(join(HERE, "node_modules/@typescript"));
  const files = [
    ...declarations.filter((file) => /lib\.(dom|es)[\w.]*\.d\.ts$/.test(file)),
    ...["dom.d.ts", "index.d.ts"].map((name) => join(HERE, "node_modules/preact/src", name)),
  ];
  const names = new Set();
  const note = async (file, pattern) => {
    for (const [, name] of (await readFile(file, "utf8")).matchAll(pattern)) names.add(name);
  };
  for (const file of files) await note(file, /^\s*(?:(?:readonly|declare|const|var|function|get|set) )*'?([\w$-]+)'?\??[:(<]/gm);
  for (const name of SPOKEN_IN) await note(join(HERE, "src", name), /(?:^|[{;,])\s*(?:readonly )?([A-Za-z_]\w*)\??(?=[:,}])/gm);
  const entryPoints = ["loader/index.ts", "visits/index.ts", "widget/index.tsx"].map((name) => `src/${name}`);
  const { outputFiles } = await esbuild.build({ ...BUNDLED, ...drawn, plugins: [styleText()], entryPoints, outdir: DIST });
  for (const { text } of outputFiles) for (const said of textsIn(text)) names.add(said);
  return names;
}

/** The same in all files of the chat. Those of the loader stay as they are: pages and profiles put some of them together, by corner and theme. */
async function shortStyleNames() {
  const paths = ["loader/bubble.css", "widget/styles/all.css", "agent/styles/all.css"];
  const sheets = await Promise.all(paths.map((path) => readSheet(join(HERE, "src", path))));
  return new ShortNames(sheets, `${sheets[0]}.dark.bottom.right`, CLASS_BEGINNINGS);
}

async function filesUnder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** First 16 hex digits of a SHA-256 over names and contents of the sources, what builds them and the lock, and what else they are made with. */
async function hashSources(folders, names = {}) {
  const files = ["build.mjs", "short_names.mjs", "package-lock.json"].map((name) => join(HERE, name));
  for (const folder of folders) files.push(...(await filesUnder(join(HERE, "src", folder))));
  const paths = files.map((file) => relative(HERE, file).replaceAll("\\", "/")).sort();
  const hash = createHash("sha256").update(JSON.stringify(names));
  for (const name of paths)
    hash
      .update(`${name}\0`)
      .update(await readFile(join(HERE, name)))
      .update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** What pages load is worth a second minifier: together they are 3.5 % smaller. */
async function shrink(text) {
  const compress = { ecma: 2022, passes: 2, unsafe: true, unsafe_arrows: true, pure_getters: true, lhs_constants: false };
  return (await minify(text, { module: true, ecma: 2022, compress, format: { ecma: 2022 } })).code;
}

/** Builds one entry and writes its files, each under a banner that names its sources. */
async function buildEntry({ entry, outfile, sources, names, isShrunk, styleNames, ...options }) {
  const result = await esbuild.build({ ...BUNDLED, entryPoints: [entry], outfile: join(DIST, outfile), ...options });
  const banner = `/*! hub ${await hashSources(sources, names)} */\n`;
  for (const file of result.outputFiles) {
    await mkdir(dirname(file.path), { recursive: true });
    const text = styleNames ? styleNames.inScript(file.text) : file.text;
    await writeFile(file.path, banner + (isShrunk ? await shrink(text) : text));
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

/** Goes into the address under which a file is loaded, so that it can be kept for ever. */
function versionOf(bytes) {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 8);
}

/** Short names for our keys of sentences, which the languages have before anything else of the chat is built. */
async function nameWords(knownNames) {
  const text = await readFile(join(HERE, "src", WORDS), "utf8");
  const keys = [...text.matchAll(/^ {2}(\w+): "/gm)].map(([, key]) => key).filter((key) => !knownNames.has(key));
  return Object.fromEntries(keys.map((key, index) => [key, shortName(index).toUpperCase()]));
}

/** The words in `folder` in all languages but English: contents of their files by code. */
async function buildLanguages(folder, options = {}) {
  const names = await readdir(join(HERE, "src", folder));
  const languages = {};
  for (const code of names.map((name) => name.replace(/\.ts$/, "")).sort()) {
    const { bytes } = await buildEntry({
      entry: `src/${folder}/${code}.ts`,
      outfile: `chat/${folder}/${code}.js`,
      format: "esm",
      isShrunk: true,
      sources: [folder],
      ...options,
    });
    languages[code] = bytes;
  }
  return languages;
}

/** All files of a folder have one version, that of their sources: it is named once and changes with any of them. */
async function versionOfSources(folder, names) {
  return JSON.stringify((await hashSources([folder], names)).slice(0, 8));
}

/**
 * The short names under which the agents' widget knows what the loader and languages hand it. Everything else keeps its name
 * there: it is a member of the console's objects, which are spoken and kept.
 */
async function namesHandedOver(mangleCache) {
  const names = new Set();
  for (const file of HANDED_OVER_IN) {
    const text = await readFile(join(HERE, "src", file), "utf8");
    for (const [, name] of text.matchAll(/^ {2}(?:readonly )?([A-Za-z_]\w*)\??[:(,]/gm)) if (Object.hasOwn(mangleCache, name)) names.add(name);
  }
  const kept = Object.fromEntries([...names].map((name) => [name, mangleCache[name]]));
  return { mangleProps: new RegExp(`^(${[...names].join("|")})$`), mangleCache: kept };
}

/** For pages that pin what they load, and for those who compare what they got: by file, as `integrity` attributes say it. */
async function publishIntegrity(files) {
  const digest = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
  const digests = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digest(bytes)]));
  await writeFile(join(DIST, "chat/integrity.json"), `${JSON.stringify(digests, null, 2)}\n`);
}

/** Builds the chat: each file after those whose contents it names in the address it loads. */
async function buildChat() {
  const sources = ["shared", "loader", "visits", "widget"];
  const knownNames = await findKnownNames();
  const reserved = [...knownNames].filter((name) => /^[\w$-]+$/.test(name)).sort().join("|");
  const wordNames = await nameWords(knownNames);
  const shortMembers = {
    mangleProps: /./,
    reserveProps: new RegExp(`^(${reserved.replaceAll("$", "\\$")})$`),
    mangleCache: wordNames,
  };
  const styleNames = await shortStyleNames();
  const common = {
    isShrunk: true,
    styleNames,
    plugins: [styleText((text) => styleNames.inSheet(text))],
    ...drawn,
    ...shortMembers,
    sources,
  };
  const languages = await buildLanguages("languages", { ...shortMembers, names: wordNames });
  const ofLanguages = {
    LANGUAGES: JSON.stringify(Object.keys(languages).join(" ")),
    LANGUAGES_VERSION: await versionOfSources("languages", wordNames),
  };
  const { bytes: widget, mangleCache } = await buildEntry({
    ...common,
    entry: "src/widget/index.tsx",
    outfile: "chat/widget.js",
    format: "esm",
    define: ofLanguages,
  });
  const agentLanguages = await buildLanguages("agent_languages");
  const { bytes: agent } = await buildEntry({
    ...common,
    ...(await namesHandedOver(mangleCache)),
    entry: "src/agent/index.tsx",
    outfile: "chat/agent.js",
    format: "esm",
    define: { ...ofLanguages, AGENT_LANGUAGES_VERSION: await versionOfSources("agent_languages") },
    sources: [...sources, "console", "agent"],
  });
  const { bytes: visits, mangleCache: allNames } = await buildEntry({
    ...common,
    entry: "src/visits/index.ts",
    outfile: "chat/visits.js",
    format: "esm",
    mangleCache,
  });
  const { bytes: loader } = await buildEntry({
    ...common,
    entry: "src/loader/index.ts",
    outfile: "chat/index.js",
    format: "iife",
    define: {
      WIDGET_FILE: JSON.stringify(`widget.js?v=${versionOf(widget)}`),
      AGENT_FILE: JSON.stringify(`agent.js?v=${versionOf(agent)}`),
      VISITS_FILE: JSON.stringify(`visits.js?v=${versionOf(visits)}`),
    },
    mangleCache: allNames,
  });
  await copyFonts();
  await publishIntegrity({
    "index.js": loader,
    "widget.js": widget,
    "agent.js": agent,
    "visits.js": visits,
    ...Object.fromEntries(Object.entries(languages).map(([code, bytes]) => [`languages/${code}.js`, bytes])),
    ...Object.fromEntries(Object.entries(agentLanguages).map(([code, bytes]) => [`agent_languages/${code}.js`, bytes])),
  });
  return { loader, widget, agent, visits, languages: Object.values(languages) };
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
    plugins: [styleText()],
    ...drawn,
    sources: ["shared", "loader", "widget", "console", "agent", "agent_languages", "gallery"],
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
    const { loader, widget, agent, visits, languages } = await buildChat();
    reportBudget("loader", countCompressed(loader), LOADER_BUDGET_BYTES);
    reportBudget("widget with every feature", countCompressed(widget), WIDGET_BUDGET_BYTES);
    reportBudget("widget of agents", countCompressed(agent), AGENT_BUDGET_BYTES);
    reportBudget("visits, where the profile asks for them", countCompressed(visits), VISITS_BUDGET_BYTES);
    const ofLanguages = languages.map(countCompressed);
    const range = `${Math.min(...ofLanguages)} to ${Math.max(...ofLanguages)}`;
    console.log(`languages, one where the page is not in English: ${languages.length} of ${range} bytes brotli`);
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
