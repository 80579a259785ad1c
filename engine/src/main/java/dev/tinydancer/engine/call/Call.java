package dev.tinydancer.engine.call;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogDocument;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.catalog.RouteStore;
import dev.tinydancer.engine.catalog.RoutesDocument;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.router.semantic.RouteIndex;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a session asks for: a payload, and the identity of the first decision that is made for it.
 *
 * @param <A> the arguments of its verb
 */
public final class Call<A> {

    private static final int VERSION = 0x7000;
    private static final int RANDOM_BITS_OF_HIGH_HALF = 0x0FFE;
    /** Says of a decision that the engine writes it to the log, so that its outcome may come before it does. */
    private static final int LOGGED_LATER = 0x0001;

    private static final int TIME_SHIFT = 16;

    private static final long VARIANT = 0x8000_0000_0000_0000L;
    /** Those of a UUID's lower half that do not say what variant it is of. */
    private static final long RANDOM_BITS = 0x3FFF_FFFF_FFFF_FFFFL;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final Payload<A> payload;
    private final long timeAndVersion;
    private final long random;

    /**
     * A call whose code has been verified.
     *
     * @param code of the message, at least ten bytes. Without the key it cannot be told from chance, no
     *     two messages have the same, and a message that is sent again has the one that it had
     */
    Call(Payload<A> payload, byte[] code) {
        this.payload = payload;
        timeAndVersion = (millis() << TIME_SHIFT)
                | VERSION
                | ((short) SHORT.get(code, 0) & RANDOM_BITS_OF_HIGH_HALF)
                | (payload.logMode() == LogMode.ASYNC ? LOGGED_LATER : 0);
        random = (long) LONG.get(code, Short.BYTES);
    }

    /** Whose call it is. */
    public String tenant() {
        return payload.tenant();
    }

    /** The arguments of the verb. */
    public A arguments() {
        return payload.arguments();
    }

    /** To be asked before each part of a call that takes long: who has cancelled it does not wait for the rest. */
    public static void requireWaiting() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** When the call began, in whole milliseconds: the time of its decisions. */
    public Instant at() {
        return Instant.ofEpochMilli(millis());
    }

    /** Never rounded up: no decision is of the future, from which no outcome is taken. */
    private long millis() {
        return (long) Math.floor(payload.at() * 1000);
    }

    /** Who writes the call's decisions to the log. */
    public LogMode logMode() {
        return payload.logMode();
    }

    /** The span that the call belongs to, as W3C Trace Context writes it; null for none. */
    @Nullable
    String traceparent() {
        return payload.traceparent();
    }

    /** Whether the log may keep the texts of requests. */
    public boolean keepsRequests() {
        return payload.keepsRequests();
    }

    /**
     * The id of one of the call's decisions, a UUID of version 7 (RFC 9562): the time of the call in milliseconds, and what
     * the code of its message gives for chance, with the place of the decision added. So a message that is sent again
     * brings the same ids, and all decisions of a call have the same time. The last bit of the upper half is 1 where the
     * engine writes the decision to the log, and 0 otherwise.
     *
     * @param place from 0
     * @return null where the verb decides nothing
     */
    public @Nullable UUID decisionId(int place) {
        return payload.log() == null ? null : new UUID(timeAndVersion, VARIANT | ((random + place) & RANDOM_BITS));
    }

    /**
     * What the caller sees, whether it is committed or its own. Budgets are promises to others, though: a transaction whose
     * snapshot is older than the committed catalog keeps the budgets of the present.
     */
    public Catalog catalog(CatalogStore store) throws InterruptedException {
        CatalogDocument catalog = payload.catalog();
        if (catalog == null) {
            Catalog known = store.require(tenant(), payload.catalogVersion());
            // What the caller sees may be old, and the engine may not have been told yet of what has come since.
            return Boolean.TRUE.equals(payload.fixedSnapshot()) ? withBudgetsOf(store.present(tenant()), known) : known;
        }
        Catalog seen = understood("catalog", catalog::toCatalog);
        return withBudgetsOf(store.known(tenant()), seen);
    }

    private static Catalog withBudgetsOf(Catalog committed, Catalog seen) {
        return committed.version() > seen.version()
                ? new Catalog(seen.version(), seen.agents(), committed.budgets(), seen.policies())
                : seen;
    }

    /** The semantic routes that the caller sees, whether they are committed or its own. */
    public RouteIndex routes(RouteStore store) throws InterruptedException {
        RoutesDocument routes = payload.routes();
        return routes != null
                ? understood("routes", () -> store.indexOnce(tenant(), routes.toRoutes()))
                : store.require(tenant(), payload.catalogVersion());
    }

    private static <T> T understood(String part, Supplier<T> document) {
        try {
            return document.get();
        } catch (IllegalArgumentException e) {
            throw new EngineException(
                    SqlState.PROTOCOL_VIOLATION,
                    "the " + part + " of the call cannot be: " + e.getMessage(),
                    null,
                    "Are the SQL functions and the engine of the same version?");
        }
    }
}
