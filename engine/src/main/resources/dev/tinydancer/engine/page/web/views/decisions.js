import { html, useEffect, useMemo, useRef, useState } from "../vendor/htm-preact-standalone.js";
import { ask, useAnswer } from "../asking.js";
import { Tradeoff } from "../charts.js";
import { Agent, Answered, Card, Chip, Choice, Drawer, Empty, Problem, Skeleton, SqlButton, Statement, Table, usePlace } from "../parts.js";
import { ago, clock, millis, money, percent, quoted, score, timeOf, utility } from "../shapes.js";
import { lengthOf } from "./overview.js";

const SHOWN = 50;
const EVERY = 2000;
const HOUR = 3600e3;
const WEEK = 7 * 24 * HOUR;

export const outcome = (row) =>
  row.success == null ? html`<${Chip}>awaited<//>` : row.success ? html`<${Chip} tone="good">success<//>` : html`<${Chip} tone="bad">${(row.kind || "failed").replace("_", " ")}<//>`;

// The newest first, then whatever comes. What few decisions fit may take reading all of a long time: it is looked for a week
// at a time, and what is found stands there meanwhile.
function useStream(filters, range, paused) {
  const [state, setState] = useState({ loading: true, rows: null, sql: null, error: null, fresh: new Set() });
  const key = JSON.stringify([filters, range]);
  const held = useRef(paused);
  held.current = paused;
  useEffect(() => {
    const abort = new AbortController();
    const whole = lengthOf(range);
    const piece = whole && Object.values(filters).some(Boolean) ? Math.min(whole, WEEK) : whole;
    let timer = 0;
    let rows = [];
    // How far has been looked back, in milliseconds, and by which statement first.
    let back = 0;
    let sql = null;
    let looked = 0;
    // One after the other, since each begins where the one before has ended.
    let last = Promise.resolve();
    const inTurn = (work) => (last = last.then(work, work));
    setState((before) => ({ ...before, loading: true }));
    const exhausted = () => back >= (whole || 1);
    async function lookBack(wanted) {
      while (wanted > 0 && !exhausted()) {
        const answer = await ask("decisions", {
          ...filters, limit: wanted, older_than: rows.at(-1)?.decision_id,
          within: whole ? Math.min(piece, whole - back) / HOUR + " hours" : range,
          back: back ? back / HOUR + " hours" : null,
        }, abort.signal);
        // Now is a little later than when it was asked for the week after: the two overlap.
        const known = new Set(rows.map((row) => row.decision_id));
        const older = answer.rows.filter((row) => !known.has(row.decision_id));
        rows = [...rows, ...older];
        sql ??= answer.sql;
        if (answer.rows.length < wanted) back += piece || 1;
        wanted -= older.length;
        const looking = wanted > 0 && !exhausted() ? clock(Date.now() - back) : null;
        setState((before) => ({ ...before, loading: looking != null && !rows.length, looking, rows, sql, error: null, exhausted: exhausted() }));
      }
    }
    async function look() {
      try {
        if (!looked) {
          await lookBack(SHOWN);
          looked = Date.now();
        } else if (!held.current && !document.hidden) {
          // Those of the last minutes may have got their outcomes meanwhile.
          const minutes = 10 + Math.ceil((Date.now() - looked) / 60e3);
          const answer = await ask("decisions", { ...filters, within: minutes + " minutes", limit: SHOWN }, abort.signal);
          looked = Date.now();
          const known = new Set(rows.map((row) => row.decision_id));
          const fresh = new Set(answer.rows.map((row) => row.decision_id).filter((id) => !known.has(id)));
          const renewed = new Set(answer.rows.map((row) => row.decision_id));
          // With more new ones than were asked for, those between them and the known ones would be missing.
          const joined = answer.rows.length < SHOWN || fresh.size < answer.rows.length;
          const all = joined ? [...answer.rows, ...rows.filter((row) => !renewed.has(row.decision_id))] : answer.rows;
          // What is left out here is looked for again, from now on back.
          if (!joined || all.length > Math.max(SHOWN, rows.length)) back = 0;
          rows = all.slice(0, Math.max(SHOWN, rows.length));
          if (!held.current) setState((before) => ({ ...before, loading: false, error: null, rows, fresh, exhausted: exhausted() }));
        }
      } catch (error) {
        if (error.name === "AbortError") return;
        setState((before) => ({ ...before, loading: false, looking: null, error }));
      }
      if (!abort.signal.aborted) timer = setTimeout(() => inTurn(look), EVERY);
    }
    inTurn(look);
    const more = () => inTurn(async () => {
      try {
        await lookBack(SHOWN);
      } catch (error) {
        if (error.name !== "AbortError") setState((before) => ({ ...before, looking: null, error }));
      }
    });
    setState((before) => ({ ...before, more, exhausted: false }));
    return () => { abort.abort(); clearTimeout(timer); };
  }, [key]);
  return state;
}

