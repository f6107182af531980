package io.edgeai.optimize;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.Engines;
import org.jspecify.annotations.Nullable;

/**
 * Makes ONNX models smaller or faster and measures, on this machine and on the caller's data, what that cost. The graph
 * given is never changed. Thread-safe; runs at the same time disturb each other's latency figures.
 *
 * <pre>{@code
 * OptimizationResult result = InferenceOptimizer.ofDefaults()
 *         .optimize(OnnxReader.read(file), Recipe.builder().int8(calibration).keepAccuracy(0.99, labelled).build());
 * }</pre>
 */
public final class InferenceOptimizer {
    private final Engines engines;
    private final Ticker ticker;
    private final Ticker latencies;

    private InferenceOptimizer(Builder builder) {
        this.engines = builder.engines == null ? Engines.discover() : builder.engines;
        this.ticker = builder.ticker;
        this.latencies = builder.latencies;
    }

    /** With the engines on the class path and the system's clocks. */
    public static InferenceOptimizer ofDefaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Applies a recipe. Samples are checked against the model before any work starts.
     *
     * @throws io.edgeai.core.error.InvalidInputException for samples or labels that do not fit the model
     * @throws io.edgeai.core.error.OperationCancelledException where the recipe's progress listener says so
     * @throws io.edgeai.core.error.RuntimeUnavailableException where no engine here runs ONNX
     */
    public OptimizationResult optimize(OnnxGraph graph, Recipe recipe) {
        return new OptimizationRun(engines.forFormat(ModelFormat.ONNX), ticker, latencies, graph, recipe).run();
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private @Nullable Engines engines;
        private Ticker ticker = Ticker.system();
        private Ticker latencies = Ticker.threadCpu();

        private Builder() {}

        /** Engines to run models on; default {@link Engines#discover()}. */
        public Builder engines(Engines available) {
            this.engines = available;
            return this;
        }

        /** Clock of the time budget and the report's duration; default the JVM's. */
        public Builder ticker(Ticker clock) {
            this.ticker = clock;
            return this;
        }

        /**
         * Clock of latencies; default {@link Ticker#threadCpu()}, since models are measured on one thread and whatever else
         * the machine is busy with must not decide which of them is kept.
         */
        public Builder latencyTicker(Ticker clock) {
            this.latencies = clock;
            return this;
        }

        public InferenceOptimizer build() {
            return new InferenceOptimizer(this);
        }
    }
}
