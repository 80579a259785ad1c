import { html, useMemo } from "../vendor/htm-preact-standalone.js";
import { useAnswer } from "../asking.js";
import { OverTime, Spark } from "../charts.js";
import { Agent, Answered, BehindChart, Card, Chip, Empty, Segments, SqlButton, Table, Tile, usePlace } from "../parts.js";
import { clock, colour, colourByPlace, count, millis, money, percent, quoted, roundMoney, score } from "../shapes.js";
import { topUp } from "./budgets.js";

export const REGISTER = `SELECT ruvector_register_agent('gpt-4', 'llm', '{reasoning,code}',
    cost_per_1k_tokens => 0.03, avg_latency_ms => 2500, quality_score => 0.95);`;

const MEASURES = {
  spend: { title: "Spend", value: (row) => row.total_cost, stacked: true, format: money, formatAxis: roundMoney },
  requests: { title: "Requests", value: (row) => row.total_requests, stacked: true, format: count },
  success: { title: "Success", value: (row) => (row.completed_requests ? row.successes / row.completed_requests : null), stacked: false, format: (v) => percent(v, 0) },
  quality: { title: "Quality", value: (row) => row.mean_quality, stacked: false, format: score },
  latency: { title: "Latency p95", value: (row) => row.p95_latency_ms, stacked: false, format: millis },
};
const GROUPS = [["agent", "by agent"], ["category", "by category"], ["tag", "by tag"], ["route", "by route"]];

export const lengthOf = (range) => {
  const [amount, unit] = range.split(" ");
  return Number(amount) * { hour: 3600e3, day: 86400e3 }[unit.replace(/s$/, "")];
};
export const hourly = (range) => (lengthOf(range) || 8 * 86400e3) <= 7 * 86400e3;

// Where nothing was routed in the first half of the time, the chart begins a little before the first request.
export function beginning(points, range) {
  const from = Date.now() - (lengthOf(range) || 0);
  const first = Math.min(...points.map((point) => point.time));
  const least = Date.now() - 12 * (hourly(range) ? 3600e3 : 86400e3);
  return first > (from + Date.now()) / 2 ? Math.max(from, Math.min(first, least)) : from;
}

// As many as there are colours to tell apart.
const DRAWN = 8;

// The names of the groups with the most, the first first.
export function heaviest(rows, weight) {
  const totals = new Map();
  for (const row of rows) totals.set(row.group_key, (totals.get(row.group_key) || 0) + (weight(row) || 0));
  return [...totals.entries()].sort((a, b) => b[1] - a[1]).map(([name]) => name).slice(0, DRAWN);
}

/**
 * What the chart draws of the history: those with the most of the measure and, where it adds up, the sum of all others. Where it
 * does not, as with a share or a percentile, those with the most requests.
 */
function drawn(rows, { value, stacked }) {
  const series = heaviest(rows, stacked ? value : (row) => row.total_requests);
  const points = [];
  const rest = new Map();
  const left = new Set();
  for (const row of rows) {
    const time = new Date(row.period_start).getTime();
    if (series.includes(row.group_key)) points.push({ time, series: row.group_key, value: value(row) });
    else {
      left.add(row.group_key);
      rest.set(time, (rest.get(time) || 0) + value(row));
    }
  }
  if (!stacked || !left.size) return { points, series, left: left.size };
  const others = left.size === 1 ? "1 other" : left.size + " others";
  return { points: [...points, ...[...rest].map(([time, sum]) => ({ time, series: others, value: sum }))], series: [...series, others], others, left: left.size };
}

const change = (now, before) => (now == null || !before ? null : now / before - 1);