function alternativesOf(row) {
  const others = (row.alternatives || []).map((a) => ({ name: a.agent_name, quality: a.expected_quality, cost: a.estimated_cost, latency: a.estimated_latency_ms, utility: a.utility }));
  return [{ name: row.agent, quality: row.expected_quality, cost: row.estimated_cost, latency: row.estimated_latency_ms, utility: null }, ...others];
}

// The log keeps no more than three that came next, nor what excluded others.
const rankingTitle = (alternatives) => "The choice" + ["", " and the next one", " and the next two", " and the next three"][Math.min(3, alternatives.length)];

// A step of a batch or a plan has no policy that could be asked for.
function explainStatement(row) {
  const policy = row.alternatives == null ? "" : `,\n    optimize_for => ${quoted(row.optimize_for)}`;
  return `SELECT agent_name, expected_quality, estimated_cost, estimated_latency_ms, utility, excluded_by\nFROM ruvector_explain_route(\n    ${quoted(row.request ?? "the text of the request")}${policy});`;
}

// What was known of requests like it when an outcome is looked at now: what the predicted quality rests on.
function Evidence({ id }) {
  const place = usePlace();
  const answer = useAnswer("similar", { id });
  return html`<section><h3>Similar requests and how they were answered <${SqlButton} sql=${answer.sql} /></h3>
    <${Answered} answer=${answer} lines=${3} empty=${html`<p class="muted">No outcome of a similar request is known: the quality rests on what was registered, and on what is known of the agents in general.</p>`}>
      ${(rows) => html`<${Table} label="Similar requests" rowKey=${(row) => row.decision_id} rows=${rows} onOpen=${(row) => place.set({ id: row.decision_id })} columns=${[
        { title: "Request", show: (row) => html`<span class="text">${row.request ?? row.category ?? "–"}</span>` },
        { title: "Agent", show: (row) => html`<${Agent} name=${row.agent} />` },
        { title: "Answered", figure: true, show: (row) => score(row.answered_well) },
        { title: "Similarity", figure: true, show: (row) => score(row.similarity) },
        { title: "Counts", figure: true, show: (row) => percent(row.weight, row.weight < 0.1 ? 1 : 0) },
      ]} />`}
    <//></section>`;
}

function Attempts({ row }) {
  const place = usePlace();
  const answer = useAnswer("attempts", { id: row.retry_of || row.decision_id }, 5000);
  if (!answer.rows?.length) return null;
  const start = new Date(answer.rows[0].decided_at).getTime();
  return html`<section><h3>Attempts <${SqlButton} sql=${answer.sql} /></h3>
    <ol class="timeline">${answer.rows.map((one) => html`<li key=${one.decision_id} aria-current=${one.decision_id === row.decision_id ? "true" : null}>
      <a href=${place.href("decisions", { ...place.filters, id: one.decision_id })}>${one.attempt}. <${Agent} name=${one.agent} /></a> ${outcome(one)}
      <span class="muted">${one.attempt === 1 ? clock(one.decided_at) : "after " + millis(new Date(one.decided_at).getTime() - start)}${one.latency_ms != null && ", took " + millis(one.latency_ms)}${one.cost ? ", " + money(one.cost) : ""}</span>
      ${one.error && html`<span class="bad">${one.error}</span>`}
    </li>`)}</ol></section>`;
}

