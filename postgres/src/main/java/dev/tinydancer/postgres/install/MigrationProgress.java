package dev.tinydancer.postgres.install;

import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** Counts the migrations as they begin. */
final class MigrationProgress implements Callback {

    private final InstallProgress progress;
    private int all;
    private int done;

    MigrationProgress(InstallProgress progress) {
        this.progress = progress;
    }

    /** Says how many there will be. */
    void follow(int migrations) {
        all = migrations;
        done = 0;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        progress.begins(done, all, context.getMigrationInfo().getDescription());
        done++;
    }

    @Override
    public String getCallbackName() {
        return "progress";
    }
}
