import { html, useMemo, useState } from "../vendor/htm-preact-standalone.js";
import { useAnswer } from "../asking.js";
import { Burn, BurnDown } from "../charts.js";
import { Agent, Answered, BehindChart, Card, Chip, Empty, SqlButton, Table } from "../parts.js";
import { ago, clock, count, money, percent, quoted, roundMoney } from "../shapes.js";

// Half of it again, for the present period. To set it anew would take its period and its alerts, too, unless they are named.
export const topUp = (scope, amount) => `SELECT ruvector_top_up_budget(${quoted(scope)}, ${Number((amount / 2).toPrecision(2)) || 1});`;

const SET = "SELECT ruvector_set_budget('all', 100, period => 'month', on_exhausted => 'cheapest');";

const UNIT = { hour: 3600e3, day: 86400e3 };

/**
 * How the budget came down: what was left, counted back from now, so that a budget that was set, topped up or reset within its
 * period ends where it stands. And between which figures it goes on: at the same pace, give or take twice the standard error
 * of a sum of as many hours or days as are left, once four are over since the first in which anything was spent.
 */
function course(row, spends, unit) {
  const now = Date.now();
  const start = new Date(row.period_start).getTime();
  const end = new Date(row.period_end).getTime();
  const left = row.amount - row.spent;
  const points = [];
  let after = left;
  for (const { time, cost } of [...spends].reverse()) {
    points.unshift({ time: Math.min(now, time + unit), left: Math.min(row.amount, after) });
    after += cost;
  }
  points.unshift({ time: start, left: Math.min(row.amount, after) });
  if (points.at(-1).time < now) points.push({ time: now, left });
  const over = Math.floor((now - (spends[0]?.time ?? now)) / unit);
  let band = null;
  if (over >= 4) {
    const whole = spends.filter(({ time }) => time + unit <= now).map(({ cost }) => cost);
    const mean = whole.reduce((sum, cost) => sum + cost, 0) / over;
    const variance = (whole.reduce((sum, cost) => sum + (cost - mean) ** 2, 0) + Math.max(0, over - whole.length) * mean ** 2) / (over - 1);
    const give = 2 * Math.sqrt((variance * (end - now)) / unit);
    band = { low: row.amount - row.projected - give, high: Math.min(left, row.amount - row.projected + give) };
  }
  return { start, end, points, band };
}

// Only what analytics groups by has a course of its own.
function Course({ row, shown }) {
  const [opened, setOpened] = useState(shown);
  const [kind, name] = row.scope === "all" ? ["tenant", null] : [row.scope.slice(0, row.scope.indexOf(":")), row.scope.slice(row.scope.indexOf(":") + 1)];
  const drawn = ["tenant", "agent", "tag"].includes(kind) && !["hour", "total"].includes(row.period);
  const period = row.period === "day" || row.period === "week" ? "hour" : "day";
  const unit = UNIT[period];
  const start = new Date(row.period_start).getTime();
  const gone = Math.max(1, Math.ceil((Date.now() - start) / 3600e3));
  const answer = useAnswer(drawn && opened ? "history" : null, { range: gone + " hours", period, group_by: kind }, 60_000);
  const spends = useMemo(() => (answer.rows || [])
    .filter((one) => name == null || one.group_key === name)
    .map((one) => ({ time: Math.max(start, new Date(one.period_start).getTime()), cost: one.total_cost }))
    .filter(({ time }, i, all) => time + unit > start && (i === 0 || time > all[i - 1].time)), [answer.rows]);
  if (!drawn) return null;
  const { end, points, band } = course(row, spends, unit);
  return html`<details class="behind" open=${shown} onToggle=${(event) => setOpened(event.currentTarget.open)}><summary>Course</summary>
    <${Answered} answer=${answer} lines=${4}>${() => html`<p class="row end"><${SqlButton} sql=${answer.sql} /></p>
    <${BurnDown} label=${"What was left of the budget " + row.scope} points=${points} from=${start} to=${end} amount=${row.amount} band=${band} hourly=${period === "hour"} formatAxis=${roundMoney} />
    <p class="muted">Dashed: spent evenly. ${band ? `By the end, at the pace of the past ${period}s and as much up and down as they had, ${money(Math.max(0, row.amount - band.high))} to ${money(row.amount - band.low)} will have been spent.` : "Too early to say where it goes."}</p>
    <${BehindChart} label="What was left" rows=${points} columns=${[
      { title: "Until", show: (point) => clock(point.time), plain: (point) => new Date(point.time).toISOString() },
      { title: "Left", figure: true, show: (point) => money(point.left), plain: (point) => point.left }]} />`}<//>
  </details>`;
}

