// The frame: where one is, who one is, and the view.

import { html, render, useEffect, useMemo, useState } from "./vendor/htm-preact-standalone.js";
import { tell, useAnswer, whenLockedOut } from "./asking.js";
import { Choice, Place, Problem, Skeleton } from "./parts.js";
import { meet } from "./shapes.js";
import { Overview } from "./views/overview.js";
import { Decisions } from "./views/decisions.js";
import { Agents } from "./views/agents.js";
import { Try } from "./views/try.js";
import { Budgets } from "./views/budgets.js";
import { Routes } from "./views/routes.js";
import { Learning } from "./views/learning.js";

const VIEWS = [
  ["overview", "Overview", Overview],
  ["decisions", "Decisions", Decisions],
  ["agents", "Agents", Agents],
  ["budgets", "Budgets", Budgets],
  ["routes", "Routes", Routes],
  ["try", "Try", Try],
  ["learning", "Learning", Learning],
];

const RANGES = [
  ["1 hour", "last hour"],
  ["6 hours", "last 6 hours"],
  ["1 day", "last day"],
  ["7 days", "last 7 days"],
  ["30 days", "last 30 days"],
  ["90 days", "last 90 days"],
];

// #/decisions?agent=gpt-4&range=1+day
function read() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  return { view: VIEWS.some(([key]) => key === path) ? path : "overview", filters: Object.fromEntries(new URLSearchParams(query)) };
}

// Whoever types an address may leave a time that is none.
const rangeOf = (range) => (/^[1-9]\d{0,4} (hour|day)s?$/.test(range || "") ? range : "7 days");

function written(view, filters) {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value != null && value !== ""));
  return "#/" + view + (query.size ? "?" + query : "");
}

function usePlaceOfAddress() {
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const follow = () => setPlace(read());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const range = place.filters.range && rangeOf(place.filters.range);
  return useMemo(
    () => ({
      ...place,
      range: rangeOf(range),
      href: (view, filters = {}) => written(view, { range, ...filters }),
      go: (view, filters = {}) => { location.hash = written(view, { range, ...filters }); },
      // Sliders and typing change the address without a step to go back to.
      set: (changes, step = true) => {
        const address = written(place.view, { ...place.filters, ...changes });
        if (step) location.hash = address;
        else { history.replaceState(null, "", address); setPlace(read()); }
      },
    }),
    [place]);
}

function useTheme() {
  const [theme, setTheme] = useState(() => { try { return localStorage.getItem("theme") || "system"; } catch { return "system"; } });
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("theme", theme); } catch { /* a browser that keeps nothing */ }
  }, [theme]);
  return [theme, setTheme];
}

function Login({ onDone, reason }) {
  const [token, setToken] = useState("");
  const [error, setError] = useState(null);
  async function enter(event) {
    event.preventDefault();
    try {
      await tell("login", { token });
      onDone();
    } catch (refusal) {
      setError(refusal);
    }
  }
  return html`<main class="login"><form class="card" onSubmit=${enter}>
    <h1>Tiny Dancer</h1>
    ${!error && html`<p class="muted">${reason}</p>`}
    <label>Token <input type="password" autocomplete="current-password" required value=${token} onInput=${(event) => setToken(event.target.value)} /></label>
    ${error && html`<${Problem} error=${error} />`}
    <button class="primary">Look</button>
    <p class="muted">An administrator makes one:</p>
    <pre tabindex="0">SELECT tiny_dancer.create_page_token('ROLE');</pre>
  </form></main>`;
}

function App() {
  const place = usePlaceOfAddress();
  const [theme, setTheme] = useTheme();
  // With it all views are gone, and what they ask by the second.
  const [lockedOut, setLockedOut] = useState(null);
  useMemo(() => whenLockedOut(setLockedOut), []);
  const session = useAnswer("session");
  const names = useAnswer("names", {}, 60_000);
  if (names.rows) meet(names.rows.map((row) => row.name));
  const [, , View] = VIEWS.find(([key]) => key === place.view);
  const title = VIEWS.find(([key]) => key === place.view)[1];
  useEffect(() => { document.title = title + " · Tiny Dancer"; }, [title]);
  const who = session.rows?.[0];
  if (lockedOut) return html`<${Login} reason=${lockedOut.message} onDone=${() => location.reload()} />`;
  return html`<${Place.Provider} value=${{ ...place, who }}>
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.getElementById("main").focus(); }}>To the content</a>
    <header class="bar">
      <a class="brand" href="#/overview"><img src="icon.svg" alt="" width="22" height="22" />Tiny Dancer</a>
      <nav aria-label="Views">${VIEWS.map(([key, name]) => html`<a key=${key} href=${place.href(key)} aria-current=${key === place.view ? "page" : null}>${name}</a>`)}</nav>
      <span class="grow"></span>
      <${Choice} label="Time" value=${place.range} options=${RANGES.some(([key]) => key === place.range) ? RANGES : [[place.range, place.range], ...RANGES]} onChange=${(range) => place.set({ range })} />
      ${who && html`<span class="who" title=${"as role " + who.role_name + " of database " + who.database_name}>${who.tenant}</span>`}
      <${Choice} label="Colours" value=${theme} options=${[["system", "system"], ["light", "light"], ["dark", "dark"]]} onChange=${setTheme} />
    </header>
    <main id="main" tabindex="-1">
      <h1 class="for-readers">${title}</h1>
      ${session.error ? html`<${Problem} error=${session.error} />` : session.loading || names.loading ? html`<${Skeleton} />` : html`<${View} key=${place.view} />`}
    </main>
  </${Place.Provider}>`;
}

render(html`<${App} />`, document.getElementById("app"));
