package dev.tinydancer.cli.demo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.local.LocalInstance;
import dev.tinydancer.cli.local.LocalInstanceConfig;
import dev.tinydancer.cli.local.Passwords;
import dev.tinydancer.cli.terminal.ResultTable;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.embedded.Installation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * docs/sql-reference.md is made from a template: signatures, descriptions and grants come from the installed functions, the
 * results of the examples from running them. This holds the document to what a fresh installation gives; figures may differ.
 *
 * <p>To make the document anew: {@code ./mvnw -pl cli -am verify -Dit.test=SqlReferenceIT -Dtinydancer.updateDocs=true}.
 */
@Tag("once")
final class SqlReferenceIT {

    private static final Path DOCUMENT = Path.of("..", "docs", "sql-reference.md");
    private static final String FUNCTION_MARK = "@function ";
    private static final String FENCE = "```";
    private static final int WIDTH = 116;

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern FIGURE = Pattern.compile("-?\\d+([.:]\\d+)*([eE]-?\\d+)?");
    private static final Pattern ARGUMENT_BORDER = Pattern.compile("(?<=,) (?=[A-Z]*\\s?[a-z0-9_]+ )");
    private static final Pattern LAYOUT = Pattern.compile("[ ─]+");

    @TempDir
    Path directory;

    @Test
    void document_saysWhatIsInstalled() throws IOException, SQLException, InterruptedException {
        String made = render(template());
        if (Boolean.getBoolean("tinydancer.updateDocs")) {
            Files.writeString(DOCUMENT, made);
        }
        assertThat(withoutFigures(Files.readString(DOCUMENT))).isEqualTo(withoutFigures(made));
    }

    /** Figures follow the models, and the columns' widths follow the figures. */
    private static String withoutFigures(String document) {
        String named = UUID.matcher(document).replaceAll("UUID");
        return LAYOUT.matcher(FIGURE.matcher(named).replaceAll("#")).replaceAll(" ");
    }

    private static List<String> template() throws IOException {
        try (InputStream stream = SqlReferenceIT.class.getResourceAsStream("sql-reference.template.md")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private String render(List<String> template) throws SQLException, InterruptedException {
        Passwords passwords = Passwords.fleeting();
        LocalInstanceConfig config = new LocalInstanceConfig(
                EmbeddedServerConfig.fleeting(Installation.bundled(), directory, passwords.superuser()),
                passwords.owner(),
                OptionalInt.empty());
        try (LocalInstance instance = LocalInstance.start(config);
                Connection connection = instance.database().getConnection()) {
            StringBuilder document = new StringBuilder();
            Set<String> described = new TreeSet<>();
            StringBuilder statement = new StringBuilder();
            boolean inSql = false;
            for (String line : template) {
                if (line.startsWith(FUNCTION_MARK)) {
                    String name = line.substring(FUNCTION_MARK.length());
                    described.add(name);
                    document.append(description(connection, name));
                    continue;
                }
                document.append(line).append('\n');
                if (line.equals(FENCE + "sql")) {
                    inSql = true;
                    statement.setLength(0);
                } else if (inSql && line.equals(FENCE)) {
                    inSql = false;
                    document.append('\n').append(FENCE).append("text\n");
                    result(connection, statement.toString())
                            .forEach(row -> document.append(row).append('\n'));
                    document.append(FENCE).append('\n');
                } else if (inSql) {
                    statement.append(line).append('\n');
                }
            }
            assertThat(described).isEqualTo(installed(connection));
            return document.toString();
        }
    }

    private static Set<String> installed(Connection connection) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT proname FROM pg_proc WHERE starts_with(proname, 'ruvector_')")) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }

    private static String description(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT pg_get_function_arguments(oid),
                       coalesce(
                           (SELECT 'SETOF (' || string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum) || ')'
                            FROM pg_type JOIN pg_attribute ON attrelid = typrelid
                            WHERE pg_type.oid = prorettype AND typtype = 'c' AND attnum > 0),
                           pg_get_function_result(oid)),
                       obj_description(oid, 'pg_proc'),
                       CASE WHEN has_function_privilege('tiny_dancer_user', oid, 'EXECUTE')
                            THEN 'tiny_dancer_user' ELSE 'tiny_dancer_admin' END
                FROM pg_proc WHERE proname = ?""")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                assertThat(row.next()).as("there is a function %s", name).isTrue();
                List<String> lines = new ArrayList<>();
                lines.add("### " + name);
                lines.add("");
                lines.add(FENCE + "text");
                lines.add(name + "(");
                row.getString(1)
                        .lines()
                        .flatMap(ARGUMENT_BORDER::splitAsStream)
                        .forEach(each -> lines.add("    " + each));
                lines.add(") returns " + row.getString(2));
                lines.add(FENCE);
                lines.add("");
                lines.add(row.getString(3) + ". For `" + row.getString(4) + "`.");
                assertThat(row.next()).as("%s has one form", name).isFalse();
                return String.join("\n", lines) + "\n";
            }
        }
    }

    /** What psql would show: rows, notices and errors. */
    private static List<String> result(Connection connection, String sql) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            boolean hasRows = statement.execute(sql);
            for (SQLWarning notice = statement.getWarnings(); notice != null; notice = notice.getNextWarning()) {
                lines.add("NOTICE:  " + notice.getMessage());
            }
            if (hasRows) {
                try (ResultSet rows = statement.getResultSet()) {
                    lines.addAll(ResultTable.of(rows).lines(WIDTH));
                }
            }
        } catch (PSQLException e) {
            ServerErrorMessage error = requireNonNull(e.getServerErrorMessage(), "an error of the server's");
            lines.add("ERROR:  " + error.getSQLState() + ": " + error.getMessage());
            if (error.getDetail() != null) {
                lines.add("DETAIL:  " + error.getDetail());
            }
            if (error.getHint() != null) {
                lines.add("HINT:  " + error.getHint());
            }
        }
        return lines;
    }
}
