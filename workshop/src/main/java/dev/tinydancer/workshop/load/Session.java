package dev.tinydancer.workshop.load;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** One session of the database that makes one call after the other, each in a transaction of its own. */
final class Session implements AutoCloseable {

    private static final double MICROS_PER_NANO = 1e-3;
    private static final int WARM_UP = 3;

    private final Connection connection;
    private final Statement statement;

    /**
     * Connects.
     *
     * @param log the session's {@code tiny_dancer.log_decisions}
     */
    Session(DataSource database, String log) throws SQLException {
        connection = database.getConnection();
        try {
            statement = connection.createStatement();
            statement.execute("SET tiny_dancer.log_decisions = '" + log + "'");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Executes what is not measured. */
    void execute(String sql) throws SQLException {
        statement.execute(sql);
    }

    /** The first column of the first row. */
    String value(String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Makes a call, reads all rows, and says how many microseconds that took. */
    double micros(String query) throws SQLException {
        long began = System.nanoTime();
        call(statement, query);
        return (System.nanoTime() - began) * MICROS_PER_NANO;
    }

    /** Makes a call and reads all rows, as a caller does. */
    static void call(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                rows.getObject(1);
            }
        }
    }

    /** A few calls that are not counted, then so many that are. */
    Sample sample(int calls, String query) throws SQLException {
        return sample(calls, List.of(query));
    }

    /** Likewise, with the queries in turns. */
    Sample sample(int calls, List<String> queries) throws SQLException {
        for (int i = 0; i < WARM_UP; i++) {
            micros(queries.get(i % queries.size()));
        }
        double[] micros = new double[calls];
        for (int i = 0; i < calls; i++) {
            micros[i] = micros(queries.get(i % queries.size()));
        }
        return Sample.of(micros);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