function Attention() {
  const answer = useAnswer("attention", {}, 10_000);
  const place = usePlace();
  const entry = {
    circuit: (row) => html`<${Chip} tone="bad">${row.state.replace("_", " ")}<//> the circuit of <a href=${place.href("agents", { agent: row.subject })}>${row.subject}</a>${row.figure == null ? "" : ", for " + millis(1000 * row.figure)}`,
    budget: (row) => html`<${Chip} tone=${row.figure >= 1 ? "bad" : "warn"}>${percent(row.figure, 0)}<//> of budget <a href=${place.href("budgets")}>${row.subject}</a> used${row.used_up_at == null ? "" : ", at this pace all of it by " + clock(row.used_up_at)} <${SqlButton} label="more" title="Give the budget more, for this period" by="tiny_dancer_admin" sql=${topUp(row.subject, row.amount)} />`,
    failing: (row) => html`<${Chip} tone="bad">${percent(row.figure, 0)}<//> success of <a href=${place.href("decisions", { agent: row.subject, outcome: "failure" })}>${row.subject}</a> in the last hour, ${row.state} % in the last 7 days <${SqlButton} label="pause" title="Let it rest" by="tiny_dancer_admin" sql=${`SELECT ruvector_set_agent_active(${quoted(row.subject)}, false);`} />`,
    worse: (row) => html`<${Chip} tone="warn">${score(row.figure)}<//> mean quality of <a href=${place.href("agents", { agent: row.subject })}>${row.subject}</a> in the last day, ${row.state} in the last 30 days`,
    "no agents": () => html`<${Chip} tone="warn">start<//> no agent is registered <${SqlButton} label="how" title="Register the first agent" by="tiny_dancer_admin" sql=${REGISTER} />`,
    "no outcomes": (row) => html`<${Chip} tone="warn">no outcomes<//> ${count(Number(row.state))} decisions since yesterday, and nothing came back to learn from <${SqlButton} label="how" title="Record what came of a decision" by="tiny_dancer_user" sql=${"SELECT ruvector_record_outcome(decision_id, success => true, latency_ms => 380, output_tokens => 212);"} />`,
  };
  return html`<${Card} title="Needs attention" sql=${answer.sql} className="attention">
    <${Answered} answer=${answer} lines=${3} empty=${html`<p class="calm"><span aria-hidden="true">✓</span> Nothing. Circuits are closed, budgets have room, agents answer.</p>`}>
      ${(rows) => html`<ul>${rows.map((row) => html`<li key=${row.kind + row.subject}>${entry[row.kind](row)}</li>`)}</ul>`}
    <//>
  <//>`;
}

function Tiles() {
  const { range } = usePlace();
  const answer = useAnswer("summary", { range }, 10_000);
  const history = useAnswer("history", { range, period: hourly(range) ? "hour" : "day", group_by: "tenant" }, 30_000);
  const figures = useAnswer("figures", { range, group_by: "tenant" }, 10_000);
  return html`<${Answered} answer=${answer} lines=${3}>
    ${(rows) => {
      const now = rows.find((row) => row.period === "now") || { total_requests: 0 };
      const before = rows.find((row) => row.period === "before") || {};
      const step = hourly(range) ? 3600e3 : 86400e3;
      const from = Date.now() - (lengthOf(range) || 0);
      const series = (value) => ({ from, step, slots: Math.ceil((Date.now() - from) / step) + 1, points: (history.rows || []).map((row) => [new Date(row.period_start).getTime(), value(row)]) });
      const success = (row) => (row.completed_requests ? row.successes / row.completed_requests : null);
      const whole = figures.rows?.[0];
      const saved = whole?.cost_of_best == null ? null : whole.cost_of_best - whole.total_cost;
      return html`<div class="tiles">
        <${Tile} label="Spent" value=${money(now.total_cost ?? 0)} change=${change(now.total_cost, before.total_cost)} sql=${answer.sql}><${Spark} label="spend over time" ...${series((row) => row.total_cost)} /><//>
        ${saved != null && html`<${Tile} label="Saved" value=${money(saved)} sql=${figures.sql} note=${whole.cost_of_best > 0 ? percent(saved / whole.cost_of_best, 0) + " of always asking the best" : ""} />`}
        <${Tile} label="Requests" value=${count(now.total_requests)} change=${change(now.total_requests, before.total_requests)} sql=${answer.sql}><${Spark} label="requests over time" ...${series((row) => row.total_requests)} /><//>
        <${Tile} label="Success" value=${percent(success(now))} good=${true} points=${true} change=${success(now) == null || success(before) == null ? null : success(now) - success(before)} note=${now.completed_requests ? count(now.completed_requests) + " outcomes" : "no outcomes yet"} sql=${answer.sql}><${Spark} label="success over time" ...${series(success)} /><//>
        <${Tile} label="Latency p95" value=${millis(now.p95_latency_ms)} good=${false} change=${change(now.p95_latency_ms, before.p95_latency_ms)} note=${now.p50_latency_ms == null ? "no latencies yet" : "median " + millis(now.p50_latency_ms)} sql=${answer.sql}><${Spark} label="latency over time" ...${series((row) => row.p95_latency_ms)} /><//>
      </div>`;
    }}
  <//>`;
}

