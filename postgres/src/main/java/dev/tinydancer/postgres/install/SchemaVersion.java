package dev.tinydancer.postgres.install;

/** The version of the schema that this program installs and works with. */
public final class SchemaVersion {

    /** The version of the newest migration. */
    public static final int NEWEST = 10;

    private SchemaVersion() {}
}
