package dev.tinydancer.router.neural;

/** An array that training changes, and the gradient of the loss with respect to it. For one thread. */
final class Parameter {

    private final String name;
    private final float[] values;
    private final float[] gradient;

    /** Keeps the array, so that an update reaches the model that owns it. */
    Parameter(String name, float[] values) {
        this.name = name;
        this.values = values;
        this.gradient = new float[values.length];
    }

    String name() {
        return name;
    }

    float[] values() {
        return values;
    }

    float[] gradient() {
        return gradient;
    }
}
