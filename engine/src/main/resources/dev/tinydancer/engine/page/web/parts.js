// What every view is made of.

import { createContext, html, useContext, useEffect, useRef, useState } from "./vendor/htm-preact-standalone.js";
import { colour } from "./shapes.js";

// The address: view, range, filters and the opened decision.
export const Place = createContext(null);
export const usePlace = () => useContext(Place);

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

export function CopyButton({ text, label = "Copy" }) {
  const [done, setDone] = useState(false);
  async function run() {
    await copy(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  }
  return html`<button type="button" class="quiet" onClick=${run}>${done ? "Copied" : label}</button>`;
}

// The statement that changes something, or the one behind a figure.
export function Statement({ sql, by }) {
  return html`<figure class="statement">
    <pre tabindex="0">${sql}</pre>
    <figcaption>${by && html`<span>for <code>${by}</code></span>`}<${CopyButton} text=${sql} /></figcaption>
  </figure>`;
}

export function SqlButton({ sql, by, label = "SQL", title = "The SQL behind this" }) {
  const dialog = useRef(null);
  if (!sql) return null;
  return html`<button type="button" class="sql" title=${title} aria-haspopup="dialog" onClick=${() => dialog.current.showModal()}>${label}</button>
    <dialog ref=${dialog} aria-label=${title} onClick=${(event) => event.target === dialog.current && dialog.current.close()}>
      <div class="dialog-body">
        <h2>${title}</h2>
        <${Statement} sql=${sql} by=${by} />
        <div class="row end"><button type="button" onClick=${() => dialog.current.close()}>Close</button></div>
      </div>
    </dialog>`;
}

export function Card({ title, note, sql, actions, children, className = "" }) {
  return html`<section class=${"card " + className} aria-label=${title}>
    <header>
      <h2>${title}</h2>
      ${note && html`<span class="muted">${note}</span>`}
      <span class="grow"></span>
      ${actions}<${SqlButton} sql=${sql} />
    </header>
    ${children}
  </section>`;
}

export function Tile({ label, value, change, good, note, sql, points = false, children }) {
  const direction = change == null ? "none" : Math.abs(change) < 0.0005 ? "same" : change > 0 ? "up" : "down";
  const tone = direction === "same" || direction === "none" || good == null ? "" : (direction === "up") === good ? "good" : "bad";
  return html`<section class="tile" aria-label=${label}>
    <div class="tile-head"><h2>${label}</h2><${SqlButton} sql=${sql} /></div>
    <p class="figure" data-figure=${label}>${value}</p>
    <p class="change">
      ${direction === "same" || direction === "none"
        ? html`<span class="muted">${note || (direction === "same" ? "as in the period before" : "nothing in the period before")}</span>`
        : html`<span class=${tone}>${direction === "up" ? "▲" : "▼"} ${Math.abs(100 * change).toFixed(Math.abs(change) < 0.1 ? 1 : 0)} ${points ? "points" : "%"}</span> <span class="muted">${note || "to the period before"}</span>`}
    </p>
    ${children}
  </section>`;
}

export const Agent = ({ name }) => html`<span class="agent"><svg class="swatch" width="10" height="10" aria-hidden="true"><rect width="10" height="10" rx="3" class=${colour(name)} /></svg>${name}</span>`;

export const Chip = ({ tone = "", children }) => html`<span class=${"chip " + tone}>${children}</span>`;

export function Skeleton({ lines = 4 }) {
  return html`<div class="skeleton" role="status" aria-label="loading">${Array.from({ length: lines }, (_, i) => html`<div key=${i}></div>`)}</div>`;
}

export function Problem({ error }) {
  return html`<div class="problem" role="alert">
    <strong>${error.message}</strong>
    ${error.detail && html`<p>${error.detail}</p>`}
    ${error.hint && html`<p>${error.hint}</p>`}
    ${error.sqlstate && html`<p class="muted">SQLSTATE ${error.sqlstate}</p>`}
  </div>`;
}

export function Empty({ title, sql, by, children }) {
  return html`<div class="empty"><strong>${title}</strong>${children && html`<p>${children}</p>`}${sql && html`<${Statement} sql=${sql} by=${by} />`}</div>`;
}

// One of: the answer is on its way, it is an error, there is nothing, or what it is.
export function Answered({ answer, lines, empty, children }) {
  if (answer.loading) return html`<${Skeleton} lines=${lines} />`;
  if (answer.error && !answer.rows) return html`<${Problem} error=${answer.error} />`;
  if (!answer.rows.length && empty) return empty;
  return html`${answer.error && html`<${Problem} error=${answer.error} />`}${children(answer.rows)}`;
}

function csv(columns, rows) {
  const cell = (value) => (/[",\n]/.test(String(value ?? "")) ? '"' + String(value).replaceAll('"', '""') + '"' : String(value ?? ""));
  return [columns.map((c) => cell(c.title)).join(",")]
    .concat(rows.map((row) => columns.map((c) => cell(c.plain ? c.plain(row) : row[c.key])).join(",")))
    .join("\n");
}

// A table that is cards where it is narrow: each cell knows its title.
export function Table({ label, columns, rows, onOpen, opened, rowKey, live = false }) {
  const shown = columns.filter(Boolean);
  return html`<div class="table-holder">
    <table aria-label=${label} class=${live ? "live" : ""}>
      <thead><tr>${shown.map((c) => html`<th key=${c.title} scope="col" class=${c.figure ? "figure-cell" : ""}>${c.title}</th>`)}</tr></thead>
      <tbody>
        ${rows.map((row, place) => {
          const key = rowKey ? rowKey(row) : place;
          return html`<tr key=${key} class=${(onOpen ? "opens " : "") + (opened === key ? "opened" : "")} onClick=${onOpen && ((event) => !event.target.closest("button,a,dialog") && onOpen(row))}>
            ${shown.map((c, i) => {
              const shown = c.show ? c.show(row) : (row[c.key] ?? "–");
              return html`<td key=${c.title} data-title=${c.title} class=${(c.figure ? "figure-cell" : "") + (shown === "–" ? " nothing" : "")}>
                ${i === 0 && onOpen ? html`<button type="button" class="link" onClick=${() => onOpen(row)}>${shown}</button>` : shown}
              </td>`;
            })}
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

// The figures of a chart, for those who do not see it, and for copying.
export function BehindChart({ label, columns, rows }) {
  return html`<details class="behind"><summary>Table</summary>
    <div class="row end"><${CopyButton} text=${csv(columns, rows)} label="Copy as CSV" /></div>
    <${Table} label=${label} columns=${columns} rows=${rows} />
  </details>`;
}

export function Choice({ label, value, options, onChange }) {
  return html`<label class="choice"><span>${label}</span>
    <select value=${value} onChange=${(event) => onChange(event.target.value)}>
      ${options.map(([key, title]) => html`<option key=${key} value=${key} selected=${key === value}>${title}</option>`)}
    </select></label>`;
}

export function Segments({ label, value, options, onChange }) {
  return html`<div class="segments" role="group" aria-label=${label}>
    ${options.map(([key, title]) => html`<button key=${key} type="button" aria-pressed=${key === value ? "true" : "false"} onClick=${() => onChange(key)}>${title}</button>`)}
  </div>`;
}

export function Drawer({ title, onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    return () => before?.isConnected && before.focus?.();
  }, []);
  return html`<dialog ref=${dialog} class="drawer" aria-label=${title} onCancel=${(event) => { event.preventDefault(); onClose(); }}
      onClick=${(event) => event.target === dialog.current && onClose()}>
    <div class="drawer-body">
      <header><h2>${title}</h2><span class="grow"></span><button type="button" class="quiet" aria-label="Close" onClick=${onClose}>✕</button></header>
      ${children}
    </div>
  </dialog>`;
}
