// How long each view of the page takes in a browser that has never seen it: until something stands there (first contentful
// paint), and until all of the view's data do. Milliseconds since the navigation began, medians of the repetitions.
//
//   node --experimental-websocket benchmark/page/paint.mjs [ADDRESS [REPETITIONS]]
//
// Needs Node 20 and Chromium (CHROMIUM=/usr/bin/chromium); since Node 22 without the option.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const address = process.argv[2] || "http://127.0.0.1:6434/";
const repetitions = Number(process.argv[3] || 5);
const DEADLINE = 60_000;
const BETWEEN = 1_500;

// The view, and what it shows when it has its answers.
const VIEWS = {
  "overview?range=30+days": "[data-figure=Requests]",
  "decisions?range=30+days": "table[aria-label=Decisions] tbody tr",
  "decisions?range=30+days&outcome=failure": "table[aria-label=Decisions] tbody tr",
  "agents?range=30+days": "table[aria-label=Agents] tbody tr",
  budgets: ".budgets li, .empty",
  "routes?range=30+days": "table[aria-label=Routes] tbody tr, .empty",
  try: ".verdict .lead .agent",
  "learning?range=30+days&within=7+days": "svg[aria-label^=Predicted] circle",
};

// Runs in the page: when the view's own element is there and nothing is on its way any more.
const watch = (selector) => `(() => {
  const look = () => {
    const main = document.querySelector("main");
    if (main?.querySelector(${JSON.stringify(selector)}) && !main.querySelector(".skeleton")) window.__whole ??= performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

const folder = mkdtempSync(join(tmpdir(), "paint-"));
const browser = spawn(process.env.CHROMIUM || "/usr/bin/chromium", [
  "--headless", "--no-sandbox", "--remote-debugging-port=0", "--user-data-dir=" + folder, "about:blank",
], { stdio: ["ignore", "ignore", "pipe"] });

const devtools = await new Promise((resolve, reject) => {
  let told = "";
  browser.stderr.on("data", (text) => {
    told += text;
    const found = told.match(/ws:\/\/\S+/);
    if (found) resolve(found[0]);
  });
  browser.on("exit", () => reject(new Error("the browser ended:\n" + told)));
});
const socket = new WebSocket(devtools);
await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
const waiting = new Map();
socket.onmessage = ({ data }) => {
  const { id, result, error } = JSON.parse(data);
  if (!waiting.has(id)) return;
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (error) reject(new Error(error.message));
  else resolve(result);
};
let last = 0;
const send = (method, params = {}, sessionId) => new Promise((resolve, reject) => {
  waiting.set(++last, { resolve, reject });
  socket.send(JSON.stringify({ id: last, method, params, sessionId }));
});
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A context of its own has nothing in its cache.
async function times(view, selector) {
  const { browserContextId } = await send("Target.createBrowserContext");
  const { targetId } = await send("Target.createTarget", { url: "about:blank", browserContextId, width: 1360, height: 900 });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  await send("Page.enable", {}, sessionId);
  await send("Page.addScriptToEvaluateOnNewDocument", { source: watch(selector) }, sessionId);
  await send("Page.navigate", { url: address + "#/" + view }, sessionId);
  const expression = `JSON.stringify([performance.getEntriesByName("first-contentful-paint")[0]?.startTime, window.__whole])`;
  const until = Date.now() + DEADLINE;
  let seen = [];
  while (!(seen[0] && seen[1])) {
    if (Date.now() > until) throw new Error(view + " does not show " + selector);
    await pause(100);
    seen = JSON.parse((await send("Runtime.evaluate", { expression }, sessionId)).result.value || "[]");
  }
  await send("Target.disposeBrowserContext", { browserContextId });
  // Whoever asks the same within a second gets the same answer, which would be none of this view.
  await pause(BETWEEN);
  return seen;
}

const median = (values) => Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]);
try {
  console.log("view".padEnd(44) + "first paint".padStart(12) + "data".padStart(8) + "most".padStart(8));
  for (const [view, selector] of Object.entries(VIEWS)) {
    await times(view, selector);
    const runs = [];
    for (let i = 0; i < repetitions; i++) runs.push(await times(view, selector));
    const data = runs.map((run) => run[1]);
    console.log(view.padEnd(44) + String(median(runs.map((run) => run[0]))).padStart(12) + String(median(data)).padStart(8)
      + String(Math.round(Math.max(...data))).padStart(8));
  }
} finally {
  browser.removeAllListeners("exit");
  browser.kill();
  await new Promise((resolve) => browser.on("exit", resolve));
  rmSync(folder, { recursive: true, force: true });
}
