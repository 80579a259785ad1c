package dev.tinydancer.engine.call;

import dev.tinydancer.engine.credential.CredentialStore;
import dev.tinydancer.engine.metrics.CallMetrics;
import dev.tinydancer.engine.trace.CallTrace;
import dev.tinydancer.engine.wire.Session;
import dev.tinydancer.engine.wire.SessionFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Opens the sessions in which calls are answered; all of them share the verbs. Safe for concurrent use. */
public final class CallSessions implements SessionFactory {

    private final CredentialStore credentials;
    private final CallMetrics metrics;
    private final CallTrace trace;
    private final Verbs verbs;
    private final Crowd crowd = new Crowd(Runtime.getRuntime().availableProcessors());

    /**
     * Authenticates calls by {@code credentials} and counts them in {@code metrics}.
     *
     * @param trace is told of them
     * @param verbs what answers them
     */
    public CallSessions(CredentialStore credentials, CallMetrics metrics, CallTrace trace, Verbs verbs) {
        this.credentials = credentials;
        this.metrics = metrics;
        this.trace = trace;
        this.verbs = verbs;
    }

    @Override
    public Session open(String user) {
        return new CallSession(credentials, verbs, metrics, trace, crowd);
    }

    /**
     * Answers the calls of a rehearsal until the code of real ones is compiled; they do not count.
     *
     * @param uncounted what answers them, and counts nothing
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public void finish(Rehearsal rehearsal, Verbs uncounted) throws InterruptedException {
        CallMetrics nowhere = new CallMetrics(new SimpleMeterRegistry());
        rehearsal.finish(
                new CallSession(credentials, uncounted, nowhere, CallTrace.OFF, crowd), credentials.messageKey());
    }
}
