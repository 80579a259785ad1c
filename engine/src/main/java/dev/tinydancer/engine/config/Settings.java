package dev.tinydancer.engine.config;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The values of all settings, and where each was said. */
final class Settings {

    private static final int MAX_PORT = 65_535;

    /**
     * One value.
     *
     * @param origin where it was said, for messages
     */
    private record Value(String text, String origin) {}

    private final Map<Setting, Value> values = new EnumMap<>(Setting.class);

    private Settings() {
        for (Setting setting : Setting.values()) {
            values.put(setting, new Value(setting.defaultValue(), "the default"));
        }
    }

    /**
     * Puts together what was said in the three places.
     *
     * @param flags by key, without dashes
     * @throws ConfigException if a flag or a line of the file names no setting
     * @throws IOException if the file cannot be read
     */
    static Settings of(Map<String, String> flags, Map<String, String> environment, @Nullable Path file)
            throws IOException {
        Settings settings = new Settings();
        if (file != null) {
            settings.putFile(file);
        }
        for (Setting setting : Setting.values()) {
            String text = environment.get(setting.environmentName());
            if (text != null) {
                settings.put(setting, text, "the environment variable " + setting.environmentName());
            }
        }
        flags.forEach((key, text) -> settings.put(require(key, "the flag --" + key), text, "the flag --" + key));
        return settings;
    }

    private void putFile(Path file) throws IOException {
        Properties lines = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            lines.load(reader);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("the file " + file + " has a malformed \\u escape");
        }
        for (String key : lines.stringPropertyNames()) {
            put(require(key, "'" + key + "' in the file " + file), lines.getProperty(key), "the file " + file);
        }
    }

    private static Setting require(String key, String place) {
        return Setting.withKey(key)
                .orElseThrow(() -> new ConfigException(place + " is no setting, valid are " + Setting.keys()));
    }

    private void put(Setting setting, String text, String origin) {
        values.put(setting, new Value(text.strip(), origin));
    }

    private Value value(Setting setting) {
        // The constructor has put every setting.
        return requireNonNull(values.get(setting));
    }

    /** The text, or empty if nothing was said. */
    Optional<String> text(Setting setting) {
        return Optional.of(value(setting).text()).filter(text -> !text.isEmpty());
    }

    /** The text. Throws if nothing was said. */
    String requiredText(Setting setting) {
        return text(setting)
                .orElseThrow(() -> new ConfigException(setting.key() + " is not given: pass --" + setting.key()
                        + ", set " + setting.environmentName() + ", or write it into the file"));
    }

    Optional<Path> path(Setting setting) {
        return text(setting).map(Path::of);
    }

    int integer(Setting setting, int least, int most) {
        OptionalInt number = parse(value(setting).text());
        if (number.isEmpty() || number.getAsInt() < least || number.getAsInt() > most) {
            throw invalid(setting, "a whole number from " + least + " to " + most);
        }
        return number.getAsInt();
    }

    private static OptionalInt parse(String text) {
        try {
            return OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** An amount of at least 0, or empty if nothing was said. */
    OptionalDouble optionalAmount(Setting setting) {
        Optional<String> text = text(setting);
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        double amount;
        try {
            amount = Double.parseDouble(text.get());
        } catch (NumberFormatException e) {
            amount = Double.NaN;
        }
        if (!(amount >= 0 && amount < Double.POSITIVE_INFINITY)) {
            throw invalid(setting, "a number of at least 0, or empty");
        }
        return OptionalDouble.of(amount);
    }

    int port(Setting setting) {
        return integer(setting, 0, MAX_PORT);
    }

    OptionalInt optionalPort(Setting setting) {
        return text(setting).isPresent() ? OptionalInt.of(port(setting)) : OptionalInt.empty();
    }

    boolean onOrOff(Setting setting) {
        return switch (value(setting).text()) {
            case "on" -> true;
            case "off" -> false;
            default -> throw invalid(setting, "on or off");
        };
    }

    Duration millis(Setting setting) {
        return Duration.ofMillis(integer(setting, 1, Integer.MAX_VALUE));
    }

    Duration seconds(Setting setting) {
        return Duration.ofSeconds(integer(setting, 1, Integer.MAX_VALUE));
    }

    ConfigException invalid(Setting setting, String expected) {
        Value value = value(setting);
        return new ConfigException(
                setting.key() + " must be " + expected + ", got '" + value.text() + "' from " + value.origin());
    }
}
