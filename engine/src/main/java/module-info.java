/** The engine that answers SQL functions, to be started within a program. */
module dev.tinydancer.engine {
    requires com.fasterxml.jackson.annotation;
    requires com.zaxxer.hikari;
    requires transitive dev.tinydancer.postgres;
    requires dev.tinydancer.router;
    requires io.opentelemetry.api;
    requires io.opentelemetry.context;
    requires io.opentelemetry.exporter.otlp;
    requires io.opentelemetry.sdk.common;
    requires io.opentelemetry.sdk.trace;
    requires java.management;
    requires java.naming;
    requires java.sql;
    requires jdk.httpserver;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.postgresql.jdbc;
    requires org.slf4j;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    exports dev.tinydancer.engine;
    exports dev.tinydancer.engine.config;

    // Records that calls and catalogs are read into, and reservations written from.
    opens dev.tinydancer.engine.call to
            tools.jackson.databind;
    opens dev.tinydancer.engine.verb to
            tools.jackson.databind;
    opens dev.tinydancer.engine.reservation to
            tools.jackson.databind;
    opens dev.tinydancer.engine.catalog to
            tools.jackson.databind;
}
