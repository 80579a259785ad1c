package dev.tinydancer.cli.terminal;

/** What a finished command tells its caller. */
public final class ExitCode {

    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;

    private ExitCode() {}
}
