package dev.tinydancer.benchmark.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;

/** {@code benchmark/growth/fill-log.sql} without psql, which does not come with the bundled PostgreSQL. */
public final class LogFill {

    private static final String SCRIPT = "/dev/tinydancer/benchmark/growth/fill-log.sql";

    private LogFill() {}

    /**
     * Fills the log of an installation.
     *
     * @param database connections of a superuser
     * @param decisions how many there will be, at least 1
     * @param outcomes of how many of them, about
     * @param days over which they are spread, at least 1
     */
    public static void fill(DataSource database, int decisions, int outcomes, int days)
            throws IOException, SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements(script())) {
                statement.execute(each.replace(":'decisions'", "'" + decisions + "'")
                        .replace(":'outcomes'", "'" + outcomes + "'")
                        .replace(":'days'", "'" + days + "'"));
            }
        }
    }

    private static String script() throws IOException {
        try (InputStream script = Objects.requireNonNull(LogFill.class.getResourceAsStream(SCRIPT), SCRIPT)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Without psql's own commands; a statement ends with a line, outside of a body between dollar signs. */
    static List<String> statements(String script) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        boolean inBody = false;
        for (String line : script.lines().toList()) {
            if (line.startsWith("\\") || line.startsWith("--")) {
                continue;
            }
            statement.append(line).append('\n');
            inBody ^= (line.length() - line.replace("$$", "").length()) % 4 != 0;
            if (!inBody && line.endsWith(";")) {
                statements.add(statement.toString().strip());
                statement.setLength(0);
            }
        }
        if (!statement.toString().isBlank()) {
            throw new IllegalArgumentException("the last statement of the script has no end");
        }
        return statements;
    }
}
