package io.edgeai.core.runtime;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ModelFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

/** The engines on the class path. Immutable and thread-safe. */
public final class Engines {
    private static final int MOST_BROKEN = 100;

    private final List<InferenceRuntime> runtimes;
    private final List<Status> broken;

    /**
     * What {@link #status} knows of one engine.
     *
     * @param name its name
     * @param formats what it runs directly
     * @param availability whether it can run here, and if not, what to add
     */
    public record Status(String name, Set<ModelFormat> formats, InferenceRuntime.Availability availability) {
        public Status {
            formats = Set.copyOf(formats);
        }
    }

    private Engines(List<InferenceRuntime> runtimes, List<Status> broken) {
        this.runtimes = runtimes.stream()
                .sorted(Comparator.comparingInt(InferenceRuntime::rank).reversed())
                .toList();
        this.broken = List.copyOf(broken);
    }

    /** Engines found through {@link ServiceLoader}; one whose class cannot load does not hide the others. */
    public static Engines discover() {
        List<InferenceRuntime> found = new ArrayList<>();
        List<Status> broken = new ArrayList<>();
        Iterator<InferenceRuntime> services = ServiceLoader.load(
                        InferenceRuntime.class, InferenceRuntime.class.getClassLoader())
                .iterator();
        while (broken.size() < MOST_BROKEN) {
            try {
                if (!services.hasNext()) {
                    break;
                }
                found.add(services.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                broken.add(new Status(
                        "a provider", Set.of(), new InferenceRuntime.Availability(false, "does not load: " + e)));
            }
        }
        return new Engines(found, broken);
    }

    /** Exactly these engines. */
    public static Engines of(InferenceRuntime... runtimes) {
        return new Engines(List.of(runtimes), List.of());
    }

    /** All engines, best rank first, usable here or not. */
    public List<InferenceRuntime> all() {
        return runtimes;
    }

    /** Every engine and whether it is usable, best rank first; providers that do not even load come last. */
    public List<Status> status() {
        List<Status> all = new ArrayList<>();
        runtimes.forEach(runtime -> all.add(new Status(runtime.name(), runtime.formats(), runtime.availability())));
        all.addAll(broken);
        return List.copyOf(all);
    }

    /**
     * The usable engine of highest rank for a format.
     *
     * @throws RuntimeUnavailableException naming the engines found and what to do instead
     */
    public InferenceRuntime forFormat(ModelFormat format) {
        for (InferenceRuntime runtime : runtimes) {
            if (runtime.formats().contains(format) && runtime.availability().usable()) {
                return runtime;
            }
        }
        List<String> found = status().stream()
                .filter(status -> status.formats().contains(format)
                        || status.availability().usable()
                        || status.formats().isEmpty())
                .map(status -> status.name() + " ("
                        + (status.availability().usable()
                                ? "runs " + status.formats()
                                : status.availability().detail())
                        + ")")
                .toList();
        throw new RuntimeUnavailableException("No engine here runs (" + format.displayName() + ") models; found: "
                + (found.isEmpty() ? "none" : String.join(", ", found)) + ". Maybe " + repair(format) + ".");
    }

    /** The dependencies of engines for a format that are not usable here, best rank first. */
    public List<String> missingFor(ModelFormat format) {
        return runtimes.stream()
                .filter(runtime -> runtime.formats().contains(format)
                        && runtime.dependency().isPresent()
                        && !runtime.availability().usable())
                .map(runtime -> runtime.dependency().get())
                .toList();
    }

    /** The usable engine whose answers are a format's reference ({@link InferenceRuntime#reference()}), if one is here. */
    public Optional<InferenceRuntime> referenceFor(ModelFormat format) {
        return runtimes.stream()
                .filter(runtime -> runtime.formats().contains(format)
                        && runtime.reference()
                        && runtime.availability().usable())
                .findFirst();
    }

    private String repair(ModelFormat format) {
        List<String> missing = missingFor(format);
        if (missing.isEmpty()) {
            return remedy(format);
        }
        String add = "add the dependency " + String.join(", or ", missing);
        return format == ModelFormat.ONNX ? add : add + ", or " + remedy(format);
    }

    private static String remedy(ModelFormat format) {
        return switch (format) {
            case ONNX -> "add the dependency com.microsoft.onnxruntime:onnxruntime:1.29.0";
            case TENSORRT ->
                "register the ONNX model it was built from: a TensorRT plan runs only on the kind of GPU and the"
                        + " version it was built for";
            case TENSORFLOW, TFLITE -> importOr("tf2onnx");
            case PYTORCH -> importOr("torch.onnx.export");
            case OPENVINO, COREML -> importOr("the exporter of the framework it was trained in");
            case SCIKIT_LEARN -> importOr("skl2onnx");
            case XGBOOST -> importOr("onnxmltools");
            case HUGGINGFACE -> importOr("optimum-cli export onnx");
        };
    }

    private static String importOr(String tool) {
        return "convert it to ONNX, with io.edgeai:edge-formats or with " + tool;
    }
}
