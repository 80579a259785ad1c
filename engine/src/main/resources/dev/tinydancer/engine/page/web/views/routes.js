import { html, useEffect, useMemo, useState } from "../vendor/htm-preact-standalone.js";
import { tell, useAnswer } from "../asking.js";
import { Plane } from "../charts.js";
import { Agent, Answered, BehindChart, Card, Chip, Empty, SqlButton, Statement, Table, usePlace } from "../parts.js";
import { colourByPlace, count, quoted, score } from "../shapes.js";

const CREATE = `SELECT ruvector_create_route('customer_support', 'questions of customers about their orders', 'support-bot',
    utterances => ARRAY['where is my order', 'I want my money back', 'cancel my subscription']);`;

// What is typed, when nobody has typed for a moment.
function useCalm(value, pause = 250) {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(value), pause);
    return () => clearTimeout(timer);
  }, [value]);
  return calm;
}

const verdict = (row) =>
  row.similarity >= row.threshold ? html`<${Chip} tone="good">match<//>`
    : row.similarity >= row.threshold - 0.05 ? html`<${Chip} tone="warn">near miss<//>`
    : html`<${Chip}>no match<//>`;

const again = (route, threshold) => `SELECT ruvector_update_route(${quoted(route.name)}, '{"score_threshold": ${threshold}}');`;

// One query a line.
function MapOfRoutes({ routes }) {
  const place = usePlace();
  const [queries, setQueries] = useState(place.filters.query || "");
  const recent = useAnswer(place.who?.reads_texts ? "requests" : null);
  // Texts of others stay out of the address, which is passed on and kept, until the box was empty again.
  const [kept, setKept] = useState(false);
  const calm = useCalm(queries);
  useEffect(() => place.set({ query: kept ? "" : calm }, false), [calm]);
  const asked = calm.split("\n").map((line) => line.trim()).filter(Boolean).slice(0, 20);
  const answer = useAnswer("route_map", { queries: JSON.stringify(asked) }, 0, tell);
  const names = useMemo(() => routes.map((route) => route.name).sort(), [routes]);
  // What thresholds would do, before anybody sets them.
  const [tried, setTried] = useState({});
  const places = (answer.rows || []).map((row) => (row.kind === "query" ? { ...row, set: row.threshold, threshold: tried[row.route_name] ?? row.threshold } : row));
  const found = places.filter((row) => row.kind === "query");
  const met = new Map(found.map((row) => [row.route_name, row]));
  const differs = (row) => row.similarity >= row.threshold !== row.similarity >= row.set;
  return html`<${Card} title="Map" note="utterances in colours, your queries as rings with lines to the routes that they reach; nothing counts against a limit" sql=${answer.sql}>
    <label class="request-box"><span class="for-readers">Queries, one a line</span>
      <textarea rows="2" placeholder="where is my order" value=${queries} onInput=${(event) => { setQueries(event.target.value); setKept(kept && event.target.value.trim() !== ""); }}></textarea></label>
    ${recent.rows?.length > 0 && html`<p class="row"><button type="button" class="quiet" onClick=${() => { setKept(true); setQueries(recent.rows.map((row) => row.request.replaceAll(/\s+/g, " ").slice(0, 300)).join("\n")); }}>The latest ${count(recent.rows.length)} requests</button> <${SqlButton} sql=${recent.sql} /></p>`}
    <${Answered} answer=${answer} lines=${8}>
      ${() => html`<${Plane} label="Utterances of routes and queries in two dimensions" rows=${places} names=${names} colourOf=${colourByPlace(names)} />
        ${found.length > 0 && html`<${Table} label="Queries and their routes" rows=${found} rowKey=${(row) => row.content + row.route_name} columns=${[
          { title: "Query", show: (row) => html`<span class="text">${row.content}</span>` },
          { title: "Route", key: "route_name" },
          { title: "Similarity", figure: true, show: (row) => row.similarity.toFixed(3) },
          { title: "Threshold", figure: true, show: (row) => row.threshold.toFixed(3) },
          { title: "Verdict", show: (row) => html`${verdict(row)}${differs(row) ? html` <${Chip} tone="accent">changed<//>` : ""}` },
        ]} />
        <div class="sliders">${[...met].map(([name, row]) => html`<label class="slider" key=${name}><span>Threshold of ${name} <output>${row.threshold.toFixed(3)}</output></span>
          <input type="range" min="0" max="1" step="0.005" value=${row.threshold} onInput=${(event) => setTried({ ...tried, [name]: Number(event.target.value) })} /></label>`)}</div>
        ${found.some((row) => row.threshold !== row.set) && html`<p role="status">${count(found.filter(differs).length)} of ${count(found.length)} verdicts change. <button type="button" class="quiet" onClick=${() => setTried({})}>As they are set</button></p>
          ${routes.filter((route) => met.has(route.name) && met.get(route.name).threshold !== met.get(route.name).set).map((route) => html`<${Statement} key=${route.name} by="tiny_dancer_admin" sql=${again(route, met.get(route.name).threshold)} />`)}`}`}
        <${BehindChart} label="Places" rows=${places} columns=${[
          { title: "Kind", key: "kind" }, { title: "Text", key: "content" }, { title: "Route", key: "route_name" },
          { title: "x", figure: true, show: (row) => row.x.toFixed(3), plain: (row) => row.x }, { title: "y", figure: true, show: (row) => row.y.toFixed(3), plain: (row) => row.y }]} />`}
    <//>
  <//>`;
}

