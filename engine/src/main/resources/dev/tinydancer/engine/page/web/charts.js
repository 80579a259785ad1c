// Charts are SVG that follows the page's colours, drawn for the width that there is.

import { html, useEffect, useMemo, useRef, useState } from "./vendor/htm-preact-standalone.js";
import { colour, roundMoney } from "./shapes.js";

export function useWidth(least = 280) {
  const holder = useRef(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(least, Math.floor(entry.contentRect.width))));
    observer.observe(holder.current);
    return () => observer.disconnect();
  }, []);
  return [holder, width];
}

// At most five lines, at round figures.
export function ticks(most, wanted = 4) {
  if (!(most > 0)) return [0, 1];
  const raw = most / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= raw) * power;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => i * step);
}

const LEFT = 56;
const BOTTOM = 24;
const TOP = 8;

function Axes({ width, height, marks, y, format }) {
  return html`<g class="axes">${marks.map((mark) => html`<g key=${mark}>
    <line x1=${LEFT} x2=${width} y1=${y(mark)} y2=${y(mark)} />
    <text x=${LEFT - 8} y=${y(mark) + 4} text-anchor="end">${format(mark)}</text>
  </g>`)}</g>`;
}

function moments(from, to, hourly, width) {
  const step = hourly ? 3600e3 : 86400e3;
  const places = [];
  const every = Math.max(1, Math.ceil((to - from) / step / Math.max(2, Math.floor(width / 90))));
  const first = new Date(from);
  first.setMinutes(0, 0, 0);
  if (!hourly || (to - from) > 4 * 86400e3) first.setHours(0);
  const stride = hourly && (to - from) > 4 * 86400e3 ? 86400e3 * Math.max(1, Math.ceil(every / 24)) : step * every;
  for (let time = first.getTime(); time <= to; time += stride) if (time >= from) places.push(time);
  return places;
}

