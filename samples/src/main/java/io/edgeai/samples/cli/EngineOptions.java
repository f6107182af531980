package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.NodeTime;
import io.edgeai.core.runtime.ProfilingRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.samples.inference.ModelFile;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command that runs a model opens it. */
final class EngineOptions {
    static final int MOST_THREADS = 1024;

    @Option(names = "--engine", paramLabel = "NAME", description = "The engine to use; see 'edgeai doctor'.")
    private @Nullable String engine;

    @Mixin
    private ProviderOption provider = new ProviderOption();

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "Threads of one run (default: 1).")
    private int threads = 1;

    int threads() {
        return threads;
    }

    @Nullable
    String engine() {
        return engine;
    }

    /** @throws InvalidInputException where the threads are out of bounds */
    void check() {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new InvalidInputException("--threads (" + threads + ") must be 1 to " + MOST_THREADS
                    + ". Maybe leave it out for one thread.");
        }
    }

    /**
     * How many nodes of a model each provider runs, found by one run under the engine's profiler; empty where no provider is
     * named, the engine does not tell, or the model is no single file of up to 1 GiB. Nodes that a provider compiles into one count as one.
     */
    Map<String, Long> nodes(ModelFile file, Map<String, Tensor> data) {
        if (!provider.given() || !file.smallFile() || !(runtime(engine) instanceof ProfilingRuntime runtime)) {
            return Map.of();
        }
        SessionOptions options =
                SessionOptions.defaults().intraOpThreads(threads).provider(provider.of(runtime));
        return runtime.profile(OnnxWriter.toBytes(file.graph().graph()), options, data, 1).stream()
                .collect(Collectors.groupingBy(NodeTime::provider, TreeMap::new, Collectors.counting()));
    }

    private static InferenceRuntime runtime(@Nullable String named) {
        Engines engines = Engines.discover();
        return named == null ? engines.forFormat(ModelFormat.ONNX) : ModelFile.engine(engines, named);
    }

    InferenceSession open(ModelFile file, int slots) {
        return open(file, engine, slots);
    }

    /** With an engine of the model's own, or null for the best. */
    InferenceSession open(ModelFile file, @Nullable String named, int slots) {
        Engines engines = Engines.discover();
        SessionOptions options = SessionOptions.defaults().slots(slots).intraOpThreads(threads);
        if (!provider.given()) {
            return file.open(engines, named, options);
        }
        InferenceRuntime runtime = runtime(named);
        return file.open(engines, runtime.name(), options.provider(provider.of(runtime)));
    }
}