function Holders() {
  const answer = useAnswer("holders", {}, 5000);
  return html`<${Card} title="Reserved" note="by requests under way, until their outcomes are recorded" sql=${answer.sql}>
    <${Answered} answer=${answer} lines=${2} empty=${html`<p class="muted">Nothing: no request under a budget awaits its outcome.</p>`}>
      ${(rows) => html`<${Table} label="Reserved" rowKey=${(row) => row.scope + row.agent} rows=${rows} columns=${[
        { title: "Budget", show: (row) => html`<b>${row.scope}</b>` },
        { title: "Agent", show: (row) => html`<${Agent} name=${row.agent} />` },
        { title: "Requests", figure: true, show: (row) => count(row.requests) },
        { title: "Reserved", figure: true, show: (row) => money(row.reserved) },
        { title: "Oldest", figure: true, show: (row) => ago(row.oldest) },
        { title: "Counts as spent", figure: true, show: (row) => clock(row.ends_at) },
      ]} />`}
    <//>
  <//>`;
}

function Alerts() {
  const answer = useAnswer("alerts", {}, 10_000);
  return html`<${Card} title="Alerts" sql=${answer.sql}>
    <${Answered} answer=${answer} lines=${2} empty=${html`<p class="muted">None in the time that the log has.</p>`}>
      ${(rows) => html`<${Table} label="Alerts" rowKey=${(row) => row.alert_id} rows=${rows} columns=${[
        { title: "When", show: (row) => clock(row.raised_at) },
        { title: "Budget", show: (row) => html`<b>${row.scope}</b>` },
        { title: "Passed", figure: true, show: (row) => percent(row.threshold, 0) },
        { title: "Spent", figure: true, show: (row) => money(row.spent) },
        { title: "Of", figure: true, show: (row) => money(row.amount) + " a " + row.period },
      ]} />`}
    <//>
  <//>`;
}

export function Budgets() {
  const answer = useAnswer("budgets", {}, 5000);
  return html`<${Card} title="Budgets" sql=${answer.sql} actions=${html`<${SqlButton} label="Set one" title="Set a budget" by="tiny_dancer_admin" sql=${SET} />`}>
    <${Answered} answer=${answer} lines=${5} empty=${html`<${Empty} title="No budget is set: agents may cost what they cost." sql=${SET} by="tiny_dancer_admin">A budget holds for all, for one agent (agent:NAME) or for one tag (tag:NAME).<//>`}>
      ${(rows) => html`<ul class="budgets">${rows.map((row) => {
        const used = (row.spent + row.reserved) / (row.amount || 1);
        return html`<li key=${row.scope}>
          <div class="row"><h3>${row.scope}</h3>${used >= 1 ? html`<${Chip} tone="bad">used up<//>` : used >= 0.8 ? html`<${Chip} tone="warn">${percent(used, 0)} used<//>` : html`<${Chip} tone="good">${percent(used, 0)} used<//>`}
            <span class="muted">${row.period === "total" ? "since the beginning" : `since ${clock(row.period_start)}, until ${clock(row.period_end)}`}</span><span class="grow"></span>
            <${SqlButton} label="Top up" title="Put more on top, for this period" by="tiny_dancer_admin" sql=${topUp(row.scope, row.amount)} />
            <${SqlButton} label="Remove" title="Remove it" by="tiny_dancer_admin" sql=${`SELECT ruvector_remove_budget(${quoted(row.scope)});`} /></div>
          <${Burn} spent=${row.spent} reserved=${row.reserved} amount=${row.amount} projected=${row.projected} label=${`${money(row.spent)} of ${money(row.amount)} spent, ${money(row.reserved)} reserved`} />
          <p class="row figures"><span><b>${money(row.spent)}</b> spent</span><span><b>${money(row.reserved)}</b> reserved</span><span><b>${money(row.remaining)}</b> left of ${money(row.amount)}</span>
            ${row.projected != null && html`<span class=${row.projected > row.amount ? "bad" : "muted"}>at this pace ${money(row.projected)} by the end</span>`}</p>
          <${Course} row=${row} shown=${rows.length <= 3} />
        </li>`;
      })}</ul>`}
    <//>
  <//>
  ${answer.rows?.length > 0 && html`<${Holders} /><${Alerts} />`}`;
}
