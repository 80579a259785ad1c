import { html, useEffect, useMemo, useState } from "../vendor/htm-preact-standalone.js";
import { tell, useAnswer } from "../asking.js";
import { Tradeoff } from "../charts.js";
import { Agent, Card, Chip, Choice, CopyButton, Empty, Problem, Skeleton, SqlButton, Statement, Table, usePlace } from "../parts.js";
import { millis, money, quoted, score, utility } from "../shapes.js";
import { REGISTER } from "./overview.js";

const EXAMPLE = "Write a Python function to calculate Fibonacci numbers";
const DEBOUNCE = 120;

// Sliders of money and time go by powers, from "any" at the right end.
const SLIDERS = {
  max_cost: { title: "At most, cost", from: -5, to: 0.5, any: 0.5, step: 0.1, value: (p) => 10 ** p, format: money },
  max_latency_ms: { title: "At most, latency", from: 1.5, to: 5, any: 5, step: 0.05, value: (p) => 10 ** p, format: millis },
  min_quality: { title: "At least, quality", from: 0, to: 1, any: 0, step: 0.01, value: (p) => p, format: score },
};

function Slider({ name, value, onChange }) {
  const slider = SLIDERS[name];
  const place = value == null || value === "" ? slider.any : Number(value);
  const any = place === slider.any;
  return html`<label class="slider"><span>${slider.title} <output>${any ? "any" : slider.format(slider.value(place))}</output></span>
    <input type="range" min=${slider.from} max=${slider.to} step=${slider.step} value=${place}
      aria-valuetext=${any ? "any" : slider.format(slider.value(place))}
      onInput=${(event) => onChange(Number(event.target.value) === slider.any ? "" : event.target.value)} /></label>`;
}

function useTried(parameters) {
  const [state, setState] = useState({ loading: true, rows: null, error: null });
  const key = JSON.stringify(parameters);
  useEffect(() => {
    if (!parameters) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const answer = await tell("try", parameters, abort.signal);
        setState({ loading: false, error: null, ...answer });
      } catch (error) {
        if (error.name !== "AbortError") setState((before) => ({ ...before, loading: false, error }));
      }
    }, DEBOUNCE);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [key]);
  return state;
}

function routeStatement(parameters) {
  const lines = Object.entries(parameters)
    .filter(([key, value]) => key !== "request" && value != null && value !== "")
    .map(([key, value]) => `    ${key === "policy" ? "optimize_for" : key} => ${typeof value === "number" ? value : quoted(value)}`);
  return "SELECT agent_name, reasoning, decision_id\nFROM ruvector_route(\n    " + [quoted(parameters.request), ...lines.map((l) => l.trim())].join(",\n    ") + ");";
}

function Tried({ title, parameters, policies, onPolicy, onRemove }) {
  const answer = useTried(parameters);
  const rows = answer.rows || [];
  const chosen = rows.find((row) => row.chosen);
  const candidates = rows.map((row) => ({ name: row.agent_name, quality: row.expected_quality, cost: row.estimated_cost, excluded: row.excluded_by }));
  return html`<${Card} title=${title} sql=${answer.sql} actions=${html`<${Choice} label="Policy" value=${parameters.policy} options=${policies} onChange=${onPolicy} />${onRemove && html`<button type="button" class="quiet" onClick=${onRemove}>Remove</button>`}`}>
    ${answer.loading ? html`<${Skeleton} lines=${6} />` : html`
      ${answer.error && html`<${Problem} error=${answer.error} />`}
      ${!answer.error && !rows.length ? html`<${Empty} title="No agent is registered yet." sql=${REGISTER} by="tiny_dancer_admin" />` : html`
      <div aria-live="polite" class="verdict">${answer.error ? "" : chosen
        ? html`<p class="lead"><${Agent} name=${chosen.agent_name} /> <span class="muted">${score(chosen.expected_quality)} quality · ${money(chosen.estimated_cost)} · ${millis(chosen.estimated_latency_ms)}</span></p><p>${chosen.reasoning}</p>`
        : html`<p class="lead">Nobody fits.</p><p class="muted">Move a slider back: the table says what excludes each.</p>`}</div>
      <${Tradeoff} label="Expected quality against estimated cost of each agent" candidates=${candidates} chosen=${chosen?.agent_name} formatCost=${money} />
      <${Table} label="Candidates" rowKey=${(row) => row.agent_name} rows=${rows} columns=${[
        { title: "Agent", show: (row) => html`<${Agent} name=${row.agent_name} />${row.chosen ? html` <${Chip} tone="accent">chosen<//>` : ""}` },
        { title: "Quality", figure: true, show: (row) => score(row.expected_quality) },
        { title: "Evidence", figure: true, show: (row) => (row.quality_evidence == null ? "–" : row.quality_evidence.toFixed(row.quality_evidence < 10 ? 1 : 0)) },
        { title: "Cost", figure: true, show: (row) => money(row.estimated_cost) },
        { title: "Latency", figure: true, show: (row) => millis(row.estimated_latency_ms) },
        { title: "Utility", figure: true, show: (row) => utility(row.utility) },
        { title: "Excluded by", show: (row) => (row.excluded_by ? html`<span class="bad">${row.excluded_by}</span>` : "–") },
      ]} />
      ${(answer.notices || []).map((notice) => html`<p class="muted" key=${notice}>NOTICE: ${notice}</p>`)}
      <details class="behind"><summary>Route it really</summary><${Statement} by="tiny_dancer_user" sql=${routeStatement(parameters)} /></details>`}`}
  <//>`;
}

export function Try() {
  const place = usePlace();
  const { filters } = place;
  const [text, setText] = useState(EXAMPLE);
  const listed = useAnswer("policies", {}, 0);
  const policies = (listed.rows || [{ name: "balanced" }]).map((row) => [row.name, row.name]);
  const value = (name) => (filters[name] == null || filters[name] === "" ? null : Number(SLIDERS[name].value(Number(filters[name])).toPrecision(3)));
  const common = { request: text.trim(), max_cost: value("max_cost"), max_latency_ms: value("max_latency_ms"), min_quality: value("min_quality") };
  const first = filters.policy || "balanced";
  const second = filters.beside;
  return html`<${Card} title="Try a request" note="nothing is logged, reserved or learned">
    <label class="request-box"><span class="for-readers">Request</span>
      <textarea rows="3" value=${text} maxlength="20000" placeholder="What would you ask?" onInput=${(event) => setText(event.target.value)}></textarea></label>
    <div class="sliders">${Object.keys(SLIDERS).map((name) => html`<${Slider} key=${name} name=${name} value=${filters[name]} onChange=${(to) => place.set({ [name]: to }, false)} />`)}</div>
    ${!second && html`<div class="row end"><button type="button" onClick=${() => place.set({ beside: first === "cost" ? "quality" : "cost" })}>Compare with another policy</button></div>`}
  <//>
  ${!common.request ? html`<${Empty} title="Type a request to see who would answer it." />` : html`<div class=${second ? "two" : ""}>
    <${Tried} title="Choice" parameters=${{ ...common, policy: first }} policies=${policies} onPolicy=${(policy) => place.set({ policy })} />
    ${second && html`<${Tried} title="Beside it" parameters=${{ ...common, policy: second }} policies=${policies} onPolicy=${(policy) => place.set({ beside: policy })} onRemove=${() => place.set({ beside: "" })} />`}
  </div>`}`;
}
