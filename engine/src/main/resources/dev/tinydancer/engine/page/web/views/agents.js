import { html, useState } from "../vendor/htm-preact-standalone.js";
import { useAnswer } from "../asking.js";
import { Agent, Answered, Card, Chip, Empty, SqlButton, Statement, Table, usePlace } from "../parts.js";
import { count, millis, money, percent, quoted, score } from "../shapes.js";
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

function Details({ agent }) {
  const place = usePlace();
  return html`<div class="details">
    <dl class="facts">
      <div><dt>Type</dt><dd>${agent.agent_type}</dd></div>
      <div><dt>Price</dt><dd>${price(agent)}</dd></div>
      <div><dt>Registered quality</dt><dd>${score(agent.quality_score)}</dd></div>
      <div><dt>Registered latency</dt><dd>${millis(agent.avg_latency_ms)}${agent.p99_latency_ms != null && ", p99 " + millis(agent.p99_latency_ms)}</dd></div>
      <div><dt>Measured p99</dt><dd>${millis(agent.measured_p99_ms)}</dd></div>
      <div><dt>Cost of a request</dt><dd>${agent.routed ? money(agent.spent / agent.routed) : "–"}</dd></div>
      <div><dt>In flight</dt><dd>${agent.in_flight}</dd></div>
      <div><dt>Of all time</dt><dd>${count(agent.total_requests)} requests, ${percent(agent.success_rate)} success</dd></div>
    </dl>
    <p>${(agent.capabilities || []).map((each) => html`<${Chip} key=${each}>${each}<//> `)}</p>
    <p class="row"><a href=${place.href("decisions", { agent: agent.name })}>Its decisions</a> · <a href=${place.href("decisions", { agent: agent.name, outcome: "failure" })}>Its failures</a></p>
    <h3>Change it</h3>
    <${Statement} by="tiny_dancer_admin" sql=${`SELECT ruvector_set_agent_active(${quoted(agent.name)}, ${!agent.active});`} />
    <${Statement} by="tiny_dancer_admin" sql=${`SELECT ruvector_update_agent(${quoted(agent.name)}, '{"quality_score": ${agent.measured_success != null ? agent.measured_success.toFixed(2) : agent.quality_score}, "avg_latency_ms": ${Math.round(agent.measured_latency_ms ?? agent.avg_latency_ms ?? 0)}}');`} />
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
          { title: "Quality → success", figure: true, show: (row) => beside(score(row.quality_score), row.measured_success == null ? "–" : percent(row.measured_success) + interval(row.measured_success, row.completed)) },
          { title: "Latency", figure: true, show: (row) => beside(millis(row.avg_latency_ms), millis(row.measured_latency_ms)) },
          { title: "Price → per request", figure: true, show: (row) => beside(price(row), row.routed ? money(row.spent / row.routed) : "–") },
          { title: "Spend", figure: true, show: (row) => money(row.spent ?? 0) },
        ]} />`}
    <//>
  <//>
  ${opened && html`<${Card} title=${opened.name}><${Details} agent=${opened} /><//>`}`;
}
