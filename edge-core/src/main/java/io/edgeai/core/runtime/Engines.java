package io.edgeai.core.runtime;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ModelFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The engines on the class path. Immutable and thread-safe. */
public final class Engines {
    private static final Map<ModelFormat, String> REMEDY = new EnumMap<>(Map.of(
            ModelFormat.ONNX,
            "Maybe add the dependency com.microsoft.onnxruntime:onnxruntime:1.29.0.",
            ModelFormat.TENSORRT,
            "Maybe register the ONNX model it was built from: a TensorRT plan runs only on the GPU it was built"
                    + " for."));

    private final List<InferenceRuntime> runtimes;

    private Engines(List<InferenceRuntime> runtimes) {
        this.runtimes = runtimes.stream()
                .sorted(Comparator.comparingInt(InferenceRuntime::rank).reversed())
                .toList();
    }

    /** Engines found through {@link ServiceLoader}. */
    public static Engines discover() {
        List<InferenceRuntime> found = new ArrayList<>();
        ServiceLoader.load(InferenceRuntime.class, InferenceRuntime.class.getClassLoader())
                .forEach(found::add);
        return new Engines(found);
    }

    /** Exactly these engines. */
    public static Engines of(InferenceRuntime... runtimes) {
        return new Engines(List.of(runtimes));
    }

    /** All engines, best rank first, usable here or not. */
    public List<InferenceRuntime> all() {
        return runtimes;
    }

    /**
     * The usable engine of highest rank for a format.
     *
     * @throws RuntimeUnavailableException naming the engines found and what to add
     */
    public InferenceRuntime forFormat(ModelFormat format) {
        List<String> refusals = new ArrayList<>();
        for (InferenceRuntime runtime : runtimes) {
            InferenceRuntime.Availability availability = runtime.availability();
            if (availability.usable() && runtime.formats().contains(format)) {
                return runtime;
            }
            refusals.add(runtime.name() + " ("
                    + (availability.usable() ? "runs " + runtime.formats() : availability.detail()) + ")");
        }
        throw new RuntimeUnavailableException("No engine here runs (" + format.displayName() + ") models; found: "
                + (refusals.isEmpty() ? "none" : String.join(", ", refusals)) + ". "
                + REMEDY.getOrDefault(format, "Maybe export the model to ONNX where it was trained."));
    }
}
