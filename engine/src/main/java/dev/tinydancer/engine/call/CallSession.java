package dev.tinydancer.engine.call;

import dev.tinydancer.engine.credential.CredentialStore;
import dev.tinydancer.engine.credential.MessageKey;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.FaultReport;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.metrics.CallMetrics;
import dev.tinydancer.engine.trace.CallTrace;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.Session;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the calls of one connection. What has not been authenticated is not looked at any further; what fails after
 * that is answered as a problem, for the SQL functions to raise.
 */
final class CallSession implements Session {

    private static final Logger LOG = LoggerFactory.getLogger(CallSession.class);

    private static final String UNKNOWN_VERB = "unknown";

    private final CredentialStore credentials;
    private final Verbs verbs;
    private final CallMetrics metrics;
    private final CallTrace trace;
    private final Crowd crowd;
    private final byte[] code = new byte[MessageKey.CODE_BYTES];
    private MessageKey.Verifier verifier;
    private long lastWindow;
    /** What is being answered, as soon as it is known. */
    private @Nullable Call<?> asked;

    /** The few notices that a session is told once. */
    private final Set<String> said = new HashSet<>();

    CallSession(CredentialStore credentials, Verbs verbs, CallMetrics metrics, CallTrace trace, Crowd crowd) {
        this.credentials = credentials;
        this.verbs = verbs;
        this.metrics = metrics;
        this.trace = trace;
        this.crowd = crowd;
        this.verifier = credentials.messageKey().verifier();
    }

    @Override
    public void answer(byte[] query, int offset, int length, ResultWriter result) throws InterruptedException {
        long start = System.nanoTime();
        String verb = UNKNOWN_VERB;
        SqlState state = SqlState.ENGINE_FAULT;
        asked = null;
        try {
            Message message = Message.parse(query, offset, length);
            authenticate(query, message);
            credentials.requireNewEnough();
            Verbs.Entry<?> entry = verbs.require(message.verb(query));
            verb = entry.name();
            state = answer(entry, query, message, new Reply(result, isCrowded(start), said));
        } catch (EngineException e) {
            state = e.state();
            throw e;
        } catch (InterruptedException e) {
            state = SqlState.QUERY_CANCELED;
            throw e;
        } finally {
            long nanos = System.nanoTime() - start;
            metrics.answered(verb, state, nanos);
            if (trace.isOn()) {
                trace(verb, state, nanos);
            }
        }
    }

    private void trace(String verb, SqlState state, long nanos) {
        Call<?> call = asked;
        if (call != null) {
            trace.answered(new CallTrace.Answered(
                    verb, state.code(), call.tenant(), call.decisionId(0), call.traceparent(), nanos));
        }
    }

    private <A> SqlState answer(Verbs.Entry<A> entry, byte[] query, Message message, Reply reply)
            throws InterruptedException {
        try {
            Call<A> call = entry.call(query, message, code);
            asked = call;
            entry.verb().answer(call, reply);
            return SqlState.SUCCESSFUL_COMPLETION;
        } catch (EngineException e) {
            reply.problem(e);
            return e.state();
        } catch (RuntimeException | Error e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            // An Error as well: one call must not take the connection with it, still less the reason.
            EngineException fault = FaultReport.of(e, LOG);
            reply.problem(fault);
            return fault.state();
        }
    }

    private boolean isCrowded(long nanos) {
        long window = Crowd.windowOf(nanos);
        boolean crowded = crowd.join(window, lastWindow);
        lastWindow = window;
        return crowded;
    }

    private void authenticate(byte[] query, Message message) throws InterruptedException {
        message.readCode(query, code);
        if (verifies(query, message)) {
            return;
        }
        // Perhaps the key was made anew, and the notice of it is still on its way.
        credentials.refreshNow();
        if (!verifies(query, message)) {
            throw new EngineException(
                    SqlState.INVALID_AUTHORIZATION,
                    "the authentication code of the call does not verify",
                    null,
                    "Call the engine through the functions ruvector_* of the database that it serves.");
        }
    }

    private boolean verifies(byte[] query, Message message) {
        MessageKey current = credentials.messageKey();
        if (!verifier.key().equals(current)) {
            verifier = current.verifier();
        }
        return verifier.accepts(code, query, message.authenticatedOffset(), message.authenticatedLength());
    }
}
