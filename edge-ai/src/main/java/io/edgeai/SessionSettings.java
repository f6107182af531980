package io.edgeai;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.WorkloadDefaults;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.provider.CpuProvider;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import io.edgeai.optimize.partition.PipelineSplitter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How the sessions of an endpoint's versions are opened. Not thread-safe. */
final class SessionSettings {
    UnaryOperator<SessionOptions> options = UnaryOperator.identity();
    List<ExecutionProvider> providers = List.of();
    private boolean wrapped;
    private UnaryOperator<InferenceSession> around = UnaryOperator.identity();
    private PipelineSplitter.@Nullable Builder splitter;
    private Map<String, Tensor> sample = Map.of();

    void around(UnaryOperator<InferenceSession> wrapping) {
        this.around = wrapping;
        this.wrapped = true;
    }

    void stages(int count, Map<String, Tensor> inputs) {
        this.splitter = PipelineSplitter.builder().stages(count);
        this.wrapped = true;
        this.sample = Map.copyOf(inputs);
    }

    /** Whether something else than the version's own session is served. */
    boolean wrapped() {
        return wrapped;
    }

    /** @param tuned what was found to be faster on this machine's processor; empty for the workload type's threads */
    SessionOptions options(
            ModelVersion version, WorkloadDefaults defaults, Optional<SessionOptions> tuned, InferenceRuntime runtime) {
        ExecutionProvider chosen =
                providers.isEmpty() ? new CpuProvider() : ModelProvider.of(version, runtime.firstUsable(providers));
        SessionOptions start = tuned.filter(found -> chosen instanceof CpuProvider)
                .orElseGet(() -> SessionOptions.defaults().intraOpThreads(defaults.intraOpThreads()));
        SessionOptions set = options.apply(start);
        return chosen instanceof CpuProvider ? set : set.provider(chosen);
    }

    InferenceSession open(ModelVersion version, Models models, SessionOptions with) {
        PipelineSplitter.Builder cut = splitter;
        InferenceSession opened = cut == null
                ? models.open(version.ref(), with)
                : cut.runtime(models.runtime(version))
                        .options(with)
                        .build()
                        .split(models.graph(version), List.of(sample))
                        .open(models.runtime(version));
        boolean complete = false;
        try {
            InferenceSession served = around.apply(opened);
            complete = true;
            return served;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }
}
