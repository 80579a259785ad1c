package dev.tinydancer.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TimeRangeTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LocalDate ORDINARY_DAY = LocalDate.of(2026, 7, 1);

    /** Clocks go from 02:00 to 03:00. */
    private static final LocalDate SHORT_DAY = LocalDate.of(2026, 3, 29);

    /** Clocks go from 03:00 back to 02:00. */
    private static final LocalDate LONG_DAY = LocalDate.of(2026, 10, 25);

    @Test
    void contains_startIsInsideAndEndIsNot() {
        TimeRange office = TimeRange.parse("09:00", "17:00", "UTC");

        assertThat(office.contains(Instant.parse("2026-07-01T08:59:59.999Z"))).isFalse();
        assertThat(office.contains(Instant.parse("2026-07-01T09:00:00Z"))).isTrue();
        assertThat(office.contains(Instant.parse("2026-07-01T16:59:59.999Z"))).isTrue();
        assertThat(office.contains(Instant.parse("2026-07-01T17:00:00Z"))).isFalse();
    }

    @Test
    void contains_usesTheZonesClock() {
        TimeRange office = TimeRange.parse("09:00", "17:00", "Europe/Berlin");

        assertThat(office.contains(Instant.parse("2026-07-01T07:30:00Z")))
                .as("09:30 in summer")
                .isTrue();
        assertThat(office.contains(Instant.parse("2026-01-07T07:30:00Z")))
                .as("08:30 in winter")
                .isFalse();
        assertThat(office.contains(Instant.parse("2026-01-07T15:30:00Z")))
                .as("16:30 in winter")
                .isTrue();
    }

    @Test
    void contains_overMidnight() {
        TimeRange night = TimeRange.parse("22:00", "06:00", "UTC");

        assertThat(night.contains(Instant.parse("2026-07-01T21:59:59Z"))).isFalse();
        assertThat(night.contains(Instant.parse("2026-07-01T22:00:00Z"))).isTrue();
        assertThat(night.contains(Instant.parse("2026-07-02T00:00:00Z"))).isTrue();
        assertThat(night.contains(Instant.parse("2026-07-02T05:59:59Z"))).isTrue();
        assertThat(night.contains(Instant.parse("2026-07-02T06:00:00Z"))).isFalse();
        assertThat(night.contains(Instant.parse("2026-07-02T12:00:00Z"))).isFalse();
    }

    @Test
    void contains_untilTheEndOfTheDay() {
        TimeRange evening = TimeRange.parse("18:00", "24:00", "UTC");

        assertThat(evening.contains(Instant.parse("2026-07-01T23:59:59Z"))).isTrue();
        assertThat(evening.contains(Instant.parse("2026-07-02T00:00:00Z"))).isFalse();
        assertThat(evening).isEqualTo(TimeRange.parse("18:00", "00:00", "UTC"));
    }

    @Test
    void contains_lastsAsLongAsTheClockSays() {
        TimeRange night = TimeRange.parse("22:00", "06:00", "Europe/Berlin");

        assertThat(hoursFromNoonTo(ORDINARY_DAY, night)).isEqualTo(8);
        assertThat(hoursFromNoonTo(SHORT_DAY, night)).isEqualTo(7);
        assertThat(hoursFromNoonTo(LONG_DAY, night)).isEqualTo(9);
    }

    @Test
    void contains_hourThatTheClockSkipsOrRepeats() {
        TimeRange hour = TimeRange.parse("02:00", "03:00", "Europe/Berlin");

        assertThat(hoursFromNoonTo(ORDINARY_DAY, hour)).isEqualTo(1);
        assertThat(hoursFromNoonTo(SHORT_DAY, hour)).isZero();
        assertThat(hoursFromNoonTo(LONG_DAY, hour)).isEqualTo(2);
    }

    @Test
    void contains_startInsideTheSkippedHour() {
        TimeRange range = TimeRange.parse("02:30", "05:00", "Europe/Berlin");

        assertThat(range.contains(Instant.parse("2026-03-29T00:59:59Z")))
                .as("01:59:59, the last second before the change")
                .isFalse();
        assertThat(range.contains(Instant.parse("2026-03-29T01:00:00Z")))
                .as("03:00, the first moment after it")
                .isTrue();
    }

    @Test
    void constructor_equalEnds() {
        assertThatThrownBy(() -> TimeRange.parse("08:00", "08:00", "UTC"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time_range must have two different ends, got 08:00 twice; leave it out for the whole day");
        assertThatThrownBy(() -> TimeRange.parse("00:00", "24:00", "UTC")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void parse_malformed() {
        assertThatThrownBy(() -> TimeRange.parse("9 am", "17:00", "UTC"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time_range")
                .hasMessageContaining("\"9 am\"");
        assertThatThrownBy(() -> TimeRange.parse("24:00", "06:00", "UTC"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"24:00\"");
        assertThatThrownBy(() -> TimeRange.parse("09:00", "17:00", "Europe/Atlantis"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time_zone")
                .hasMessageContaining("\"Europe/Atlantis\"");
    }

    /** How many hours of a range lie between the noon before a day in Berlin and the noon of that day. */
    private static double hoursFromNoonTo(LocalDate day, TimeRange range) {
        Duration step = Duration.ofMinutes(15);
        Instant noon = day.atTime(12, 0).atZone(BERLIN).toInstant();
        Instant noonBefore = day.minusDays(1).atTime(12, 0).atZone(BERLIN).toInstant();
        long quarters = Stream.iterate(noonBefore, time -> time.isBefore(noon), time -> time.plus(step))
                .filter(range::contains)
                .count();
        return quarters / 4.0;
    }
}
