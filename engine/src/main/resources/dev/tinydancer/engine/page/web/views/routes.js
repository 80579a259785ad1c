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

// One query a line.
function MapOfRoutes({ routes }) {
  const place = usePlace();
  const [queries, setQueries] = useState(place.filters.query || "");
  const calm = useCalm(queries);
  useEffect(() => place.set({ query: calm }, false), [calm]);
  const asked = calm.split("\n").map((line) => line.trim()).filter(Boolean).slice(0, 20);
  const answer = useAnswer("route_map", { queries: JSON.stringify(asked) }, 0, tell);
  const names = useMemo(() => routes.map((route) => route.name).sort(), [routes]);
  const found = (answer.rows || []).filter((row) => row.kind === "query");
  return html`<${Card} title="Map" note="utterances in colours, your queries as rings with lines to the routes that they reach; nothing counts against a limit" sql=${answer.sql}>
    <label class="request-box"><span class="for-readers">Queries, one a line</span>
      <textarea rows="2" placeholder="where is my order" value=${queries} onInput=${(event) => setQueries(event.target.value)}></textarea></label>
    <${Answered} answer=${answer} lines=${8}>
      ${(rows) => html`<${Plane} label="Utterances of routes and queries in two dimensions" rows=${rows} names=${names} colourOf=${colourByPlace(names)} />
        ${found.length > 0 && html`<${Table} label="Queries and their routes" rows=${found} rowKey=${(row) => row.content + row.route_name} columns=${[
          { title: "Query", show: (row) => html`<span class="text">${row.content}</span>` },
          { title: "Route", key: "route_name" },
          { title: "Similarity", figure: true, show: (row) => row.similarity.toFixed(3) },
          { title: "Threshold", figure: true, show: (row) => row.threshold.toFixed(3) },
          { title: "Verdict", show: verdict },
        ]} />`}
        <${BehindChart} label="Places" rows=${rows} columns=${[
          { title: "Kind", key: "kind" }, { title: "Text", key: "content" }, { title: "Route", key: "route_name" },
          { title: "x", figure: true, show: (row) => row.x.toFixed(3), plain: (row) => row.x }, { title: "y", figure: true, show: (row) => row.y.toFixed(3), plain: (row) => row.y }]} />`}
    <//>
  <//>`;
}

// Lines of "query | route", with nothing behind the bar where no route is right.
function Fit() {
  const [pasted, setPasted] = useState("");
  const examples = pasted.split("\n").map((line) => line.split(/[|\t]/).map((part) => part.trim())).filter(([query]) => query)
    .map(([query, route]) => ({ query, route: route || null }));
  return html`<${Card} title="Fit thresholds" note="paste examples, one a line: query | route, without a route where none is right">
    <label class="request-box"><span class="for-readers">Examples</span>
      <textarea rows="4" placeholder=${"has my parcel been sent | orders\ntell me a joke |"} value=${pasted} onInput=${(event) => setPasted(event.target.value)}></textarea></label>
    ${examples.length < 5
      ? html`<p class="muted">${count(examples.length)} of at least five examples.</p>`
      : html`<${Statement} by="tiny_dancer_admin" sql=${`SELECT accuracy_before, accuracy_after, thresholds, misses\nFROM ruvector_fit_routes(${quoted(JSON.stringify(examples))});`} />`}
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
  ${answer.rows?.length > 0 && html`<${MapOfRoutes} routes=${answer.rows} /><${Fit} />`}`;
}
