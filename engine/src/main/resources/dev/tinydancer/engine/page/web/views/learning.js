import { html, useMemo } from "../vendor/htm-preact-standalone.js";
import { useAnswer } from "../asking.js";
import { Calibration, OverTime } from "../charts.js";
import { Agent, Answered, BehindChart, Card, Empty, Segments, SqlButton, Table, usePlace } from "../parts.js";
import { count, money, percent, score } from "../shapes.js";
import { beginning, heaviest, hourly } from "./overview.js";

const WITHIN = [["1 hour", "last hour"], ["1 day", "last day"], ["7 days", "last 7 days"]];

const merged = (rows, key) => {
  const groups = new Map();
  for (const row of rows) {
    const group = groups.get(row[key]) || { [key]: row[key], requests: 0, expected: 0, observed: 0 };
    group.requests += row.requests;
    group.expected += row.requests * row.expected;
    group.observed += row.requests * row.observed;
    groups.set(row[key], group);
  }
  return [...groups.values()].map((group) => ({ ...group, expected: group.expected / group.requests, observed: group.observed / group.requests }));
};

export function Learning() {
  const place = usePlace();
  const within = WITHIN.some(([key]) => key === place.filters.within) ? place.filters.within : "1 day";
  const answer = useAnswer("calibration", { within }, 30_000);
  const agents = useAnswer("agents", { range: place.range }, 30_000);
  const bins = useMemo(() => merged(answer.rows || [], "bin"), [answer.rows]);
  const byAgent = useMemo(() => merged(answer.rows || [], "agent").sort((a, b) => b.requests - a.requests), [answer.rows]);
  const sampled = answer.rows?.[0]?.one_hour_of;
  const trials = useAnswer("trials", { within }, 30_000);
  const byHour = hourly(place.range);
  const history = useAnswer("history", { range: place.range, period: byHour ? "hour" : "day", group_by: "agent" }, 60_000);
  const points = useMemo(() => (history.rows || []).filter((row) => row.completed_requests).map((row) => ({ time: new Date(row.period_start).getTime(), series: row.group_key, value: row.successes / row.completed_requests })), [history.rows]);
  const series = useMemo(() => heaviest(history.rows || [], (row) => row.completed_requests).sort(), [history.rows]);
  const few = (agents.rows || []).filter((row) => row.active && (row.completed ?? 0) < 30);
  const record = "SELECT ruvector_record_outcome(decision_id, success => true, quality => 0.9);";
  return html`<${Card} title="Success over time" note="by agent" sql=${history.sql}>
    <${Answered} answer=${history} lines=${6} empty=${html`<p class="muted">Nothing was routed in this time.</p>`}>
      ${() => html`<${OverTime} label="Success over time by agent" points=${points} series=${series} stacked=${false} hourly=${byHour} from=${beginning(points, place.range)} to=${Date.now()} format=${(share) => percent(share, 0)} />
        <${BehindChart} label="Success over time" rows=${points} columns=${[
          { title: "From", show: (row) => new Date(row.time).toLocaleString("en-GB"), plain: (row) => new Date(row.time).toISOString() }, { title: "Agent", key: "series" },
          { title: "Success", figure: true, show: (row) => percent(row.value), plain: (row) => row.value }]} />`}
    <//>
  <//>
  <div class="two">
    <${Card} title="Predicted and observed" sql=${answer.sql} actions=${html`<${Segments} label="Time" value=${within} options=${WITHIN} onChange=${(key) => place.set({ within: key })} />`}>
      <${Answered} answer=${answer} lines=${8} empty=${html`<${Empty} title="No outcomes in this time." sql=${record} by="tiny_dancer_user">Without outcomes the registered figures are all there is.<//>`}>
        ${() => html`<${Calibration} label="Predicted against observed quality" bins=${bins} />
          ${sampled > 1 && html`<p class="muted">A sample: one hour of every ${sampled}, ${count(bins.reduce((sum, bin) => sum + bin.requests, 0))} outcomes. The figures by agent are of the same.</p>`}
          <p class="muted">On the line, predictions are as good as they say; above it, agents do better than predicted. Observed is the judged quality, and success where nobody judged.</p>
          <${BehindChart} label="Calibration" rows=${bins} columns=${[
            { title: "Predicted", figure: true, show: (b) => score(b.expected), plain: (b) => b.expected },
            { title: "Observed", figure: true, show: (b) => score(b.observed), plain: (b) => b.observed },
            { title: "Requests", figure: true, key: "requests" }]} />`}
      <//>
    <//>
    <${Card} title="By agent" sql=${answer.sql}>
      <${Answered} answer=${answer} lines=${5} empty=${html`<p class="muted">Nothing yet.</p>`}>
        ${() => html`<${Table} label="Predicted and observed by agent" rowKey=${(row) => row.agent} rows=${byAgent} columns=${[
          { title: "Agent", show: (row) => html`<${Agent} name=${row.agent} />` },
          { title: "Outcomes", figure: true, show: (row) => count(row.requests) },
          { title: "Predicted", figure: true, show: (row) => score(row.expected) },
          { title: "Observed", figure: true, show: (row) => score(row.observed) },
          { title: "Off by", figure: true, show: (row) => html`<span class=${Math.abs(row.observed - row.expected) > 0.1 ? "bad" : ""}>${row.observed >= row.expected ? "+" : "−"}${(100 * Math.abs(row.observed - row.expected)).toFixed(1)} points</span>` },
        ]} />`}
      <//>
      <h3>Tried out <${SqlButton} sql=${trials.sql} /></h3>
      <${Answered} answer=${trials} lines=${2} empty=${html`<p class="muted">Nothing was decided in this time.</p>`}>
        ${(rows) => {
          const tried = rows.filter((row) => row.trials);
          const sum = (key) => rows.reduce((total, row) => total + (row[key] || 0), 0);
          return tried.length
            ? html`<p>${rows[0].one_hour_of > 1 ? "About " : ""}${count(sum("trials"))} of ${count(sum("decisions"))} decisions (${percent(sum("trials") / sum("decisions"))}) tried an agent out, for ${money(sum("cost_of_trials"))}: ${tried.map((row, i) => html`${i ? ", " : ""}<${Agent} name=${row.agent} /> ${count(row.trials)}`)}.${rows[0].one_hour_of > 1 ? ` By one hour of every ${rows[0].one_hour_of}.` : ""}</p>`
            : html`<p class="muted">Nobody in this time: all agents are known well enough, or no outcomes come back.</p>`;
        }}
      <//>
      <h3>Little is known of <${SqlButton} sql=${agents.sql} /></h3>
      ${few.length ? html`<ul class="plain">${few.map((row) => html`<li key=${row.name}><${Agent} name=${row.name} /> <span class="muted">${count(row.completed ?? 0)} outcomes in this time</span></li>`)}</ul>` : html`<p class="muted">Nobody: each active agent has thirty outcomes or more in this time.</p>`}
    <//>
  </div>`;
}