const LEAST_EXAMPLES = 5;

// JSON as the function takes it, or lines of query and route with a tab or a bar between, with nothing behind it where no route
// is right.
function readExamples(text) {
  if (/^\s*\[/.test(text)) {
    try {
      const examples = JSON.parse(text);
      return { examples: examples.map(({ query, route }) => ({ query: String(query), route: route || null })) };
    } catch {
      return { examples: [], problem: "This begins like JSON, but is no array of {\"query\": text, \"route\": name or null}." };
    }
  }
  return {
    examples: text.split("\n").map((line) => line.split(/[|\t]/).map((part) => part.trim())).filter(([query]) => query)
      .map(([query, route]) => ({ query, route: route || null })),
  };
}

const share = (part, all) => html`${count(part)} of ${count(all)}`;

// What would be learned: of all examples before and after, of each route its threshold and which of its examples it would miss.
function Fitted({ fit, examples, routes }) {
  const n = fit.example_count;
  const own = (name) => examples.filter((example) => example.route === name).length;
  const missed = (name) => fit.misses.filter((miss) => miss.expected === name).length;
  const kinds = [
    { what: "All", n, before: fit.accuracy_before, after: fit.accuracy_after },
    { what: "With a route", n: n - own(null), before: fit.matched_before, after: fit.matched_after },
    { what: "With none", n: own(null), before: fit.abstained_before, after: fit.abstained_after },
  ].filter((kind) => kind.n);
  const shown = routes.filter((route) => own(route.name) || fit.thresholds[route.name] != null);
  return html`<div class="two">
    <${Table} label="Examples answered rightly" rows=${kinds} rowKey=${(row) => row.what} columns=${[
      { title: "Examples", key: "what" },
      { title: "Right now", figure: true, show: (row) => share(Math.round(row.n * row.before), row.n) },
      { title: "Right when fitted", figure: true, show: (row) => html`<b>${share(Math.round(row.n * row.after), row.n)}</b>` },
    ]} />
    <${Table} label="Fitted thresholds" rows=${shown} rowKey=${(row) => row.name} columns=${[
      { title: "Route", show: (row) => html`<b>${row.name}</b>` },
      { title: "Threshold", figure: true, show: (row) => {
        const now = row.score_threshold == null ? "default" : row.score_threshold.toFixed(3);
        const fitted = fit.thresholds[row.name];
        return fitted == null ? html`${now} <span class="muted">stays</span>` : html`<span class="beside"><span>${now}</span><span class="muted">→</span><b>${fitted.toFixed(3)}</b></span>`;
      } },
      { title: "Right when fitted", figure: true, show: (row) => (own(row.name) ? share(own(row.name) - missed(row.name), own(row.name)) : "–") },
    ]} /></div>
    ${fit.misses.length > 0 && html`<details class="behind"><summary>${count(fit.misses.length)} would still be answered wrongly</summary>
      <${Table} label="Misses" rows=${fit.misses} rowKey=${(row) => row.example} columns=${[
        { title: "Example", show: (row) => html`<span class="text">${examples[row.example - 1]?.query}</span>` },
        { title: "Right is", show: (row) => row.expected ?? "none" },
        { title: "Answered", show: (row) => row.answer ?? "none" },
      ]} /></details>`}
    <p class="muted">Each example is judged by a fit on the others, which did not see it.</p>`;
}

function Fit({ routes }) {
  const [pasted, setPasted] = useState("");
  const calm = useCalm(pasted, 500);
  const { examples, problem } = useMemo(() => readExamples(calm), [calm]);
  const enough = examples.length >= LEAST_EXAMPLES;
  const json = JSON.stringify(examples);
  const answer = useAnswer(enough ? "fit" : null, { examples: json }, 0, tell);
  return html`<${Card} title="Fit thresholds" note="nothing is stored" sql=${enough ? answer.sql : null}>
    <p class="muted">Paste examples, one a line: query, tab or |, route; without a route where none is right. Or JSON.</p>
    <label class="request-box"><span class="for-readers">Examples</span>
      <textarea rows="4" placeholder=${"has my parcel been sent | orders\ntell me a joke |"} value=${pasted} onInput=${(event) => setPasted(event.target.value)}></textarea></label>
    ${problem ? html`<p class="bad" role="alert">${problem}</p>`
      : !enough ? html`<p class="muted">${count(examples.length)} of at least five examples.</p>`
      : html`<${Answered} answer=${answer} lines=${4}>${([fit]) => html`<${Fitted} fit=${fit} examples=${examples} routes=${routes} />`}<//>
        <h3>Store them</h3>
        <${Statement} by="tiny_dancer_admin" sql=${`SELECT accuracy_before, accuracy_after, thresholds, misses\nFROM ruvector_fit_routes(${quoted(json)});`} />`}
  <//>`;
}

export function Routes() {
  const place = usePlace();
  const answer = useAnswer("routes", { range: place.range }, 15_000);
  return html`<${Card} title="Semantic routes" sql=${answer.sql} actions=${html`<${SqlButton} label="Create one" title="Create a route" by="tiny_dancer_admin" sql=${CREATE} />`}>
    <${Answered} answer=${answer} lines=${5} empty=${html`<${Empty} title="No route is defined." sql=${CREATE} by="tiny_dancer_admin">A route names the agent for queries that are like its utterances.<//>`}>
      ${(rows) => html`<${Table} label="Routes" rowKey=${(row) => row.name} rows=${rows} columns=${[
        { title: "Route", show: (row) => html`<b>${row.name}</b>` },
        { title: "Agent", show: (row) => html`<${Agent} name=${row.target_agent} />` },
        { title: "Utterances", figure: true, show: (row) => (Array.isArray(row.utterances) ? row.utterances.length : row.utterances ?? "–") },
        { title: "Threshold", figure: true, show: (row) => (row.score_threshold == null ? "default" : score(row.score_threshold)) },
        { title: "Priority", figure: true, key: "priority" },
        { title: "Requests", figure: true, show: (row) => count(row.routed ?? 0) },
        { title: "Conditions", show: (row) => (row.conditions && Object.keys(row.conditions).length ? html`<code>${JSON.stringify(row.conditions)}</code>` : "–") },
        { title: "Change", show: (row) => html`<${SqlButton} label="Drop" title="Drop the route" by="tiny_dancer_admin" sql=${`SELECT ruvector_drop_route(${quoted(row.name)});`} />` },
      ]} />`}
    <//>
  <//>
  ${answer.rows?.length > 0 && html`<${MapOfRoutes} routes=${answer.rows} /><${Fit} routes=${answer.rows} />`}`;
}
