package io.edgeai.optimize.accelerator;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.provider.TensorRtProvider;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * NVIDIA TensorRT through ONNX Runtime's provider. {@link #emit} makes a graph with explicit quantization as TensorRT wants
 * it: signed bytes around zero, weights for each output channel, float biases, the skipping input of residual additions
 * rounded. {@link #emitTable} leaves the graph float and writes a calibration table instead. Engines and timings are cached
 * in a folder, since building takes minutes. Whether the provider is here says {@link #availability}; where it is not, the
 * graphs still run on the CPU. Thread-safe.
 */
public final class TensorRtTarget implements Accelerator {
    private static final String TABLE = "calibration.cache";

    private final InferenceRuntime runtime;
    private final @Nullable Path cache;
    private final boolean half;
    private final long workspaceBytes;
    private final Map<String, Profile> profiles;
    private final Set<String> keepFloat;
    private final TargetEmitter emitter;
    private final int device;

    private record Profile(List<Long> least, List<Long> usual, List<Long> most) {}

    private TensorRtTarget(Builder builder) {
        this.runtime = Objects.requireNonNullElseGet(
                builder.runtime, () -> Engines.discover().forFormat(ModelFormat.ONNX));
        this.cache = builder.cache;
        this.half = builder.half;
        this.workspaceBytes = builder.workspaceBytes;
        this.profiles = new TreeMap<>(builder.profiles);
        this.keepFloat = builder.keepFloat;
        this.device = builder.device;
        this.emitter = new TargetEmitter(runtime, builder.method, builder.progress);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return "tensorrt";
    }

    @Override
    public InferenceRuntime.Availability availability() {
        return runtime.availability(TensorRtProvider.device(device));
    }

    /** A graph with explicit quantization, of operator set 7 to 20 before. */
    @Override
    public TargetModel emit(OnnxGraph graph, CalibrationData data) {
        Quantized quantized = emitter.quantized(
                graph, data, QuantizeSettings.signedSymmetric().keepFloat(keepFloat));
        return new TargetModel(name(), quantized, options(quantized.graph()), check(quantized.graph()));
    }

    @Override
    public List<RuleFinding> check(OnnxGraph quantized) {
        return TensorRtRules.check(quantized);
    }

    @Override
    public SessionOptions options(OnnxGraph quantized) {
        return options(quantized, false);
    }

    /**
     * The simplified float graph with a calibration table in the cache folder, for implicit quantization: TensorRT chooses
     * itself which layers run in bytes. Deprecated by NVIDIA since TensorRT 10.1 in favour of {@link #emit}.
     *
     * @throws InvalidInputException without a cache folder, or where a tensor's name holds a colon
     * @throws StorageException where the table cannot be written
     */
    public TargetModel emitTable(OnnxGraph graph, CalibrationData data) {
        if (cache == null) {
            throw new InvalidInputException("There is no cache folder (null) for the table. Maybe call cache(folder).");
        }
        OnnxGraph simple = emitter.simplified(graph);
        List<Map<String, Tensor>> feeds = data.feeds(simple);
        Map<String, ValueRange> ranges = new Calibrator(runtime)
                .ranges(simple, feeds, activations(simple), emitter.method(), emitter.progress());
        try {
            Files.createDirectories(cache);
            Files.writeString(cache.resolve(TABLE), CalibrationTable.of(ranges).toText());
        } catch (IOException e) {
            throw new StorageException("Cannot write the calibration table in (" + cache + ").", e);
        }
        return new TargetModel(
                name(), new Quantized(simple, Map.of(), List.of(), List.of()), options(simple, true), check(simple));
    }

    /** FLOAT values that depend on the input. */
    private static Set<String> activations(OnnxGraph graph) {
        Shapes shapes = ShapeInference.infer(graph);
        Set<String> found = new LinkedHashSet<>();
        graph.feeds().forEach(feed -> found.add(feed.name()));
        graph.nodes().forEach(node -> found.addAll(node.outputs()));
        found.remove("");
        found.removeIf(value -> shapes.element(value).orElse(null) != ElementType.FLOAT);
        return found;
    }

    private SessionOptions options(OnnxGraph graph, boolean table) {
        TensorRtProvider provider =
                TensorRtProvider.device(device).bytes(true).half(half).workspaceBytes(workspaceBytes);
        if (cache != null) {
            provider = provider.cache(cache);
        }
        if (table) {
            provider = provider.option("trt_int8_calibration_table_name", TABLE)
                    .option("trt_int8_use_native_calibration_table", "1");
        }
        return SessionOptions.defaults().provider(profiles(graph, provider));
    }

    /** Ranges of shapes, which TensorRT needs for all inputs as soon as one is open. */
    private TensorRtProvider profiles(OnnxGraph graph, TensorRtProvider provider) {
        if (profiles.isEmpty()) {
            return provider;
        }
        Map<String, Profile> all = new TreeMap<>(profiles);
        for (OnnxValue feed : graph.feeds()) {
            if (!all.containsKey(feed.name())) {
                all.put(feed.name(), fixed(feed));
            }
        }
        for (String name : profiles.keySet()) {
            if (graph.feeds().stream().noneMatch(feed -> feed.name().equals(name))) {
                throw new InvalidInputException("The model has no input (" + name + ") to give a profile. Maybe one of "
                        + graph.feeds().stream().map(OnnxValue::name).toList() + "?");
            }
        }
        StringBuilder least = new StringBuilder();
        StringBuilder usual = new StringBuilder();
        StringBuilder most = new StringBuilder();
        all.forEach((name, profile) -> {
            write(least, name, profile.least());
            write(usual, name, profile.usual());
            write(most, name, profile.most());
        });
        return provider.option("trt_profile_min_shapes", least.toString())
                .option("trt_profile_opt_shapes", usual.toString())
                .option("trt_profile_max_shapes", most.toString());
    }

    private static Profile fixed(OnnxValue feed) {
        List<Dim> dims = feed.type() instanceof OnnxType.OfTensor tensor ? tensor.shape() : null;
        if (dims == null || dims.stream().anyMatch(dim -> !dim.known())) {
            throw new InvalidInputException(
                    "Input (" + feed.name() + ") has open dimensions and no profile, while others"
                            + " have one. Maybe call profile for it too.");
        }
        List<Long> shape = dims.stream().map(Dim::size).toList();
        return new Profile(shape, shape, shape);
    }

    private static void write(StringBuilder text, String name, List<Long> shape) {
        text.append(text.isEmpty() ? "" : ",").append(name).append(':');
        text.append(shape.stream().map(String::valueOf).collect(java.util.stream.Collectors.joining("x")));
    }

    /**
     * Settings of a {@link TensorRtTarget}: no cache, FP16 for what is not INT8, 1 GiB of workspace, device 0, ranges from
     * smallest and largest values, the best engine found for ONNX.
     */
    public static final class Builder {
        private @Nullable InferenceRuntime runtime;
        private @Nullable Path cache;
        private boolean half = true;
        private long workspaceBytes = 1L << 30;
        private final Map<String, Profile> profiles = new TreeMap<>();
        private Set<String> keepFloat = Set.of();
        private CalibrationMethod method = CalibrationMethod.MIN_MAX;
        private Progress progress = Progress.NONE;
        private int device;

        private Builder() {}

        public Builder runtime(InferenceRuntime engine) {
            this.runtime = engine;
            return this;
        }

        /** A folder for engines, timings and the calibration table; clear it when the model, driver or GPU changes. */
        public Builder cache(Path folder) {
            this.cache = folder;
            return this;
        }

        /** Whether what is not INT8 may run in FP16; default true. */
        public Builder half(boolean allowed) {
            this.half = allowed;
            return this;
        }

        /** Memory TensorRT may use while it builds, 1 MiB or more. */
        public Builder workspaceBytes(long bytes) {
            TensorRtProvider.device(0).workspaceBytes(bytes);
            this.workspaceBytes = bytes;
            return this;
        }

        /** The GPU, from 0. */
        public Builder device(int index) {
            TensorRtProvider.device(index);
            this.device = index;
            return this;
        }

        /** Shapes an input with open dimensions will have: smallest, usual and largest, so that one engine serves all. */
        public Builder profile(String input, long[] least, long[] usual, long[] most) {
            boolean sound = least.length == usual.length && usual.length == most.length;
            for (int i = 0; sound && i < least.length; i++) {
                sound = least[i] >= 1 && least[i] <= usual[i] && usual[i] <= most[i];
            }
            if (!sound) {
                throw new InvalidInputException("Profile of input (" + input
                        + ") must have three shapes of one rank with least <= usual <= most.");
            }
            profiles.put(input, new Profile(list(least), list(usual), list(most)));
            return this;
        }

        private static List<Long> list(long[] shape) {
            return java.util.Arrays.stream(shape).boxed().toList();
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

        public TensorRtTarget build() {
            return new TensorRtTarget(this);
        }
    }
}
