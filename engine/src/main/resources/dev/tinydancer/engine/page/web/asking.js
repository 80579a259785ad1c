// The JSON interface: one question, one answer, and a hook that asks again while somebody looks.

import { useEffect, useRef, useState } from "./vendor/htm-preact-standalone.js";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.message || "no answer");
    this.status = status;
    this.detail = problem.detail;
    this.hint = problem.hint;
    this.sqlstate = problem.sqlstate;
  }
}

// Whom the engine does not let in, or not now: asking again by itself would only make it worse.
export const isLockedOut = (error) => error.status === 401 || error.status === 429;

let onLockedOut = () => {};

/** Calls back with whatever answer says that a token is needed, or another one. */
export function whenLockedOut(listener) {
  onLockedOut = listener;
}

function compact(parameters) {
  return Object.fromEntries(
    Object.entries(parameters)
      .filter(([, value]) => value != null && value !== "")
      .map(([key, value]) => [key, String(value)]));
}

async function answerOf(response) {
  if (response.status === 204) return null;
  let body = null;
  try {
    body = await response.json();
  } catch {
    throw new Refusal(response.status, { message: "the engine answered something that is not JSON" });
  }
  if (!response.ok) {
    const refusal = new Refusal(response.status, body.error || {});
    if (isLockedOut(refusal)) onLockedOut(refusal);
    throw refusal;
  }
  return body;
}

async function sent(request) {
  try {
    return await request;
  } catch (e) {
    if (e.name === "AbortError") throw e;
    throw new Refusal(0, { message: "the engine does not answer", hint: "Look whether it runs: ./tiny-dancer status" });
  }
}

export async function ask(name, parameters = {}, signal) {
  const query = new URLSearchParams({ ...compact(parameters), time_zone: zone });
  return answerOf(await sent(fetch("/api/v1/" + name + "?" + query, { signal })));
}

// For texts of people, which belong into no address.
export async function tell(name, parameters = {}, signal) {
  return answerOf(
    await sent(fetch("/api/v1/" + name, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(compact(parameters)),
      signal,
    })));
}

// The latest answer stays until the next one is there, so that nothing flickers. Nobody asks from a page that is not seen.
export function useAnswer(name, parameters = {}, every = 0, asking = ask) {
  const [state, setState] = useState({ loading: true, rows: null, sql: null, error: null });
  const key = name && JSON.stringify([name, parameters]);
  const shown = useRef(null);
  useEffect(() => {
    if (!name) return undefined;
    const abort = new AbortController();
    let timer = 0;
    if (shown.current !== name) setState({ loading: true, rows: null, sql: null, error: null });
    shown.current = name;
    async function look() {
      try {
        const answer = await asking(name, parameters, abort.signal);
        if (!abort.signal.aborted) setState({ loading: false, error: null, ...answer });
      } catch (error) {
        if (error.name !== "AbortError") setState((before) => ({ ...before, loading: false, error }));
        if (isLockedOut(error)) return;
      }
      if (every && !abort.signal.aborted) timer = setTimeout(next, every);
    }
    function next() {
      if (document.hidden) document.addEventListener("visibilitychange", next, { once: true, signal: abort.signal });
      else look();
    }
    look();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, every]);
  return state;
}
