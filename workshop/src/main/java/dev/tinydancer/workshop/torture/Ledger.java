package dev.tinydancer.workshop.torture;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** What the sessions were told, to be held against the database afterwards. Thread-safe. */
final class Ledger {

    /**
     * A decision that a session got.
     *
     * @param tenant of the session
     * @param request what was asked
     * @param committed whether its transaction was seen to commit; if not, it was rolled back
     */
    record Decision(UUID id, int tenant, String request, String agent, boolean committed) {

        Decision {
            requireNonNull(id, "id");
            requireNonNull(request, "request");
            requireNonNull(agent, "agent");
        }
    }

    /** An outcome whose recording was seen to commit. */
    record Outcome(UUID decision, boolean success, double cost) {}

    private final List<Decision> decisions = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Map<String, Long> failures = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private long calls;
    private long late;
    private Duration longest = Duration.ZERO;
    private Duration longestOutage = Duration.ZERO;
    private long lastAnswerNanos = System.nanoTime();
    private long serverDownSinceNanos;
    private boolean serverIsDown;

    synchronized void decided(Decision decision) {
        decisions.add(decision);
        answered();
    }

    synchronized void recorded(Outcome outcome) {
        outcomes.add(outcome);
    }

    synchronized void failed(String state) {
        failures.merge(state, 1L, Long::sum);
    }

    synchronized void wrong(String what) {
        wrong.add(what);
    }

    private void answered() {
        long now = System.nanoTime();
        if (!serverIsDown) {
            Duration outage = Duration.ofNanos(now - lastAnswerNanos);
            longestOutage = outage.compareTo(longestOutage) > 0 ? outage : longestOutage;
        }
        lastAnswerNanos = now;
    }

    /** From now on nobody can expect an answer: PostgreSQL itself is down. */
    synchronized void serverGoesDown() {
        serverIsDown = true;
        serverDownSinceNanos = System.nanoTime();
    }

    synchronized void serverIsBack() {
        serverIsDown = false;
        lastAnswerNanos = System.nanoTime();
        serverDownSinceNanos = lastAnswerNanos;
    }

    /** A call that took so long, answered or not. Those that PostgreSQL's own absence reached into are not counted as late. */
    synchronized void called(long startNanos, Duration deadline) {
        calls++;
        if (serverIsDown || startNanos - serverDownSinceNanos < 0) {
            return;
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - startNanos);
        longest = taken.compareTo(longest) > 0 ? taken : longest;
        if (taken.compareTo(deadline) > 0) {
            late++;
        }
    }

    synchronized List<Decision> decisions() {
        return List.copyOf(decisions);
    }

    synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    synchronized Map<String, Long> failures() {
        return Map.copyOf(failures);
    }

    synchronized List<String> wrongAnswers() {
        return List.copyOf(wrong);
    }

    synchronized long calls() {
        return calls;
    }

    synchronized long late() {
        return late;
    }

    synchronized Duration longest() {
        return longest;
    }

    synchronized Duration longestOutage() {
        return longestOutage;
    }
}
