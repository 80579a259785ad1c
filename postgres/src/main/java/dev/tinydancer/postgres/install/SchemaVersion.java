package dev.tinydancer.postgres.install;

/** The version of the schema that this program installs and works with. */
public final class SchemaVersion {

    /** The first number of the version of the newest migration. */
    public static final int NEWEST = 46;

    private SchemaVersion() {}
}
