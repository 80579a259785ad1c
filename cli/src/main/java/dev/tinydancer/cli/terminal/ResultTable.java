package dev.tinydancer.cli.terminal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes a table of a query's result. */
public final class ResultTable {

    private static final MathContext FIGURES_SHOWN = new MathContext(4);

    private ResultTable() {}

    /**
     * Reads the rest of the result. Floating-point numbers are rounded to four figures; a column without a single value
     * is left out.
     */
    public static Table of(ResultSet rows) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        List<String> headers = new ArrayList<>();
        List<Boolean> numeric = new ArrayList<>();
        for (int column = 1; column <= meta.getColumnCount(); column++) {
            headers.add(meta.getColumnLabel(column));
            numeric.add(isNumeric(meta.getColumnType(column)));
        }
        List<List<String>> lines = new ArrayList<>();
        while (rows.next()) {
            List<String> line = new ArrayList<>();
            for (int column = 1; column <= headers.size(); column++) {
                line.add(text(rows.getObject(column)));
            }
            lines.add(line);
        }
        return withoutEmptyColumns(headers, numeric, lines);
    }

    /** Reads the rest of the result for JSON: of each row its columns, numbers unrounded, what JSON has no type for as text. */
    public static List<Map<String, @Nullable Object>> objects(ResultSet rows) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        List<Map<String, @Nullable Object>> objects = new ArrayList<>();
        while (rows.next()) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            for (int column = 1; column <= meta.getColumnCount(); column++) {
                Object value = rows.getObject(column);
                object.put(
                        meta.getColumnLabel(column),
                        value == null || value instanceof Number || value instanceof Boolean
                                ? value
                                : rows.getString(column));
            }
            objects.add(object);
        }
        return objects;
    }

    private static Table withoutEmptyColumns(List<String> headers, List<Boolean> numeric, List<List<String>> lines) {
        int[] kept = IntStream.range(0, headers.size())
                .filter(column -> lines.isEmpty()
                        || lines.stream().anyMatch(line -> !line.get(column).isEmpty()))
                .toArray();
        return new Table(
                chosen(headers, kept),
                chosen(numeric, kept),
                lines.stream().map(line -> chosen(line, kept)).toList());
    }

    private static <T> List<T> chosen(List<T> values, int[] columns) {
        return Arrays.stream(columns).mapToObj(values::get).toList();
    }

    private static boolean isNumeric(int type) {
        return switch (type) {
            case Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.REAL, Types.DOUBLE, Types.NUMERIC -> true;
            default -> false;
        };
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Double number -> rounded(number);
            case Float number -> rounded(number);
            default -> value.toString();
        };
    }

    private static String rounded(double number) {
        if (!Double.isFinite(number)) {
            return Double.toString(number);
        }
        BigDecimal rounded = BigDecimal.valueOf(number).round(FIGURES_SHOWN).stripTrailingZeros();
        return rounded.signum() == 0 ? "0" : rounded.toPlainString();
    }
}
