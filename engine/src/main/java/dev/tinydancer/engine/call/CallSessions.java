package dev.tinydancer.engine.call;

import dev.tinydancer.engine.credential.CredentialStore;
import dev.tinydancer.engine.metrics.CallMetrics;
import dev.tinydancer.engine.wire.Session;
import dev.tinydancer.engine.wire.SessionFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Opens the sessions in which calls are answered; all of them share the verbs. Safe for concurrent use. */
public final class CallSessions implements SessionFactory {

    private final CredentialStore credentials;
    private final CallMetrics metrics;
    private final Verbs verbs;
    private final Crowd crowd = new Crowd(Runtime.getRuntime().availableProcessors());

    /**
     * Authenticates calls by {@code credentials} and counts them in {@code metrics}.
     *
     * @param verbs what answers them
     */
    public CallSessions(CredentialStore credentials, CallMetrics metrics, Verbs verbs) {
        this.credentials = credentials;
        this.metrics = metrics;
        this.verbs = verbs;
    }

    @Override
    public Session open(String user) {
        return new CallSession(credentials, verbs, metrics, crowd);
    }

    /**
     * Answers the calls of a rehearsal until the code of real ones is compiled; they do not count.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public void finish(Rehearsal rehearsal) throws InterruptedException {
        CallMetrics uncounted = new CallMetrics(new SimpleMeterRegistry());
        rehearsal.finish(new CallSession(credentials, verbs, uncounted, crowd), credentials.messageKey());
    }
}
