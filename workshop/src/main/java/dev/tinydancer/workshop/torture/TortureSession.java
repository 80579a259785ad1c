package dev.tinydancer.workshop.torture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/** One session of a tenant, which does what applications do, as fast as it can, and writes down what it was told. */
final class TortureSession implements Runnable {

    /** The deadline of a call, which nobody changes here, and the tenth by which it may be exceeded. */
    private static final Duration DEADLINE = Duration.ofMillis(2_200);

    /** A decision that waits for its outcome, which any session of its tenant may record. */
    record Awaited(UUID decision, double estimate) {}

    private static final int MOST_AWAITED = 200;
    private static final int BATCH = 20;
    private static final int CONVERSATIONS = 5;
    private static final String QUERY_CANCELED = "57014";
    private static final String DISK_FULL = "53100";
    private static final String ROUTE =
            "SELECT agent_name, decision_id, estimated_cost FROM ruvector_route(?, tags => ?::text[],"
                    + " conversation_id => ?)";

    private final int number;
    private final int tenant;
    private final DataSource database;
    private final Ledger ledger;
    private final Metronome metronome;
    private final Queue<Awaited> awaited;
    private final ScheduledExecutorService cancellations;
    private final BooleanSupplier ends;
    private final Random random;
    private int requests;

    TortureSession(
            int number,
            int tenant,
            DataSource database,
            Ledger ledger,
            Metronome metronome,
            Queue<Awaited> awaited,
            ScheduledExecutorService cancellations,
            BooleanSupplier ends,
            Random random) {
        this.number = number;
        this.tenant = tenant;
        this.database = database;
        this.ledger = ledger;
        this.metronome = metronome;
        this.awaited = awaited;
        this.cancellations = cancellations;
        this.ends = ends;
        this.random = random;
    }

    @Override
    public void run() {
        while (!ends.getAsBoolean()) {
            try (Connection connection = database.getConnection()) {
                while (!ends.getAsBoolean()) {
                    step(connection);
                }
            } catch (SQLException e) {
                // The server is down, or has cut the session off.
                ledger.failed(stateOf(e));
                rest();
            }
        }
    }

    private void rest() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void step(Connection connection) throws SQLException {
        double kind = random.nextDouble();
        if (kind < 0.5) {
            routeAndTell(connection);
        } else if (kind < 0.6) {
            routeAndRollBack(connection);
        } else if (kind < 0.7) {
            routeAndCancel(connection);
        } else if (kind < 0.72) {
            routeMany(connection);
        } else if (kind < 0.73) {
            changeTheCatalog(connection);
        } else if (kind < 0.78) {
            judge(connection);
        } else {
            tellOfAnother(connection);
        }
    }

    private void routeAndTell(Connection connection) throws SQLException {
        Optional<Awaited> decided = route(connection, true);
        if (decided.isEmpty()) {
            return;
        }
        double what = random.nextDouble();
        if (what < 0.6) {
            tell(connection, decided.get());
        } else if (what < 0.9 && awaited.size() < MOST_AWAITED) {
            awaited.add(decided.get());
        }
    }

    private void tellOfAnother(Connection connection) throws SQLException {
        Awaited other = awaited.poll();
        if (other != null) {
            tell(connection, other);
        }
    }

