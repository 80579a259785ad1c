/**
 * The router as a library. {@link dev.tinydancer.router.AdaptiveRouter} is its front door.
 *
 * <p>What is exported to everybody is what a program needs that routes. The models and the semantic routes are exported to
 * the modules that make and serve them, and may change with every version.
 */
@SuppressWarnings("module") // Those that something is exported to are built after this one.
module dev.tinydancer.router {
    requires com.microsoft.onnxruntime;
    requires jtokkit;
    requires jvector;
    requires ojalgo;
    requires org.slf4j;
    requires tools.jackson.core;
    requires static transitive org.jspecify;
    // Where Java is started without it, slower code does the same.
    requires static jdk.incubator.vector;

    exports dev.tinydancer.router;
    exports dev.tinydancer.router.agent;
    exports dev.tinydancer.router.budget;
    exports dev.tinydancer.router.conversation;
    exports dev.tinydancer.router.policy;
    exports dev.tinydancer.router.quality;
    exports dev.tinydancer.router.routing;
    exports dev.tinydancer.router.tokens;
    exports dev.tinydancer.router.embedding to
            dev.tinydancer.engine,
            dev.tinydancer.training,
            dev.tinydancer.workshop;
    exports dev.tinydancer.router.neural to
            dev.tinydancer.engine,
            dev.tinydancer.training,
            dev.tinydancer.workshop;
    exports dev.tinydancer.router.safetensors to
            dev.tinydancer.engine,
            dev.tinydancer.training,
            dev.tinydancer.workshop;
    exports dev.tinydancer.router.semantic to
            dev.tinydancer.engine,
            dev.tinydancer.training,
            dev.tinydancer.workshop;
    exports dev.tinydancer.router.vector to
            dev.tinydancer.engine,
            dev.tinydancer.training,
            dev.tinydancer.workshop;
}
