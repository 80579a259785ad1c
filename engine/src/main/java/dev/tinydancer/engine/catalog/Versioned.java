package dev.tinydancer.engine.catalog;

/** What a tenant has in versions: what was committed under the same version is the same. */
interface Versioned {

    /** How often it has changed. */
    long version();
}
