import { html, useMemo } from "../vendor/htm-preact-standalone.js";
import { useAnswer } from "../asking.js";
import { OverTime } from "../charts.js";
import { Agent, Answered, BehindChart, Card, Chip, Empty, SqlButton, Statement, Table, usePlace } from "../parts.js";
import { clock, count, millis, money, percent, quoted, score } from "../shapes.js";
import { REGISTER } from "./overview.js";

export const circuitTone = { closed: "good", open: "bad", half_open: "warn" };

function price(agent) {
  const parts = [];
  if (agent.cost_per_1k_input_tokens != null || agent.cost_per_1k_output_tokens != null) {
    if (agent.cost_per_1k_input_tokens === agent.cost_per_1k_output_tokens) parts.push(money(agent.cost_per_1k_input_tokens) + " / 1k tokens");
    else parts.push(money(agent.cost_per_1k_input_tokens) + " in, " + money(agent.cost_per_1k_output_tokens) + " out / 1k");
  } else if (agent.cost_per_1k_tokens != null) parts.push(money(agent.cost_per_1k_tokens) + " / 1k tokens");
  if (agent.cost_per_call) parts.push(money(agent.cost_per_call) + " / call");
  if (agent.cost_per_second) parts.push(money(agent.cost_per_second) + " / s");
  return parts.join(", ") || "free";
}

const beside = (registered, measured) => html`<span class="beside"><span>${registered}</span><span class="muted">→</span><b>${measured}</b></span>`;

// Half of the width of the interval in which the true share is with 95 %, by the normal approximation of Agresti and Coull.
function interval(share, n) {
  if (share == null || !n) return "";
  const p = (share * n + 2) / (n + 4);
  return " ± " + (196 * Math.sqrt((p * (1 - p)) / (n + 4))).toFixed(1);
}

const perUnit = (key) => ({ call: "per call", second: "per second" })[key] || key.replaceAll("_", " ") + " / 1k";

function Prices({ name }) {
  const answer = useAnswer("prices", { agent: name });
  return html`<section><h3>Prices <${SqlButton} sql=${answer.sql} /></h3>
    <${Answered} answer=${answer} lines=${2} empty=${html`<p class="muted">It costs nothing.</p>`}>
      ${(rows) => html`<${Table} label="Prices" rowKey=${(row) => row.effective_from} rows=${[...rows].reverse()} columns=${[
        { title: "From", show: (row) => (row.effective_from === "-infinity" ? "the beginning" : clock(row.effective_from)) },
        { title: "US dollars", show: (row) => Object.entries(row.prices).filter(([, usd]) => usd != null).map(([key, usd]) => (typeof usd === "number" ? money(usd) + " " + perUnit(key) : key + " " + JSON.stringify(usd))).join(", ") || "free" },
        { title: "State", show: (row) => (row.holds ? html`<${Chip} tone="good">holds<//>` : new Date(row.effective_from) > new Date() ? html`<${Chip} tone="accent">to come<//>` : html`<${Chip}>past<//>`) },
      ]} />`}
    <//>
    <${Statement} by="tiny_dancer_admin" sql=${`SELECT ruvector_set_prices(${quoted(name)}, '{"input": 0.0025, "output": 0.01}', '2027-01-01 00:00 UTC');`} /></section>`;
}

// What opens circuits, hour by hour.
function Answers({ name }) {
  const answer = useAnswer("answers", { agent: name }, 30_000);
  const points = useMemo(() => (answer.rows || []).map((row) => ({ time: new Date(row.hour).getTime(), series: row.kind.replace("_", " "), value: row.outcomes })), [answer.rows]);
  const series = [...new Set(points.map((point) => point.series))].sort((a, b) => (b === "success") - (a === "success") || a.localeCompare(b));
  return html`<section><h3>What came back in the last day <${SqlButton} sql=${answer.sql} /></h3>
    <${Answered} answer=${answer} lines=${4} empty=${html`<p class="muted">No outcome was recorded.</p>`}>
      ${(rows) => html`<${OverTime} label=${"Outcomes of " + name + " by hour and kind"} points=${points} series=${series} stacked=${true} hourly=${true} from=${Date.now() - 86400e3} to=${Date.now()} format=${count}
        colourOf=${(kind) => (kind === "success" ? "series-2" : ["series-5", "series-1", "series-3", "series-7"][Math.max(0, series.indexOf(kind) - 1) % 4])} />
        <p class="muted">Its circuit opens when half or more of its latest twenty outcomes are failures to answer, five of them at least within ten minutes.</p>
        <${BehindChart} label="Outcomes by hour" rows=${rows} columns=${[{ title: "Hour", key: "hour" }, { title: "Kind", key: "kind" }, { title: "Outcomes", key: "outcomes", figure: true }]} />`}
    <//></section>`;
}

// When its circuit was not closed.
function Outages({ name }) {
  const answer = useAnswer("outages", { agent: name }, 10_000);
  return html`<section><h3>Outages <${SqlButton} sql=${answer.sql} /></h3>
    <${Answered} answer=${answer} lines=${2} empty=${html`<p class="muted">Its circuit was closed as far as the log reaches back.</p>`}>
      ${(rows) => html`<${Table} label="Outages" rowKey=${(row) => row.began_at} rows=${rows} columns=${[
        { title: "Circuit opened", show: (row) => clock(row.began_at) },
        { title: "Closed again", show: (row) => (row.ended_at == null ? html`<${Chip} tone="bad">not yet<//>` : clock(row.ended_at)) },
        { title: "After", figure: true, show: (row) => millis(1000 * row.seconds) },
      ]} />`}
    <//></section>`;
}

