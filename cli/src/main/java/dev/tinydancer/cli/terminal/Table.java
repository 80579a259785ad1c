package dev.tinydancer.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows under headers, for reading.
 *
 * <p>Where the rows are wider than the terminal, each is shown as a list of its columns instead, with long values
 * wrapped: a value is never cut off.
 *
 * @param headers one for each column
 * @param numeric whether the column's values are set flush right
 * @param rows as many values as headers; an empty value stands for nothing
 */
public record Table(List<String> headers, List<Boolean> numeric, List<List<String>> rows) {

    private static final String GAP = "  ";

    public Table {
        headers = List.copyOf(headers);
        numeric = List.copyOf(numeric);
        rows = rows.stream().map(List::copyOf).toList();
        int columns = headers.size();
        if (numeric.size() != columns || rows.stream().anyMatch(row -> row.size() != columns)) {
            throw new IllegalArgumentException("every row must have " + columns + " columns, one for each header");
        }
    }

    /**
     * The lines, without colours.
     *
     * @param width that no line exceeds unless one word alone does
     */
    public List<String> lines(int width) {
        int[] widths = IntStream.range(0, headers.size()).map(this::columnWidth).toArray();
        int total = IntStream.of(widths).sum() + GAP.length() * Math.max(0, widths.length - 1);
        return total <= width ? grid(widths) : records(width);
    }

    private int columnWidth(int column) {
        int widest = headers.get(column).length();
        for (List<String> row : rows) {
            widest = Math.max(widest, row.get(column).length());
        }
        return widest;
    }

    private List<String> grid(int[] widths) {
        List<String> lines = new ArrayList<>();
        lines.add(gridLine(headers, widths));
        lines.add(String.join(GAP, IntStream.of(widths).mapToObj("─"::repeat).toList()));
        for (List<String> row : rows) {
            lines.add(gridLine(row, widths));
        }
        return lines;
    }

    private String gridLine(List<String> values, int[] widths) {
        List<String> cells = new ArrayList<>();
        for (int column = 0; column < widths.length; column++) {
            String padding = " ".repeat(widths[column] - values.get(column).length());
            cells.add(numeric.get(column) ? padding + values.get(column) : values.get(column) + padding);
        }
        return String.join(GAP, cells).stripTrailing();
    }

    private List<String> records(int width) {
        int names = headers.stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            for (int column = 0; column < headers.size(); column++) {
                String name = headers.get(column)
                        + " ".repeat(names - headers.get(column).length())
                        + GAP;
                for (String part : wrapped(row.get(column), width - name.length())) {
                    lines.add((name + part).stripTrailing());
                    name = " ".repeat(name.length());
                }
            }
        }
        return lines;
    }

    /** Broken at spaces; at least one line. */
    private static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
