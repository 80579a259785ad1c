package dev.tinydancer.postgres.install;

/** Hears how an installation comes along. A migration of a large log can take minutes. */
@FunctionalInterface
public interface InstallProgress {

    /** Hears nothing. */
    InstallProgress SILENT = (_, _, _) -> {};

    /**
     * A migration begins.
     *
     * @param done how many are done, from 0
     * @param all how many there are to do
     * @param what the one that begins makes
     */
    void begins(int done, int all, String what);
}
