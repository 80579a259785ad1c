/** Tiny Dancer in a PostgreSQL: the schema and its installer, and a server to embed. */
@SuppressWarnings("opens") // Migrations are SQL, so their package has no class.
module dev.tinydancer.postgres {
    requires flyway.core;
    // PostgreSQL's data sources say that they can be had from a directory.
    requires java.naming;
    requires org.apache.commons.compress;
    requires org.postgresql.jdbc;
    requires org.slf4j;
    requires transitive java.sql;
    requires static transitive org.jspecify;

    exports dev.tinydancer.postgres.connection;
    exports dev.tinydancer.postgres.embedded;
    exports dev.tinydancer.postgres.install;

    // The installer's library looks for them by their names.
    opens dev.tinydancer.postgres.migration;
}
