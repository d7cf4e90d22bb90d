/**
 * Runs the TypeScript tests: bundles every test/**\/*.test.ts with esbuild and hands the bundles to node's
 * test runner.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const TEST = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv[2] ?? "";

const names = (await readdir(TEST, { recursive: true })).filter(
  (name) => /\.test\.tsx?$/.test(name) && name.includes(wanted),
);
const outdir = await mkdtemp(join(tmpdir(), "hub-web-test-"));
try {
  await esbuild.build({
    absWorkingDir: TEST,
    entryPoints: names,
    outdir,
    outbase: TEST,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".css": "text" },
    sourcemap: "inline",
    define: {
      TEST_FOLDER: JSON.stringify(TEST),
      WIDGET_FILE: '"widget.js"',
      AGENT_FILE: '"agent.js"',
      AGENT_LANGUAGES_VERSION: '"1"',
      LANGUAGES: '"pt sv"',
      LANGUAGES_VERSION: '"1"',
    },
    logLevel: "warning",
  });
  const bundles = names.map((name) => join(outdir, name.replace(/\.tsx?$/, ".mjs")));
  const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...bundles], {
    stdio: "inherit",
  });
  process.exitCode = run.status ?? 1;
} finally {
  await rm(outdir, { recursive: true, force: true });
}
