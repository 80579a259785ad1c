package dev.tinydancer.cli.demo;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The stations of the tour, in order.
 *
 * @param stations at least one
 */
record Tour(List<Station> stations) {

    private static final String RESOURCE = "tour.sql";
    private static final String TITLE_PREFIX = "-- ";

    /**
     * One statement.
     *
     * @param title what it shows
     * @param sql without the semicolon at its end
     */
    record Station(String title, String sql) {}

    Tour {
        stations = List.copyOf(stations);
        if (stations.isEmpty()) {
            throw new IllegalArgumentException("a tour needs at least one station");
        }
    }

    /** The tour of this program. */
    static Tour load() {
        try (InputStream stream = requireNonNull(Tour.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads statements that end with a semicolon at the end of a line. The comment line before one is its title; without
     * it a statement goes on under the title before.
     */
    static Tour parse(String text) {
        List<Station> stations = new ArrayList<>();
        StringBuilder sql = new StringBuilder();
        String title = "";
        for (String line : text.lines().toList()) {
            if (sql.isEmpty() && (line.isBlank() || line.startsWith(TITLE_PREFIX))) {
                title = line.isBlank() ? title : line.substring(TITLE_PREFIX.length());
                continue;
            }
            sql.append(sql.isEmpty() ? "" : "\n").append(line.stripTrailing());
            if (line.stripTrailing().endsWith(";")) {
                stations.add(new Station(title, sql.substring(0, sql.length() - 1)));
                sql.setLength(0);
            }
        }
        if (!sql.isEmpty()) {
            throw new IllegalArgumentException("the last statement of the tour does not end: " + sql);
        }
        return new Tour(stations);
    }
}