// For which requests it is the one, and who is it for the others.
function Shares({ name }) {
  const answer = useAnswer("shares", { agent: name }, 60_000);
  return html`<section><h3>Chosen in the last day <${SqlButton} sql=${answer.sql} /></h3>
    <${Answered} answer=${answer} lines=${3} empty=${html`<p class="muted">Nothing was decided.</p>`}>
      ${(rows) => html`<${Table} label="Chosen by category" rowKey=${(row) => row.category} rows=${rows} columns=${[
        { title: "Category", key: "category" },
        { title: "Decisions", figure: true, show: (row) => count(row.decisions) },
        { title: "Chosen", figure: true, show: (row) => percent(row.chosen / row.decisions, 0) },
        { title: "Most often", show: (row) => html`<${Agent} name=${row.most_often} />` },
      ]} />`}
    <//></section>`;
}

const off = (registered, measured) => (registered && measured != null ? (measured >= registered ? "+" : "−") + percent(Math.abs(measured / registered - 1), 0) : null);

const compared = (agent) => [
  { what: "Quality", registered: score(agent.quality_score), measured: score(agent.measured_quality), off: off(agent.quality_score, agent.measured_quality) },
  { what: "Success", registered: "–", measured: agent.measured_success == null ? "–" : percent(agent.measured_success) + interval(agent.measured_success, agent.completed) + " points" },
  { what: "Latency, mean", registered: millis(agent.avg_latency_ms), measured: millis(agent.measured_latency_ms), off: off(agent.avg_latency_ms, agent.measured_latency_ms) },
  { what: "Latency, p99", registered: millis(agent.p99_latency_ms), measured: millis(agent.measured_p99_ms), off: off(agent.p99_latency_ms, agent.measured_p99_ms) },
  { what: "Cost of a request", registered: price(agent), measured: money(agent.routed ? agent.spent / agent.routed : null) },
];

function Details({ agent }) {
  const place = usePlace();
  return html`<div class="details">
    <dl class="facts">
      <div><dt>Type</dt><dd>${agent.agent_type}</dd></div>
      <div><dt>In flight</dt><dd>${agent.in_flight}</dd></div>
      <div><dt>Of all time</dt><dd>${count(agent.total_requests)} requests, ${percent(agent.success_rate)} success</dd></div>
    </dl>
    <${Table} label="Registered and measured" rows=${compared(agent)} rowKey=${(row) => row.what} columns=${[
      { title: "Figure", key: "what" }, { title: "Registered", key: "registered", figure: true }, { title: "Measured", figure: true, show: (row) => html`<b>${row.measured}</b>` }, { title: "Off by", figure: true, show: (row) => row.off ?? "–" }]} />
    <p>${(agent.capabilities || []).map((each) => html`<${Chip} key=${each}>${each}<//> `)}</p>
    <p class="row"><a href=${place.href("decisions", { agent: agent.name })}>Its decisions</a> · <a href=${place.href("decisions", { agent: agent.name, outcome: "failure" })}>Its failures</a></p>
    <div class="two"><${Answers} name=${agent.name} /><${Outages} name=${agent.name} /></div>
    <div class="two"><${Shares} name=${agent.name} /><${Prices} name=${agent.name} /></div>
    <h3>Change it</h3>
    <${Statement} by="tiny_dancer_admin" sql=${`SELECT ruvector_set_agent_active(${quoted(agent.name)}, ${!agent.active});`} />
    <${Statement} by="tiny_dancer_admin" sql=${`SELECT ruvector_update_agent(${quoted(agent.name)}, '{"quality_score": ${agent.measured_quality != null ? agent.measured_quality.toFixed(2) : agent.quality_score}, "avg_latency_ms": ${Math.round(agent.measured_latency_ms ?? agent.avg_latency_ms ?? 0)}}');`} />
  </div>`;
}

export function Agents() {
  const place = usePlace();
  const answer = useAnswer("agents", { range: place.range }, 10_000);
  const opened = (answer.rows || []).find((row) => row.name === place.filters.agent);
  return html`<${Card} title="Agents" note="registered → measured in this time" sql=${answer.sql}
      actions=${html`<${SqlButton} label="Register one" title="Register an agent" by="tiny_dancer_admin" sql=${REGISTER} />`}>
    <${Answered} answer=${answer} lines=${6} empty=${html`<${Empty} title="No agent is registered yet." sql=${REGISTER} by="tiny_dancer_admin" />`}>
      ${(rows) => html`<${Table} label="Agents" rowKey=${(row) => row.name} opened=${opened?.name} rows=${rows}
        onOpen=${(row) => place.set({ agent: row.name === opened?.name ? "" : row.name })}
        columns=${[
          { title: "Agent", show: (row) => html`<${Agent} name=${row.name} />` },
          { title: "State", show: (row) => (!row.active ? html`<${Chip}>paused<//>` : html`<${Chip} tone=${circuitTone[row.circuit]}>circuit ${row.circuit.replace("_", " ")}<//>`) },
          { title: "Requests", figure: true, show: (row) => count(row.routed ?? 0) },
          { title: "In flight", figure: true, show: (row) => row.in_flight },
          { title: "Quality", figure: true, show: (row) => beside(score(row.quality_score), score(row.measured_quality)) },
          { title: "Success", figure: true, show: (row) => (row.measured_success == null ? "–" : percent(row.measured_success) + interval(row.measured_success, row.completed)) },
          { title: "Latency", figure: true, show: (row) => beside(millis(row.avg_latency_ms), millis(row.measured_latency_ms)) },
          { title: "Price → per request", figure: true, show: (row) => beside(price(row), row.routed ? money(row.spent / row.routed) : "–") },
          { title: "Spend", figure: true, show: (row) => money(row.spent ?? 0) },
        ]} />`}
    <//>
  <//>
  ${opened && html`<${Card} title=${opened.name}><${Details} agent=${opened} /><//>`}`;
}
