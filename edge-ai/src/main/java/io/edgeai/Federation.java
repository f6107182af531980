package io.edgeai;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedRun;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Federated learning of one model: say who takes part and how, then run. The model learned is registered as a version,
 * tagged with its rounds and accuracy. Not thread-safe.
 */
public final class Federation {
    private final EdgeModelRegistry registry;
    private final String model;
    private final FederatedCoordinator.Builder coordinator = FederatedCoordinator.builder();
    private @Nullable ModelVersion origin;
    private @Nullable Function<FederatedRun, OnnxGraph> export;

    Federation(EdgeModelRegistry registry, String model) {
        this.registry = registry;
        this.model = model;
    }

    /** What is learned, from whom, by which strategy, for how many rounds. */
    public Federation plan(Consumer<FederatedCoordinator.Builder> settings) {
        settings.accept(coordinator);
        return this;
    }

    /** Records the version that learning began with as the parent of the result. */
    public Federation derivedFrom(ModelVersion version) {
        this.origin = version;
        return this;
    }

    /** How the run becomes a graph, e.g. with the standardization of its inputs; default {@code run.toOnnx(model)}. */
    public Federation export(Function<FederatedRun, OnnxGraph> how) {
        this.export = how;
        return this;
    }

    /**
     * Runs all rounds on this thread.
     *
     * @throws io.edgeai.core.error.QuorumNotReachedException where a round has too few usable updates
     * @throws io.edgeai.core.error.OperationCancelledException where progress asks to stop; nothing is registered then
     */
    public Federated run() {
        FederatedRun run = coordinator.build().run();
        OnnxGraph graph = export == null ? run.toOnnx(model) : export.apply(run);
        ModelVersion version = registry.register(model, OnnxWriter.toBytes(graph), registration -> {
            registration
                    .workload(origin == null ? WorkloadType.FEDERATED_LEARNING : origin.workload())
                    .tag("rounds", Integer.toString(run.rounds().size()));
            if (origin != null) {
                registration.derivedFrom(origin.ref(), "federated");
            }
            if (!Double.isNaN(run.accuracy())) {
                registration.tag(Workloads.ACCURACY, String.format(Locale.ROOT, "%.6f", run.accuracy()));
            }
        });
        return new Federated(version, run);
    }

    /** {@link #run()} on a thread of its own. */
    public CompletableFuture<Federated> start() {
        return Background.start("federated", this::run);
    }
}