export function Overview() {
  const place = usePlace();
  const { range } = place;
  const measure = MEASURES[place.filters.measure] ? place.filters.measure : "spend";
  const group = GROUPS.some(([key]) => key === place.filters.by) ? place.filters.by : "agent";
  const history = useAnswer("history", { range, period: hourly(range) ? "hour" : "day", group_by: group }, 30_000);
  const figures = useAnswer("figures", { range, group_by: group }, 10_000);
  const { value, format, formatAxis = format, stacked, title } = MEASURES[measure];
  const { points, series, others, left } = useMemo(() => drawn(history.rows || [], MEASURES[measure]), [history.rows, measure]);
  const byName = group === "agent" ? colour : colourByPlace(series);
  const name = (key) => (group === "agent" ? html`<${Agent} name=${key} />` : key);
  const all = (figures.rows || []).reduce((sum, row) => sum + row.total_requests, 0);
  return html`<${Tiles} />
  <div class="wide-and-side">
    <${Card} title=${title + " over time"} sql=${history.sql}
      actions=${html`<${Segments} label="Measure" value=${measure} options=${Object.entries(MEASURES).map(([key, m]) => [key, m.title])} onChange=${(key) => place.set({ measure: key })} />
      <${Segments} label="Grouping" value=${group} options=${GROUPS} onChange=${(key) => place.set({ by: key })} />`}>
      <${Answered} answer=${history} lines=${7} empty=${html`<${Empty} title="Nothing was routed in this time." by="tiny_dancer_user" sql=${"SELECT agent_name, reasoning FROM ruvector_route('Write a function that sorts a list');"} />`}>
        ${(rows) => html`<${OverTime} label=${title + " over time, " + GROUPS.find(([key]) => key === group)[1]} points=${points} series=${series} stacked=${stacked} format=${format} formatAxis=${formatAxis} colourOf=${(key) => (key === others ? "series-others" : byName(key))} hourly=${hourly(range)} from=${beginning(points, range)} to=${Date.now()} />
          ${left > 0 && !stacked && html`<p class="muted">Those with the most requests; ${count(left)} more ${left === 1 ? "is" : "are"} in the table.</p>`}
          <${BehindChart} label=${title} rows=${rows} columns=${[
            { title: "From", key: "period_start", show: (row) => new Date(row.period_start).toLocaleString("en-GB"), plain: (row) => row.period_start },
            { title: "Group", key: "group_key" }, { title: "Requests", key: "total_requests", figure: true },
            { title: title, figure: true, show: (row) => format(value(row)), plain: value }]} />`}
      <//>
    <//>
    <${Attention} />
  </div>
  <${Card} title=${{ agent: "Agents", category: "Categories", tag: "Tags", route: "Routes" }[group]} sql=${figures.sql}>
    <${Answered} answer=${figures} lines=${5} empty=${html`<${Empty} title="No agent was asked in this time." sql=${REGISTER} by="tiny_dancer_admin" />`}>
      ${(rows) => html`<${Table} label="Figures" rowKey=${(row) => row.group_key} rows=${rows}
        onOpen=${group === "route" ? null : (row) => place.go("decisions", { [group]: row.group_key })}
        columns=${[
          { title: group[0].toUpperCase() + group.slice(1), show: (row) => name(row.group_key) },
          { title: "Requests", figure: true, show: (row) => count(row.total_requests) },
          { title: "Share", show: (row) => html`<span class="share"><svg width="100%" height="8" aria-hidden="true"><rect width="100%" height="8" rx="3" class="track" /><rect width=${(100 * row.total_requests) / (all || 1) + "%"} height="8" rx="3" class=${"bar"} /></svg><span>${percent(row.total_requests / (all || 1), 0)}</span></span>` },
          { title: "Spend", figure: true, show: (row) => money(row.total_cost) },
          rows[0].cost_of_best !== undefined && { title: "Saved", figure: true, show: (row) => (row.cost_of_best == null ? "–" : money(row.cost_of_best - row.total_cost)) },
          { title: "Success", figure: true, show: (row) => percent(row.success_rate) },
          rows[0].mean_quality !== undefined && { title: "Quality", figure: true, show: (row) => (row.mean_quality == null ? "–" : row.mean_quality.toFixed(2)) },
          { title: "Latency", figure: true, show: (row) => millis(row.avg_latency_ms) },
          { title: "p99", figure: true, show: (row) => millis(row.p99_latency_ms) },
        ]} />`}
    <//>
  <//>`;
}
