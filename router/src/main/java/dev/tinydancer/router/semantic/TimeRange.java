package dev.tinydancer.router.semantic;

import static java.util.Objects.requireNonNull;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * A part of every day, by the clock on the wall of a time zone.
 *
 * <p>A range whose start is after its end goes over midnight: 22:00 to 06:00 is the night. What counts is the time that
 * the clock shows at an instant. So in a night that skips the hour from two to three, a range of that hour does not
 * occur, and in a night that has it twice it occurs twice.
 *
 * <p>Both ends must differ: equal ones could mean the whole day as well as none of it.
 *
 * @param start the first moment of the range
 * @param end the first moment after it; midnight ends the day
 */
public record TimeRange(LocalTime start, LocalTime end, ZoneId zone) {

    private static final String END_OF_DAY = "24:00";

    public TimeRange {
        requireNonNull(start, "start");
        requireNonNull(end, "end");
        requireNonNull(zone, "zone");
        if (start.equals(end)) {
            throw new IllegalArgumentException(
                    "time_range must have two different ends, got " + start + " twice; leave it out for the whole day");
        }
    }

    /**
     * A range from texts, as they stand in a route's conditions.
     *
     * @param start a time such as {@code 09:00} or {@code 09:00:30}
     * @param end likewise; {@code 24:00} is the end of the day
     * @param zone a zone such as {@code Europe/Berlin}, {@code UTC} or {@code +02:00}
     * @throws IllegalArgumentException if one of them is none; the message names it
     */
    public static TimeRange parse(String start, String end, String zone) {
        return new TimeRange(
                parseTime(start), END_OF_DAY.equals(end) ? LocalTime.MIDNIGHT : parseTime(end), parseZone(zone));
    }

    /** Whether the clock in the zone shows a time of this range at the instant. */
    public boolean contains(Instant instant) {
        LocalTime time = instant.atZone(zone).toLocalTime();
        boolean started = !time.isBefore(start);
        boolean ended = !time.isBefore(end);
        return start.isBefore(end) ? started && !ended : started || !ended;
    }

    private static LocalTime parseTime(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "time_range must be two times such as \"09:00\" or \"17:30\", got \"" + text + "\"", e);
        }
    }

    private static ZoneId parseZone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "time_zone must be a zone such as \"Europe/Berlin\" or \"+02:00\", got \"" + text + "\"", e);
        }
    }
}