function Conversation({ row }) {
  const place = usePlace();
  const answer = useAnswer("conversation", { name: row.conversation_id }, 5000);
  return html`<section><h3>Conversation <code>${row.conversation_id}</code> <${SqlButton} sql=${answer.sql} /></h3>
    <${Answered} answer=${answer} lines=${3}>
      ${(rows) => html`<ol class="timeline">${rows.map((turn, i) => html`<li key=${turn.decision_id} aria-current=${turn.decision_id === row.decision_id ? "true" : null}>
        <a href=${place.href("decisions", { ...place.filters, id: turn.decision_id })}>${clock(turn.decided_at)}</a> <${Agent} name=${turn.agent} />
        ${i > 0 && rows[i - 1].agent !== turn.agent && html` <${Chip} tone="accent">changed<//>`} ${outcome(turn)}
        <span class="muted text">${turn.request ?? turn.category ?? ""}</span>
      </li>`)}</ol>`}
    <//></section>`;
}

function Opened({ id, onClose }) {
  const at = timeOf(id);
  const answer = useAnswer(at ? "decision" : null, { id, at }, 5000);
  const { who } = usePlace();
  const row = answer.rows?.[0];
  return html`<${Drawer} title="Decision" onClose=${onClose}>
    ${!at ? html`<${Empty} title="This is no id of a decision." />`
      : answer.loading ? html`<${Skeleton} lines=${8} />`
      : answer.error ? html`<${Problem} error=${answer.error} />`
      : !row ? html`<${Empty} title="The log does not have this decision." sql=${"SELECT ruvector_set_setting('log_retention', '90 days');"} by="tiny_dancer_admin">It may be older than the log is kept, or of another tenant.<//>`
      : html`<p class="lead"><${Agent} name=${row.agent} /> ${outcome(row)} <span class="muted">${clock(row.decided_at)} · ${ago(row.decided_at)}</span> <${SqlButton} sql=${answer.sql} /></p>
        <blockquote class="reasoning">${row.reasoning || "chosen in a batch or a plan, which keeps no sentence"}</blockquote>
        <h3>Asked</h3>
        ${row.request != null ? html`<pre class="request" tabindex="0">${row.request}</pre>`
          : html`<p class="muted">${who?.reads_texts ? "The text was not kept." : "The text was not kept, or this role may not read it."} <${SqlButton} label="keep texts" title="Keep the texts of requests from now on" by="the role that routes; tiny_dancer_admin reads them" sql=${"ALTER ROLE app SET tiny_dancer.log_requests = on;"} /></p>`}
        <dl class="facts">
          <div><dt>Category</dt><dd>${row.category || "–"}</dd></div>
          <div><dt>Length</dt><dd>${row.input_tokens ?? "–"} tokens</dd></div>
          <div><dt>Difficulty</dt><dd>${row.difficulty == null ? "–" : row.difficulty.toFixed(2)}</dd></div>
          <div><dt>Policy</dt><dd>${row.optimize_for}</dd></div>
          <div><dt>Chance to be chosen</dt><dd>${row.probability == null ? "–" : percent(row.probability, 0)}</dd></div>
          <div><dt>Tags</dt><dd>${(row.tags || []).map((tag) => html`<${Chip} key=${tag}>${tag}<//> `)}${!(row.tags || []).length && "–"}</dd></div>
          <div><dt>Hash</dt><dd><code title=${row.hash}>${row.hash?.slice(0, 12)}…</code></dd></div>
        </dl>
        <h3>${rankingTitle(row.alternatives || [])} <${SqlButton} label="all" title="All candidates, as of now" by="tiny_dancer_user" sql=${explainStatement(row)} /></h3>
        <${Tradeoff} label="Expected quality against estimated cost of the choice and those next to it" candidates=${alternativesOf(row)} chosen=${row.agent} formatCost=${money} edged=${false} />
        <${Table} label="Choice and next" rowKey=${(c) => c.name} rows=${alternativesOf(row)} columns=${[
          { title: "Agent", show: (c) => html`<${Agent} name=${c.name} />${c.name === row.agent ? html` <${Chip} tone="accent">chosen<//>` : ""}` },
          { title: "Quality", figure: true, show: (c) => score(c.quality) },
          { title: "Cost", figure: true, show: (c) => money(c.cost) },
          { title: "Latency", figure: true, show: (c) => millis(c.latency) },
          { title: "Utility", figure: true, show: (c) => utility(c.utility) },
        ]} />
        <${Attempts} row=${row} />
        ${row.conversation_id != null && html`<${Conversation} row=${row} />`}
        <h3>Expected and seen</h3>
        <${Table} label="Expected and seen" rows=${[
          { what: "Quality", expected: score(row.expected_quality), seen: score(row.quality) },
          { what: "Cost", expected: money(row.estimated_cost), seen: money(row.cost) },
          { what: "Latency", expected: millis(row.estimated_latency_ms), seen: millis(row.latency_ms) },
          { what: "Output tokens", expected: row.expected_output_tokens ?? "–", seen: row.output_tokens ?? "–" },
        ]} columns=${[{ title: "Figure", key: "what" }, { title: "Expected", key: "expected", figure: true }, { title: "Seen", key: "seen", figure: true }]} />
        ${row.error && html`<div class="problem"><strong>It failed:</strong> ${row.error}</div>`}
        ${row.success == null && html`<p class="muted">Nothing came back yet. Whoever asked the agent records it:</p><${Statement} by="tiny_dancer_user" sql=${`SELECT ruvector_record_outcome(${quoted(row.decision_id)}, success => true, latency_ms => ${Math.round(row.estimated_latency_ms || 400)});`} />`}
        <${Evidence} id=${row.decision_id} />
        <p class="muted"><code>${row.decision_id}</code></p>`}
  <//>`;
}

export function Decisions() {
  const place = usePlace();
  const { range, filters } = place;
  const [over, setOver] = useState(false);
  const chosen = useMemo(() => Object.fromEntries(["agent", "category", "tag", "policy", "outcome"].map((key) => [key, filters[key]])), [filters]);
  const stream = useStream(chosen, range, over);
  const agents = useAnswer("figures", { range, group_by: "agent" }, 0);
  const categories = useAnswer("figures", { range, group_by: "category" }, 0);
  const tags = useAnswer("figures", { range, group_by: "tag" }, 0);
  const policies = useAnswer("policies", {}, 0);
  const option = (answer, key = "group_key") => [["", "any"], ...(answer.rows || []).map((row) => [row[key], row[key]])];
  const filter = (key, label, options) => html`<${Choice} label=${label} value=${filters[key] || ""} options=${options.some(([value]) => value === (filters[key] || "")) ? options : [...options, [filters[key], filters[key]]]} onChange=${(value) => place.set({ [key]: value })} />`;
  const active = Object.entries(chosen).filter(([, value]) => value);
  return html`<${Card} title="Decisions" sql=${stream.sql} note=${over ? "held while the pointer is over it" : "live"}>
    <div class="filters">
      ${filter("agent", "Agent", option(agents))}
      ${filter("category", "Category", option(categories))}
      ${filter("tag", "Tag", option(tags))}
      ${filter("policy", "Policy", option(policies, "name"))}
      ${filter("outcome", "Outcome", [["", "any"], ["success", "success"], ["failure", "failed"], ["pending", "awaited"]])}
      ${active.map(([key, value]) => html`<button key=${key} type="button" class="chip removable" onClick=${() => place.set({ [key]: "" })} aria-label=${"remove the filter " + key + " " + value}>${key}: ${value} ✕</button>`)}
    </div>
    <div onPointerEnter=${(event) => event.pointerType === "mouse" && setOver(true)} onPointerLeave=${() => setOver(false)}>
      <${Answered} answer=${stream} lines=${10} empty=${html`<${Empty} title=${active.length ? "No decision fits these filters in this time." : "Nothing was decided in this time."} by="tiny_dancer_user" sql=${"SELECT agent_name, reasoning FROM ruvector_route('Write a function that sorts a list');"} />`}>
        ${(rows) => html`<${Table} label="Decisions" live=${true} rowKey=${(row) => row.decision_id} opened=${filters.id} rows=${rows.map((row) => ({ ...row, fresh: stream.fresh.has(row.decision_id) }))}
          onOpen=${(row) => place.set({ id: row.decision_id })}
          columns=${[
            { title: "When", show: (row) => html`<time datetime=${row.decided_at} class=${row.fresh ? "fresh" : ""}>${clock(row.decided_at)}</time>` },
            { title: "Agent", show: (row) => html`<${Agent} name=${row.agent} />${row.probability != null && row.probability < 0.5 ? html` <${Chip} tone="accent">tried out<//>` : ""}${row.fallback ? html` <${Chip} tone="warn">fallback<//>` : ""}` },
            { title: "Policy", key: "optimize_for" },
            { title: "Category", show: (row) => row.category || "–" },
            { title: "Tags", show: (row) => ((row.tags || []).length ? (row.tags || []).map((tag) => html`<${Chip} key=${tag}>${tag}<//> `) : "–") },
            { title: "Quality exp./seen", figure: true, show: (row) => score(row.expected_quality) + " / " + score(row.quality) },
            { title: "Cost", figure: true, show: (row) => money(row.cost ?? row.estimated_cost) },
            { title: "Latency", figure: true, show: (row) => (row.latency_ms == null ? html`<span class="muted">~ ${millis(row.estimated_latency_ms)}</span>` : millis(row.latency_ms)) },
            { title: "Outcome", show: outcome },
          ]} />
          ${stream.looking ? html`<p class="muted row middle" role="status">looked back to ${stream.looking}, and further …</p>` : !stream.exhausted && html`<div class="row middle"><button type="button" onClick=${stream.more}>Older ones</button></div>`}`}
      <//>
    </div>
  <//>
  ${filters.id && html`<${Opened} key=${filters.id} id=${filters.id} onClose=${() => place.set({ id: "" })} />`}`;
}
