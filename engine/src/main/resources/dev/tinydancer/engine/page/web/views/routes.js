import { html, useState } from "../vendor/htm-preact-standalone.js";
import { useAnswer } from "../asking.js";
import { Agent, Answered, Card, Chip, Empty, SqlButton, Statement, Table, usePlace } from "../parts.js";
import { count, quoted, score } from "../shapes.js";

const CREATE = `SELECT ruvector_create_route('customer_support', 'questions of customers about their orders', 'support-bot',
    utterances => ARRAY['where is my order', 'I want my money back', 'cancel my subscription']);`;

export function Routes() {
  const place = usePlace();
  const [query, setQuery] = useState("");
  const answer = useAnswer("routes", { range: place.range }, 15_000);
  return html`<${Card} title="Semantic routes" sql=${answer.sql} actions=${html`<${SqlButton} label="Create one" title="Create a route" by="tiny_dancer_admin" sql=${CREATE} />`}>
    <${Answered} answer=${answer} lines=${5} empty=${html`<${Empty} title="No route is defined." sql=${CREATE} by="tiny_dancer_admin">A route names the agent for queries that are like its utterances.<//>`}>
      ${(rows) => html`<${Table} label="Routes" rowKey=${(row) => row.name} rows=${rows} columns=${[
        { title: "Route", show: (row) => html`<b>${row.name}</b>` },
        { title: "Agent", show: (row) => html`<${Agent} name=${row.target_agent} />` },
        { title: "Utterances", figure: true, show: (row) => (Array.isArray(row.utterances) ? row.utterances.length : row.utterances ?? "–") },
        { title: "Threshold", figure: true, show: (row) => score(row.score_threshold) },
        { title: "Priority", figure: true, key: "priority" },
        { title: "Requests", figure: true, show: (row) => count(row.routed ?? 0) },
        { title: "Conditions", show: (row) => (row.conditions && Object.keys(row.conditions).length ? html`<code>${JSON.stringify(row.conditions)}</code>` : "–") },
        { title: "Change", show: (row) => html`<${SqlButton} label="Drop" title="Drop the route" by="tiny_dancer_admin" sql=${`SELECT ruvector_drop_route(${quoted(row.name)});`} />` },
      ]} />`}
    <//>
  <//>
  <${Card} title="Ask which route a query takes" note="asking counts against a route's rate limit, so you run it">
    <label class="request-box"><span class="for-readers">Query</span><input type="text" placeholder="where is my order" value=${query} onInput=${(event) => setQuery(event.target.value)} /></label>
    <${Statement} by="tiny_dancer_user" sql=${`SELECT route_name, similarity, confidence, target_agent\nFROM ruvector_semantic_route(${quoted(query || "where is my order")}, top_k => 5);`} />
    <p class="muted">Thresholds are fitted to pasted examples by</p>
    <${Statement} by="tiny_dancer_admin" sql=${`SELECT * FROM ruvector_fit_routes('[{"query": ${JSON.stringify(query || "where is my order").replaceAll("'", "''")}, "route": "customer_support"}]');`} />
  <//>`;
}
