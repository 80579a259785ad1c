package dev.tinydancer.engine.call;

import dev.tinydancer.engine.brain.Brain;
import dev.tinydancer.engine.credential.CredentialStore;
import dev.tinydancer.engine.json.ProtocolJson;
import dev.tinydancer.engine.metrics.CallMetrics;
import dev.tinydancer.engine.wire.Session;
import dev.tinydancer.engine.wire.SessionFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Opens the sessions in which calls are answered; all of them share the verbs. Safe for concurrent use. */
public final class CallSessions implements SessionFactory {

    private final CredentialStore credentials;
    private final CallMetrics metrics;
    private final Brain brain;
    private final Verbs verbs;
    private final Crowd crowd = new Crowd(Runtime.getRuntime().availableProcessors());

    /**
     * Authenticates calls by {@code credentials} and counts them in {@code metrics}.
     *
     * @param verbs what answers them
     * @param brain rehearses
     */
    public CallSessions(CredentialStore credentials, CallMetrics metrics, Verbs verbs, Brain brain) {
        this.credentials = credentials;
        this.metrics = metrics;
        this.verbs = verbs;
        this.brain = brain;
    }

    @Override
    public Session open(String user) {
        return new CallSession(credentials, verbs, metrics, crowd);
    }

    /**
     * Answers made-up calls of a tenant with thousands of outcomes until the code of real ones is compiled; they do not
     * count, and the tenant is forgotten. Takes about a second.
     */
    public void rehearse() throws InterruptedException {
        CallMetrics uncounted = new CallMetrics(new SimpleMeterRegistry());
        Rehearsal.run(
                new CallSession(credentials, verbs, uncounted, crowd),
                credentials.messageKey(),
                ProtocolJson.mapper(),
                brain.of(Rehearsal.TENANT),
                brain.dimension());
        brain.forget(Rehearsal.TENANT);
    }
}
