package dev.tinydancer.cli.terminal;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a command speaks: results to one stream, everything else to the other.
 *
 * @param out results
 * @param err progress, remarks and failures
 * @param ansi whether results may be coloured
 * @param width columns of a line of results
 */
public record Terminal(PrintWriter out, PrintWriter err, Ansi ansi, int width) {

    private static final int DEFAULT_WIDTH = 100;
    private static final int LEAST_WIDTH = 40;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public Terminal {
        requireNonNull(out, "out");
        requireNonNull(err, "err");
        requireNonNull(ansi, "ansi");
        width = Math.max(LEAST_WIDTH, width);
    }

    /** The process's own streams; coloured only on a terminal that wants it. */
    public static Terminal standard(PrintWriter out, PrintWriter err) {
        String columns = System.getenv("COLUMNS");
        boolean known = columns != null && columns.matches("[1-9]\\d{1,3}");
        return new Terminal(out, err, Ansi.AUTO, known ? Integer.parseInt(columns) : DEFAULT_WIDTH);
    }

    /** A line of results; picocli's markup in it, such as {@code @|bold text|@}, becomes colour or nothing. */
    public void result(String line) {
        out.println(ansi.string(line));
        out.flush();
    }

    /** A line of results of which only the beginning is markup. */
    public void marked(String beginning, String rest) {
        plainResult(ansi.string(beginning) + rest);
    }

    /** A text of results as it is. */
    public void plainResult(String text) {
        out.println(text);
        out.flush();
    }

    /** Rows of results; on a terminal the headers stand out. */
    public void table(Table table) {
        List<String> lines = table.lines(width);
        for (int line = 0; line < lines.size(); line++) {
            boolean header = line == 0 && lines.size() > 1 && lines.get(1).startsWith("─");
            plainResult(
                    header && ansi.enabled() ? Style.bold.on() + lines.get(line) + Style.bold.off() : lines.get(line));
        }
    }

    /** The whole result as one JSON object. */
    public void json(Map<String, ?> object) {
        plainResult(JSON.writeValueAsString(object));
    }

    /** A line for the one who watches. */
    public void remark(String line) {
        err.println(Secrets.hidden(line));
        err.flush();
    }
}