    private void judge(Connection connection) throws SQLException {
        Awaited other = awaited.peek();
        if (other == null) {
            return;
        }
        double quality = random.nextDouble();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT ruvector_record_feedback(?, ?, source => 'torture')")) {
            statement.setObject(1, other.decision());
            statement.setDouble(2, quality);
            statement.execute();
            ledger.judged(new Ledger.Judgement(other.decision(), quality));
        } catch (SQLException e) {
            passing(connection, e);
        }
    }

    private void tell(Connection connection, Awaited decision) throws SQLException {
        boolean success = random.nextDouble() < 0.8;
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT ruvector_record_outcome(?, ?, cost => ?)")) {
            statement.setObject(1, decision.decision());
            statement.setBoolean(2, success);
            statement.setDouble(3, success ? decision.estimate() : 0);
            statement.execute();
            ledger.recorded(new Ledger.Outcome(decision.decision(), success, success ? decision.estimate() : 0));
        } catch (SQLException e) {
            passing(connection, e);
        }
    }

    private void routeAndRollBack(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            route(connection, false);
        } finally {
            if (connection.isValid(0)) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private Optional<Awaited> route(Connection connection, boolean commits) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ROUTE)) {
            return decide(statement, commits);
        } catch (SQLException e) {
            passing(connection, e);
            return Optional.empty();
        }
    }

    private Optional<Awaited> decide(PreparedStatement statement, boolean commits) throws SQLException {
        String request = nextRequest();
        statement.setString(1, request);
        statement.setString(2, random.nextDouble() < 0.3 ? "{" + Tenants.TIGHT_TAG + "}" : null);
        String conversation = random.nextDouble() < 0.3 ? number + "-" + random.nextInt(CONVERSATIONS) : "";
        statement.setString(3, conversation.isEmpty() ? null : conversation);
        long start = System.nanoTime();
        try (ResultSet row = statement.executeQuery()) {
            if (mayBeLost(statement)) {
                return Optional.empty();
            }
            row.next();
            return Optional.of(decided(row, request, conversation, commits));
        } finally {
            ledger.called(start, DEADLINE, metronome.heldUpSince(start));
        }
    }

    /** Whether a cancellation came while the commit waited for the standby: PostgreSQL says that it may not be there. */
    private static boolean mayBeLost(PreparedStatement statement) throws SQLException {
        SQLWarning warning = statement.getWarnings();
        return warning != null && String.valueOf(warning.getMessage()).contains("synchronous replication");
    }

    private Awaited decided(ResultSet row, String request, String conversation, boolean commits) throws SQLException {
        String agent = row.getString("agent_name");
        UUID id = row.getObject("decision_id", UUID.class);
        if (!agent.startsWith(Tenants.agentPrefix(tenant))) {
            ledger.wrong("a session of " + Tenants.name(tenant) + " was sent to " + agent);
        }
        ledger.decided(new Ledger.Decision(id, tenant, request, agent, conversation, commits));
        return new Awaited(id, row.getDouble("estimated_cost"));
    }

    /** What a cancelled call did nobody knows; the next one must be answered by its own answer. */
    private void routeAndCancel(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ROUTE)) {
            ScheduledFuture<?> cancellation = cancellations.schedule(
                    () -> {
                        statement.cancel();
                        return null;
                    },
                    random.nextInt(8_000),
                    TimeUnit.MICROSECONDS);
            try {
                decide(statement, true);
            } finally {
                cancellation.cancel(false);
            }
        } catch (SQLException e) {
            passing(connection, e);
        }
    }

    private void routeMany(Connection connection) throws SQLException {
        String[] texts = new String[BATCH];
        for (int i = 0; i < BATCH; i++) {
            texts[i] = nextRequest();
        }
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT request, agent_name, decision_id, estimated_cost, error"
                        + " FROM ruvector_batch_route(?, tags => ?::text[])")) {
            statement.setArray(1, connection.createArrayOf("text", texts));
            statement.setString(2, random.nextBoolean() ? "{" + Tenants.TIGHT_TAG + "}" : null);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (row.getString("error") == null) {
                        decided(row, row.getString("request"), "", true);
                    }
                }
            }
        } catch (SQLException e) {
            passing(connection, e);
        }
    }

    private void changeTheCatalog(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT ruvector_set_policy('own', worth_usd => ?)")) {
            statement.setDouble(1, 0.01 + random.nextDouble());
            statement.execute();
        } catch (SQLException e) {
            passing(connection, e);
        }
    }

    private String nextRequest() {
        requests++;
        return "Question " + requests + " of session " + number;
    }

    /** Counts a failure, and passes on what ends the session. */
    private void passing(Connection connection, SQLException e) throws SQLException {
        String state = stateOf(e);
        if (!connection.isValid(0)) {
            throw e;
        }
        ledger.failed(state);
        if (!state.startsWith("TD4")
                && !List.of("TD503", QUERY_CANCELED, DISK_FULL).contains(state)) {
            ledger.wrong("unexpected " + state + ": " + e.getMessage());
        }
    }

    private static String stateOf(SQLException e) {
        return e.getSQLState() == null ? "none" : e.getSQLState();
    }
}
