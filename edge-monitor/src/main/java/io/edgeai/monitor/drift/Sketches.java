package io.edgeai.monitor.drift;

/** Makes tables of the features of inputs and answers, always by the same projections. */
record Sketches(FeatureSketch inputSketch, FeatureSketch outputSketch) {
    static Sketches of(long seed) {
        return new Sketches(new FeatureSketch("input", seed), new FeatureSketch("output", seed + 1));
    }

    SampleTable inputs(int length) {
        return new SampleTable(inputSketch, length, "");
    }

    SampleTable outputs(int length) {
        return new SampleTable(outputSketch, length, "predicted class");
    }
}