export function momentText(time, hourly) {
  const date = new Date(time);
  return hourly && date.getHours() !== 0
    ? date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
    : date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

/**
 * Bars over time, stacked by series, or lines where sums mean nothing.
 * points: [{time, series, value}]
 */
export function OverTime({ label, points, series, from, to, hourly, stacked, format, formatAxis = format, colourOf = colour }) {
  const [holder, width] = useWidth();
  const height = 240;
  const [pointed, setPointed] = useState(null);
  const step = hourly ? 3600e3 : 86400e3;
  const byTime = useMemo(() => {
    const all = new Map();
    for (const point of points) {
      if (!all.has(point.time)) all.set(point.time, new Map());
      all.get(point.time).set(point.series, point.value);
    }
    return [...all.entries()].sort(([a], [b]) => a - b);
  }, [points]);
  const most = Math.max(0, ...byTime.map(([, values]) => stacked ? [...values.values()].reduce((a, b) => a + (b || 0), 0) : Math.max(0, ...[...values.values()].map((v) => v || 0))));
  const marks = ticks(most);
  const top = marks.at(-1);
  const start = Math.min(from, byTime[0]?.[0] ?? from);
  const x = (time) => LEFT + ((time - start) / (to - start || 1)) * (width - LEFT - 4);
  const y = (value) => TOP + (1 - value / top) * (height - TOP - BOTTOM);
  const bar = Math.max(1, x(start + step) - x(start) - (width > 500 ? 2 : 1));
  const at = pointed == null ? null : byTime[pointed];
  function point(event) {
    const box = event.currentTarget.getBoundingClientRect();
    const time = start + ((event.clientX - box.left - LEFT) / (width - LEFT - 4)) * (to - start);
    let best = null;
    byTime.forEach(([moment], i) => {
      if (best == null || Math.abs(moment + step / 2 - time) < Math.abs(byTime[best][0] + step / 2 - time)) best = i;
    });
    setPointed(best);
  }
  return html`<div class="chart" ref=${holder}>
    <svg width=${width} height=${height} role="img" aria-label=${label} onPointerMove=${point} onPointerLeave=${() => setPointed(null)}>
      <${Axes} width=${width} height=${height} marks=${marks} y=${y} format=${formatAxis} />
      ${moments(start, to, hourly, width).map((time) => html`<text key=${time} class="moment" x=${Math.min(width - 22, Math.max(LEFT + 12, x(time)))} y=${height - 6} text-anchor="middle">${momentText(time, hourly)}</text>`)}
      ${at && html`<rect class="pointed" x=${x(at[0]) - 1} width=${bar + 2} y=${TOP} height=${height - TOP - BOTTOM} />`}
      ${stacked
        ? byTime.map(([time, values]) => {
            let below = 0;
            return series.map((name) => {
              const value = values.get(name) || 0;
              if (!value) return null;
              below += value;
              return html`<rect key=${time + name} class=${colourOf(name)} x=${x(time)} width=${bar} y=${y(below)} height=${Math.max(0.5, y(below - value) - y(below))} />`;
            });
          })
        : series.map((name) => {
            const line = byTime.filter(([, values]) => values.get(name) != null).map(([time, values]) => [x(time) + bar / 2, y(values.get(name))]);
            return html`<g key=${name}><path class=${"line " + colourOf(name)} d=${line.map(([a, b], i) => (i ? "L" : "M") + a.toFixed(1) + " " + b.toFixed(1)).join("")} />
              ${line.length < 40 && line.map(([a, b]) => html`<circle class=${colourOf(name)} cx=${a} cy=${b} r="2.5" />`)}</g>`;
          })}
    </svg>
    <p class="legend">${at
      ? html`<strong>${new Date(at[0]).toLocaleString("en-GB", hourly ? { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } : { weekday: "short", day: "numeric", month: "short" })}</strong>${series.filter((name) => at[1].get(name) != null).map((name) => html`<span class="agent" key=${name}><svg class="swatch" width="10" height="10" aria-hidden="true"><rect width="10" height="10" rx="3" class=${colourOf(name)} /></svg>${name} <b>${format(at[1].get(name))}</b></span>`)}`
      : series.map((name) => html`<span class="agent" key=${name}><svg class="swatch" width="10" height="10" aria-hidden="true"><rect width="10" height="10" rx="3" class=${colourOf(name)} /></svg>${name}</span>`)}</p>
  </div>`;
}

// points: [[time, value]], each in its slot of the whole time.
export function Spark({ points, from, step, slots, label }) {
  if (points.length < 3) return null;
  const most = Math.max(...points.map(([, value]) => value || 0), 0) || 1;
  const width = 120 / slots;
  return html`<svg class="spark" viewBox="0 0 120 28" preserveAspectRatio="none" role="img" aria-label=${label}>
    ${points.map(([time, value]) => html`<rect key=${time} x=${Math.max(0, Math.ceil((time - from) / step)) * width} width=${width * 0.8} y=${28 - 27 * (value || 0) / most} height=${27 * (value || 0) / most} />`)}
  </svg>`;
}

// Of candidates {name, quality, cost, excluded}: those than which no other is both better and cheaper.
export function frontier(candidates) {
  let best = -1;
  return candidates
    .filter((c) => !c.excluded)
    .sort((a, b) => a.cost - b.cost || b.quality - a.quality)
    .filter((c) => c.quality > best && ((best = c.quality), true));
}

/** Expected quality against cost: the candidates, the choice and, where these are all there were, the frontier. */
export function Tradeoff({ candidates, chosen, formatCost, label, edged = true }) {
  const [holder, width] = useWidth();
  const height = 280;
  const known = candidates.filter((c) => c.quality != null && c.cost != null);
  if (!known.length) return null;
  const dearest = Math.max(...known.map((c) => c.cost));
  const xs = ticks(dearest * 1.02 || 1, 4);
  const lowest = Math.min(...known.map((c) => c.quality));
  const step = ticks(1 - Math.max(0, lowest - 0.03), 4)[1];
  const floor = Math.max(0, Math.floor((lowest - 0.03) / step) * step);
  const ys = ticks(1, 1 / step).filter((tick) => tick > floor - 1e-9 && tick < 1.0001);
  const x = (cost) => LEFT + 8 + (cost / (xs.at(-1) || 1)) * (width - LEFT - 90);
  const y = (quality) => TOP + 6 + ((1 - quality) / (1 - floor || 1)) * (height - TOP - BOTTOM - 22);
  const edge = edged ? frontier(known) : [];
  // Names go under their dots, since the frontier rises above them, and out of each other's way.
  const placed = [...known].sort((a, b) => y(a.quality) - y(b.quality)).reduce((before, c) => {
    let at = y(c.quality) + 15;
    for (const other of before) if (Math.abs(other.x - x(c.cost)) < 110 && at - other.y < 13 && at - other.y > -13) at = other.y + 13;
    return [...before, { name: c.name, x: x(c.cost), y: at }];
  }, []);
  const nameAt = (name) => placed.find((p) => p.name === name);
  return html`<div class="chart" ref=${holder}>
    <svg width=${width} height=${height} role="img" aria-label=${label}>
      <${Axes} width=${width} height=${height} marks=${ys} y=${y} format=${(q) => q.toFixed(2)} />
      ${xs.map((cost) => html`<text key=${cost} class="moment" x=${x(cost)} y=${height - 20} text-anchor="middle">${roundMoney(cost)}</text>`)}
      <text class="axis-name" x=${width - 4} y=${height - 4} text-anchor="end">estimated cost →</text>
      <text class="axis-name" x=${LEFT} y=${height - 4}>↑ expected quality</text>
      ${edge.length > 1 && html`<path class="frontier" d=${edge.map((c, i) => (i ? "L" : "M") + x(c.cost).toFixed(1) + " " + y(c.quality).toFixed(1)).join("")} />`}
      ${known.map((c) => html`<g key=${c.name} class=${c.excluded ? "excluded" : ""}>
        ${c.name === chosen && html`<circle class="chosen" cx=${x(c.cost)} cy=${y(c.quality)} r="11" />`}
        <circle class=${"dot " + colour(c.name)} cx=${x(c.cost)} cy=${y(c.quality)} r="6" />
        <text class="name" x=${nameAt(c.name).x + 10} y=${nameAt(c.name).y}>${c.name}</text>
        <title>${c.name}: quality ${c.quality.toFixed(3)}, ${formatCost(c.cost)}${c.excluded ? ", excluded by " + c.excluded : ""}</title>
      </g>`)}
    </svg>
  </div>`;
}

/** Predicted against observed, by ten bins; a dot's size says how many requests are behind it. */
export function Calibration({ bins, label }) {
  const [holder, width] = useWidth();
  const size = Math.min(width, 420);
  const most = Math.max(1, ...bins.map((b) => b.requests));
  const at = (share) => LEFT + share * (size - LEFT - 16);
  const down = (share) => TOP + (1 - share) * (size - TOP - BOTTOM - 16);
  return html`<div class="chart" ref=${holder}>
    <svg width=${size} height=${size} role="img" aria-label=${label}>
      <${Axes} width=${size - 16} height=${size} marks=${[0, 0.25, 0.5, 0.75, 1]} y=${down} format=${(v) => v.toFixed(2)} />
      ${[0, 0.25, 0.5, 0.75, 1].map((v) => html`<text key=${v} class="moment" x=${at(v)} y=${size - 24} text-anchor="middle">${v}</text>`)}
      <line class="ideal" x1=${at(0)} y1=${down(0)} x2=${at(1)} y2=${down(1)} />
      <text class="axis-name" x=${size - 16} y=${size - 6} text-anchor="end">predicted →</text>
      <text class="axis-name" x=${LEFT} y=${size - 6}>↑ observed</text>
      ${bins.map((b) => html`<circle key=${b.bin} class="dot series-0" cx=${at(b.expected)} cy=${down(b.observed)} r=${4 + 12 * Math.sqrt(b.requests / most)}>
        <title>${b.requests} requests: predicted ${b.expected.toFixed(2)}, observed ${b.observed.toFixed(2)}</title></circle>`)}
    </svg>
  </div>`;
}

/** Spent, reserved and what is left of an amount. */
export function Burn({ spent, reserved, amount, projected, label }) {
  // A projection far beyond the amount goes off the edge, or nothing else could be seen.
  const whole = Math.max(amount, spent + reserved, Math.min(projected || 0, 1.5 * amount)) || 1;
  const share = (value) => (100 * value) / whole;
  return html`<svg class="burn" width="100%" height="22" role="img" aria-label=${label}>
    <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="6" class="hatch" /></pattern></defs>
    <rect class="track" width="100%" height="14" y="4" rx="4" />
    ${projected > spent + reserved && html`<rect class="projected" x="0" width=${Math.min(100, share(projected)) + "%"} y="4" height="14" rx="4" />`}
    <rect class="spent" width=${share(spent) + "%"} y="4" height="14" rx="4" />
    <rect fill="url(#hatch)" x=${share(spent) + "%"} width=${share(reserved) + "%"} y="4" height="14" />
    <line class="limit" x1=${share(amount) + "%"} x2=${share(amount) + "%"} y1="0" y2="22" />
  </svg>`;
}

/**
 * What is left of an amount over its period.
 * points: [{time, left}], in the order of their times; band: {low, high} of what is left at the end, or null
 */
export function BurnDown({ label, points, from, to, amount, band, hourly, formatAxis }) {
  const [holder, width] = useWidth();
  const height = 200;
  const marks = ticks(amount);
  const x = (time) => LEFT + ((time - from) / (to - from)) * (width - LEFT - 8);
  const y = (left) => TOP + (1 - Math.max(0, left) / marks.at(-1)) * (height - TOP - BOTTOM);
  const now = points.at(-1);
  return html`<div class="chart" ref=${holder}>
    <svg width=${width} height=${height} role="img" aria-label=${label}>
      <${Axes} width=${width} height=${height} marks=${marks} y=${y} format=${formatAxis} />
      ${moments(from, to, hourly, width).map((time) => html`<text key=${time} class="moment" x=${Math.min(width - 22, Math.max(LEFT + 12, x(time)))} y=${height - 6} text-anchor="middle">${momentText(time, hourly)}</text>`)}
      <line class="ideal" x1=${x(from)} y1=${y(amount)} x2=${x(to)} y2=${y(0)} />
      ${band && html`<path class="band" d=${`M${x(now.time)} ${y(now.left)}L${x(to)} ${y(band.high)}L${x(to)} ${y(band.low)}Z`} />`}
      <path class="line series-0" d=${points.map((point, i) => (i ? "L" : "M") + x(point.time).toFixed(1) + " " + y(point.left).toFixed(1)).join("")} />
      <circle class="series-0" cx=${x(now.time)} cy=${y(now.left)} r="3.5"><title>now</title></circle>
    </svg>
  </div>`;
}

/** Utterances and queries in a plane: rows of ruvector_route_map. A query has one row for each of its nearest routes. */
export function Plane({ label, rows, names, colourOf }) {
  const [holder, width] = useWidth();
  const height = Math.min(420, Math.max(260, width * 0.5));
  const edge = 24;
  const xs = rows.map((row) => row.x);
  const ys = rows.map((row) => row.y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const x = (value) => edge + ((value - left) / (right - left || 1)) * (width - 2 * edge);
  const y = (value) => edge + ((high - value) / (high - low || 1)) * (height - 2 * edge);
  const utterances = rows.filter((row) => row.kind === "utterance");
  const queries = rows.filter((row) => row.kind === "query");
  // The name of a route stands in the middle of its utterances.
  const middles = names.map((name) => {
    const own = utterances.filter((row) => row.route_name === name);
    return { name, x: own.reduce((sum, row) => sum + row.x, 0) / own.length, y: own.reduce((sum, row) => sum + row.y, 0) / own.length, known: own.length > 0 };
  }).filter((middle) => middle.known);
  const middleOf = (name) => middles.find((middle) => middle.name === name);
  return html`<div class="chart" ref=${holder}>
    <svg width=${width} height=${height} role="img" aria-label=${label}>
      ${queries.map((row) => middleOf(row.route_name) && html`<line key=${row.content + row.route_name} class=${row.similarity >= row.threshold ? "reaches" : "misses"} x1=${x(row.x)} y1=${y(row.y)} x2=${x(middleOf(row.route_name).x)} y2=${y(middleOf(row.route_name).y)} />`)}
      ${utterances.map((row, i) => html`<circle key=${i} class=${"dot " + colourOf(row.route_name)} cx=${x(row.x)} cy=${y(row.y)} r="5"><title>${row.route_name}: ${row.content || "(an embedding)"}</title></circle>`)}
      ${middles.map((middle) => html`<text key=${middle.name} class="name strong" x=${x(middle.x)} y=${y(middle.y) - 10} text-anchor="middle">${middle.name}</text>`)}
      ${queries.map((row) => html`<circle key=${row.content + row.route_name} class="query" cx=${x(row.x)} cy=${y(row.y)} r="7"><title>${row.content}</title></circle>`)}
    </svg>
  </div>`;
}
