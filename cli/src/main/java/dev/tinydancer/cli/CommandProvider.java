package dev.tinydancer.cli;

import dev.tinydancer.cli.terminal.Terminal;
import java.util.List;

/**
 * Further commands, found by {@link java.util.ServiceLoader}: what measures and trains needs libraries that must not lie
 * beside an engine, so it comes along only where these do.
 */
public interface CommandProvider {

    /** The commands, for picocli, in the order in which help lists them. */
    List<Object> commands(Terminal terminal);
}
