package dev.tinydancer.workshop.torture;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the sessions were told, to be held against the database afterwards. Thread-safe. */
final class Ledger {

    /**
     * A decision that a session got.
     *
     * @param tenant of the session
     * @param request what was asked
     * @param conversation that it belongs to; empty if to none
     * @param committed whether its transaction was seen to commit; if not, it was rolled back
     */
    record Decision(UUID id, int tenant, String request, String agent, String conversation, boolean committed) {

        Decision {
            requireNonNull(id, "id");
            requireNonNull(request, "request");
            requireNonNull(agent, "agent");
            requireNonNull(conversation, "conversation");
        }
    }

    /** An outcome whose recording was seen to commit. */
    record Outcome(UUID decision, boolean success, double cost) {}

    /** A judgement whose recording was seen to commit. */
    record Judgement(UUID decision, double quality) {}

    /** More of the same kind says nothing new. */
    private static final int MOST_REMARKS = 20;

    /** All sessions connect at the same time, to processors that are fewer by far. */
    private static final Duration WARM_UP = Duration.ofSeconds(15);

    private final Consumer<String> remarks;
    private final List<Judgement> judgements = new ArrayList<>();
    private final List<Decision> decisions = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Map<String, Long> failures = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private long calls;
    private final Map<String, Long> late = new TreeMap<>();
    private long tooLate;
    private Duration longest = Duration.ZERO;
    private Duration longestOutage = Duration.ZERO;
    private long lastAnswerNanos = System.nanoTime();
    private long warmSinceNanos = System.nanoTime();
    private boolean serverIsDown;
    private @Nullable Fault now;
    private @Nullable Fault before;
    private long peaceSinceNanos = System.nanoTime();

    /** @param remarks is told what is wrong when it happens */
    Ledger(Consumer<String> remarks) {
        this.remarks = remarks;
    }

    synchronized void decided(Decision decision) {
        decisions.add(decision);
        answered();
    }

    synchronized void recorded(Outcome outcome) {
        outcomes.add(outcome);
    }

    synchronized void judged(Judgement judgement) {
        judgements.add(judgement);
    }

    synchronized void failed(String state) {
        failures.merge(state, 1L, Long::sum);
    }

    synchronized void wrong(String what) {
        wrong.add(what);
        if (wrong.size() <= MOST_REMARKS) {
            remarks.accept("wrong: " + what);
        }
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
    }

    synchronized void serverIsBack() {
        serverIsDown = false;
        lastAnswerNanos = System.nanoTime();
        warmSinceNanos = lastAnswerNanos + WARM_UP.toNanos();
    }

    /**
     * A call that took so long, answered or not. Those that PostgreSQL's own absence reached into are not counted as late, nor
     * those of the time in which every session is new and has PostgreSQL compile its functions.
     *
     * @param starved by how much a session that only sleeps and commits was held up meanwhile; a call that is late by no more is excused
     */
    synchronized void called(long startNanos, Duration deadline, Duration starved) {
        calls++;
        if (serverIsDown || startNanos - warmSinceNanos < 0) {
            return;
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - startNanos);
        longest = taken.compareTo(longest) > 0 ? taken : longest;
        if (taken.compareTo(deadline) > 0) {
            late(
                    taken,
                    now == null && startNanos - peaceSinceNanos < 0 ? before : now,
                    taken.minus(starved).compareTo(deadline) <= 0);
        }
    }

    private void late(Duration taken, @Nullable Fault during, boolean isStarved) {
        String when = (during == null ? "no fault" : during.description()) + (isStarved ? ", as was everybody" : "");
        long count = late.merge(when, 1L, Long::sum);
        if (!isStarved && (during == null || !during.outlastsDeadlines())) {
            tooLate++;
        }
        if (count <= MOST_REMARKS) {
            remarks.accept("late: a call of %d ms, %s".formatted(taken.toMillis(), when));
        }
    }

    synchronized void begins(Fault fault) {
        now = fault;
    }

    synchronized void isOver(Fault fault) {
        before = fault;
        now = null;
        peaceSinceNanos = System.nanoTime();
    }

    synchronized List<Decision> decisions() {
        return List.copyOf(decisions);
    }

    synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    synchronized List<Judgement> judgements() {
        return List.copyOf(judgements);
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

    /** Calls beyond their deadline, by what happened meanwhile. */
    synchronized Map<String, Long> late() {
        return Map.copyOf(late);
    }

    /** Of these, those that nothing excuses. */
    synchronized long tooLate() {
        return tooLate;
    }

    synchronized Duration longest() {
        return longest;
    }

    synchronized Duration longestOutage() {
        return longestOutage;
    }
}
