import { html } from "../vendor/htm-preact-standalone.js";
import { useAnswer } from "../asking.js";
import { Burn } from "../charts.js";
import { Answered, Card, Chip, Empty, SqlButton, Table } from "../parts.js";
import { clock, money, percent, quoted } from "../shapes.js";

const LENGTH = { hour: 3600e3, day: 86400e3, week: 7 * 86400e3, month: 30.4 * 86400e3 };
const SET = "SELECT ruvector_set_budget('all', 100, period => 'month', on_exhausted => 'cheapest');";

// As fast as until now, to the end of the period; too early to say before a fiftieth of it.
function projection(row) {
  if (row.projected != null) return row.projected;
  // Of a version before it counted this itself.
  const length = LENGTH[row.period];
  const gone = Date.now() - new Date(row.period_start).getTime();
  return !length || gone < length / 50 ? null : (row.spent / gone) * length;
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
        const projected = projection(row);
        return html`<li key=${row.scope}>
          <div class="row"><h3>${row.scope}</h3>${used >= 1 ? html`<${Chip} tone="bad">used up<//>` : used >= 0.8 ? html`<${Chip} tone="warn">${percent(used, 0)} used<//>` : html`<${Chip} tone="good">${percent(used, 0)} used<//>`}
            <span class="muted">since ${clock(row.period_start)}</span><span class="grow"></span>
            <${SqlButton} label="Raise" title="Raise it" by="tiny_dancer_admin" sql=${`SELECT ruvector_set_budget(${quoted(row.scope)}, ${(row.amount * 1.5).toPrecision(3)});`} />
            <${SqlButton} label="Remove" title="Remove it" by="tiny_dancer_admin" sql=${`SELECT ruvector_remove_budget(${quoted(row.scope)});`} /></div>
          <${Burn} spent=${row.spent} reserved=${row.reserved} amount=${row.amount} projected=${projected} label=${`${money(row.spent)} of ${money(row.amount)} spent, ${money(row.reserved)} reserved`} />
          <p class="row figures"><span><b>${money(row.spent)}</b> spent</span><span><b>${money(row.reserved)}</b> reserved</span><span><b>${money(row.remaining)}</b> left of ${money(row.amount)}</span>
            ${projected != null && html`<span class=${projected > row.amount ? "bad" : "muted"}>at this pace ${money(projected)} by the end</span>`}</p>
        </li>`;
      })}</ul>`}
    <//>
  <//>
  ${answer.rows?.length > 0 && html`<${Alerts} />`}`;
}
