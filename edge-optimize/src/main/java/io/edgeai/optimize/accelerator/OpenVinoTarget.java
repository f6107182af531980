package io.edgeai.optimize.accelerator;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.provider.OpenVinoProvider;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.quantize.ActivationType;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Intel OpenVINO through ONNX Runtime's provider. The graph has unsigned bytes with a zero point for activations, or signed
 * ones around zero, and signed weights for each output channel; biases stay float. Whether the provider is here says
 * {@link #availability}; where it is not, the graph still runs on the CPU provider. Thread-safe.
 */
public final class OpenVinoTarget implements Accelerator {
    private final InferenceRuntime runtime;
    private final String device;
    private final @Nullable Path cache;
    private final QuantizeSettings settings;
    private final TargetEmitter emitter;

    private OpenVinoTarget(Builder builder) {
        this.runtime = Objects.requireNonNullElseGet(
                builder.runtime, () -> Engines.discover().forFormat(ModelFormat.ONNX));
        this.device = builder.device;
        this.cache = builder.cache;
        boolean signed = builder.activations == ActivationType.S8;
        this.settings = QuantizeSettings.defaults()
                .activationType(builder.activations)
                .symmetric(signed)
                .quantizeBias(false)
                .reduceRange(builder.reduceRange)
                .keepFloat(builder.keepFloat);
        this.emitter = new TargetEmitter(runtime, builder.method, builder.progress);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return "openvino";
    }

    @Override
    public InferenceRuntime.Availability availability() {
        return runtime.availability(provider());
    }

    /** A graph for OpenVINO's low-precision transformations, of operator set 7 to 21 before. */
    @Override
    public TargetModel emit(OnnxGraph graph, CalibrationData data) {
        Quantized quantized = emitter.quantized(graph, data, settings);
        return new TargetModel(name(), quantized, options(), check(quantized.graph()));
    }

    @Override
    public List<RuleFinding> check(OnnxGraph quantized) {
        return OpenVinoRules.check(quantized);
    }

    @Override
    public SessionOptions options(OnnxGraph quantized) {
        return options();
    }

    private SessionOptions options() {
        return SessionOptions.defaults().provider(provider());
    }

    private OpenVinoProvider provider() {
        OpenVinoProvider provider = OpenVinoProvider.device(device);
        return cache == null ? provider : provider.cache(cache);
    }

    /**
     * Settings of an {@link OpenVinoTarget}: device CPU, no blob cache, unsigned activations, full weights, ranges from
     * smallest and largest values, the best engine found for ONNX.
     */
    public static final class Builder {
        private @Nullable InferenceRuntime runtime;
        private String device = "CPU";
        private @Nullable Path cache;
        private ActivationType activations = ActivationType.U8;
        private boolean reduceRange;
        private Set<String> keepFloat = Set.of();
        private CalibrationMethod method = CalibrationMethod.MIN_MAX;
        private Progress progress = Progress.NONE;

        private Builder() {}

        public Builder runtime(InferenceRuntime engine) {
            this.runtime = engine;
            return this;
        }

        /** {@code CPU}, {@code GPU}, {@code NPU}, {@code GPU.1}, or {@code AUTO:GPU,CPU} and the like. */
        public Builder device(String name) {
            OpenVinoProvider.device(name);
            this.device = name;
            return this;
        }

        /** A folder for compiled blobs, so that the next start need not compile. */
        public Builder cache(Path folder) {
            this.cache = folder;
            return this;
        }

        /** Unsigned with a zero point (default), or signed around zero, which some GPUs and NPUs prefer. */
        public Builder activations(ActivationType type) {
            this.activations = type;
            return this;
        }

        /** 7-bit weights, for processors before AVX-512 VNNI, which saturate; default false. */
        public Builder reduceRange(boolean seven) {
            this.reduceRange = seven;
            return this;
        }

        /** First outputs of nodes that must stay float. */
        public Builder keepFloat(Set<String> outputs) {
            this.keepFloat = Set.copyOf(outputs);
            return this;
        }

        public Builder calibrationMethod(CalibrationMethod ranges) {
            this.method = ranges;
            return this;
        }

        public Builder progress(Progress listener) {
            this.progress = listener;
            return this;
        }

        public OpenVinoTarget build() {
            return new OpenVinoTarget(this);
        }
    }
}
