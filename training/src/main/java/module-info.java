/** Makes the models that the router reads, for the commands that make them. */
@SuppressWarnings("module") // What it is exported to is built after it.
module dev.tinydancer.training {
    requires dev.tinydancer.router;
    requires tools.jackson.databind;
    requires static org.jspecify;

    exports dev.tinydancer.training.classifier to
            dev.tinydancer.workshop;
    exports dev.tinydancer.training.demand to
            dev.tinydancer.workshop;
    exports dev.tinydancer.training.distillation to
            dev.tinydancer.workshop;
    exports dev.tinydancer.training.semantic to
            dev.tinydancer.workshop;
}
