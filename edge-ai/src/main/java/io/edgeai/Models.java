package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.Registration;
import io.edgeai.core.runtime.CachingRuntime;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.formats.ModelImporters;
import io.edgeai.formats.spi.ImportedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Turns registered versions into graphs and sessions, importing foreign formats on the way. Thread-safe. */
final class Models {
    private static final String IMPORTED = "import-onnx";
    /** The tag that says which of a file's computations a version is. */
    private static final String SIGNATURE = "signature";
    /** Size of what engines keep of the home's models for this kind of processor. */
    private static final long CACHE_BYTES = 1L << 30;

    private final EdgeModelRegistry registry;
    private final Engines engines;
    private final ModelImporters importers;

    Models(EdgeModelRegistry registry, Engines engines, ModelImporters importers) {
        this.registry = registry;
        this.engines = engines;
        this.importers = importers;
    }

    ModelVersion importModel(String model, Path source, Consumer<Registration> spec) {
        ModelVersion original = registry.register(model, source, spec);
        if (!importers.formats().contains(original.format())) {
            return original;
        }
        ImportedModel imported = importers.read(original.format(), registry.file(original.ref()));
        return derived(model, original, imported, spec);
    }

    ModelVersion importModel(String model, Path source, String signature, Consumer<Registration> spec) {
        ModelVersion original = registry.register(model, source, spec);
        ImportedModel imported = importers.read(original.format(), registry.file(original.ref()), signature);
        return derived(model, original, imported, tagged(spec, signature));
    }

    List<ModelVersion> importSignatures(String model, Path source, Consumer<Registration> spec) {
        ModelVersion original = registry.register(model, source, spec);
        Path file = registry.file(original.ref());
        Set<String> names = importers.formats().contains(original.format())
                ? importers.signatures(original.format(), file).keySet()
                : Set.of();
        if (names.isEmpty()) {
            throw new InvalidInputException(
                    "Model (" + source + ") names no signatures. Maybe import it as one model, by importModel.");
        }
        // All are converted before the first is registered: none is there where one cannot be.
        Map<String, ImportedModel> imported = new LinkedHashMap<>();
        names.forEach(name -> imported.put(name, importers.read(original.format(), file, name)));
        List<ModelVersion> versions = new ArrayList<>();
        imported.forEach((name, each) -> versions.add(derived(model, original, each, tagged(spec, name))));
        return versions;
    }

    private static Consumer<Registration> tagged(Consumer<Registration> spec, String signature) {
        return registration -> {
            spec.accept(registration);
            registration.tag(SIGNATURE, signature);
        };
    }

    private ModelVersion derived(
            String model, ModelVersion original, ImportedModel imported, Consumer<Registration> spec) {
        byte[] onnx = OnnxWriter.toBytes(imported.graph());
        return registry.register(model, onnx, registration -> {
            spec.accept(registration);
            registration.format(ModelFormat.ONNX).derivedFrom(original.ref(), IMPORTED);
            ProvenanceTags.of(imported, registration);
        });
    }

    OnnxGraph graph(ModelVersion version) {
        Path file = registry.file(version.ref());
        return version.format() == ModelFormat.ONNX
                ? OnnxReader.read(file)
                : importers.read(version.format(), file).graph();
    }

    /** A fresh session of a version, on the engine that runs its format or else on its import. */
    InferenceSession open(VersionRef ref, SessionOptions options) {
        ModelVersion version = registry.get(ref);
        InferenceRuntime runtime = runtime(version);
        if (imported(version)) {
            return runtime.open(OnnxWriter.toBytes(graph(version)), options);
        }
        Path file = registry.file(ref);
        return runtime instanceof CachingRuntime caching
                ? caching.openCached(file, version.digest(), registry.home().resolve("optimized"), CACHE_BYTES, options)
                : runtime.open(file, options);
    }

    /** The engine that runs a version, or its import. */
    InferenceRuntime runtime(ModelVersion version) {
        return engines.forFormat(imported(version) ? ModelFormat.ONNX : version.format());
    }

    private boolean imported(ModelVersion version) {
        return !runs(version.format()) && importers.formats().contains(version.format());
    }

    private boolean runs(ModelFormat format) {
        for (InferenceRuntime runtime : engines.all()) {
            if (runtime.formats().contains(format) && runtime.availability().usable()) {
                return true;
            }
        }
        return false;
    }
}
