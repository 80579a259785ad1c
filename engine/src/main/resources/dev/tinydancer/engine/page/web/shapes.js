// How figures are written, which colour an agent has, and how texts become SQL.

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const count = (n) => (n == null ? "–" : n >= 1e6 ? (n / 1e6).toFixed(2) + " M" : number.format(n));

export function money(usd) {
  if (usd == null) return "–";
  if (usd === 0) return "$ 0";
  const size = Math.abs(usd);
  const digits = size >= 1000 ? 0 : size >= 1 ? 2 : size >= 0.01 ? 3 : Math.min(8, 2 - Math.floor(Math.log10(size)));
  return (usd < 0 ? "−$ " : "$ ") + size.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const percent = (share, digits = 1) => (share == null ? "–" : (100 * share).toFixed(digits) + " %");

export function millis(ms) {
  if (ms == null) return "–";
  if (ms < 1) return ms.toFixed(2) + " ms";
  if (ms < 1000) return Math.round(ms) + " ms";
  if (ms < 60e3) return (ms / 1000).toFixed(1) + " s";
  return ms < 3600e3 ? (ms / 60e3).toFixed(1) + " min" : (ms / 3600e3).toFixed(1) + " h";
}

export const score = (quality) => (quality == null ? "–" : Number(quality).toFixed(2));

// Below a policy's floor the engine takes twenty thousand points away.
export const utility = (points) => (points == null ? "–" : points < -10_000 ? "below the floor" : points.toFixed(3));

export function ago(time) {
  const seconds = Math.max(0, (Date.now() - new Date(time)) / 1000);
  if (seconds < 60) return Math.floor(seconds) + " s ago";
  if (seconds < 3600) return Math.floor(seconds / 60) + " min ago";
  if (seconds < 86400) return Math.floor(seconds / 3600) + " h ago";
  return Math.floor(seconds / 86400) + " d ago";
}

export const clock = (time) => new Date(time).toLocaleString("en-GB", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });

// As money() without the zeros behind, for axes.
export const roundMoney = (usd) => (usd === 0 ? "$ 0" : "$ " + Number(usd.toPrecision(2)).toLocaleString("en", { maximumFractionDigits: 8 }));

// Eight that colour-blind readers tell apart (after Okabe and Ito). An agent has the same one in every view: the agents are met
// in the order of their names before anything is shown, and what is no agent has places of its own.
const COLOURS = 8;
const places = new Map();

export function meet(names) {
  for (const name of [...names].sort()) {
    if (name != null && !places.has(name)) places.set(name, places.size);
  }
}

export function colour(name) {
  meet([name]);
  return "series-" + (places.get(name) % COLOURS);
}

export const colourByPlace = (names) => (name) => "series-" + (Math.max(0, names.indexOf(name)) % COLOURS);

export const quoted = (text) => "'" + String(text).replaceAll("'", "''") + "'";

// The time inside a UUID of version 7, as the log has it.
export function timeOf(decisionId) {
  const time = parseInt(decisionId.replaceAll("-", "").slice(0, 12), 16);
  return Number.isFinite(time) && time < 8.64e15 ? new Date(time).toISOString() : null;
}
