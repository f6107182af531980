package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.CachingRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.NodeTime;
import io.edgeai.core.runtime.ProfilingRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StateTensor;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs ONNX models on ONNX Runtime's CPU provider, or on another one that the engine options name. Its natives load at
 * the first {@link #availability()} or {@link #open}. Thread-safe.
 *
 * <p>Engine options: {@code execution_mode} (sequential, parallel), {@code inter_op_num_threads} (1 to 1024),
 * {@code graph_optimization_level} (disable, basic, extended, layout, all), {@code enable_cpu_mem_arena} and
 * {@code enable_mem_pattern} (0, 1), {@code optimized_model_filepath}; {@code execution_provider} with {@code
 * provider.<name>} for the provider's own options, which {@link SessionOptions#provider} sets. Everything else goes to ONNX
 * Runtime as a session configuration entry. Defaults here: sequential, no arena, no spinning.
 *
 * <p>The first {@code open} takes the process-wide ONNX Runtime environment, or creates it where nobody has; sessions
 * bring their own threads, so whose it is does not matter here. DJL's ONNX Runtime engine however fails where an
 * environment exists: a process that uses both starts DJL's first.
 */
public final class OnnxRuntimeEngine implements ProfilingRuntime, CachingRuntime {
    private static final String DEPENDENCY = "com.microsoft.onnxruntime:onnxruntime:1.29.0";

    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public Set<ModelFormat> formats() {
        return Set.of(ModelFormat.ONNX);
    }

    @Override
    public int rank() {
        return 100;
    }

    @Override
    public boolean reference() {
        return true;
    }

    @Override
    public Optional<String> dependency() {
        return Optional.of(DEPENDENCY);
    }

    @Override
    public Availability availability() {
        Optional<String> danger = LongCommandLine.danger();
        if (danger.isPresent()) {
            return new Availability(false, danger.get());
        }
        try {
            return new Availability(true, SessionFactory.version());
        } catch (LinkageError e) {
            return new Availability(
                    false,
                    "cannot load ONNX Runtime: " + e
                            + ". Maybe add the dependency " + DEPENDENCY + "; natives exist"
                            + " for Linux x64 and aarch64, macOS aarch64 and Windows x64");
        }
    }

    @Override
    public Availability availability(ExecutionProvider provider) {
        Availability own = availability();
        return own.usable() ? ProviderProbe.availability(provider) : own;
    }

    @Override
    public InferenceSession open(Path model, SessionOptions options) {
        requireUsable();
        return SessionFactory.open(model, options);
    }

    /** Only models on the CPU provider are cached; others are opened as without a cache. */
    @Override
    public InferenceSession openCached(Path model, Digest digest, Path folder, long maxBytes, SessionOptions options) {
        requireUsable();
        boolean cacheable = options.engineOptions().keySet().stream()
                .noneMatch(key -> OrtProviders.mine(key) || key.equals("optimized_model_filepath"));
        return cacheable
                ? new OptimizedCache(folder, maxBytes).open(model, digest, options)
                : SessionFactory.open(model, options);
    }

    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        requireUsable();
        return SessionFactory.open(model, options);
    }

    @Override
    public StatefulSession openStateful(byte[] model, List<StateTensor> states, SessionOptions options) {
        requireUsable();
        return SessionFactory.openStateful(model, states, options);
    }

    @Override
    public byte[] rewritten(byte[] model, SessionOptions options) {
        requireUsable();
        return OrtProfiler.rewritten(model, options);
    }

    @Override
    public List<NodeTime> profile(byte[] model, SessionOptions options, Map<String, Tensor> feed, int runs) {
        requireUsable();
        return OrtProfiler.profile(model, options, feed, runs);
    }

    @Override
    public int channelBlock() {
        return availability().usable() ? ChannelBlock.SIZE : 0;
    }

    private void requireUsable() {
        Availability availability = availability();
        if (!availability.usable()) {
            throw new RuntimeUnavailableException("ONNX Runtime is not usable: " + availability.detail() + ".");
        }
    }
}
