package io.edgeai;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedRun;
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
        return registered(coordinator.build().run(), origin, export);
    }

    private Federated registered(
            FederatedRun run, @Nullable ModelVersion from, @Nullable Function<FederatedRun, OnnxGraph> how) {
        OnnxGraph graph = how == null ? run.toOnnx(model) : how.apply(run);
        ModelVersion version = registry.register(model, OnnxWriter.toBytes(graph), registration -> {
            registration
                    .workload(from == null ? WorkloadType.FEDERATED_LEARNING : from.workload())
                    .tag("rounds", Integer.toString(run.rounds().size()));
            if (from != null) {
                registration.derivedFrom(from.ref(), "federated");
            }
            if (!Double.isNaN(run.accuracy())) {
                registration.tag(Workloads.ACCURACY, Double.toString(run.accuracy()));
            }
        });
        return new Federated(version, run);
    }

    /**
     * {@link #run()} on a thread of its own. Cancelling the future stops the run before its next participant; nothing is
     * registered then.
     *
     * @throws io.edgeai.core.error.InvalidInputException where the plan is incomplete; all else comes by the future
     */
    public CompletableFuture<Federated> start() {
        ModelVersion from = origin;
        Function<FederatedRun, OnnxGraph> how = export;
        CompletableFuture<FederatedRun> running = coordinator.build().start();
        CompletableFuture<Federated> result = running.thenApply(run -> registered(run, from, how));
        var unused = result.whenComplete((done, failure) -> running.cancel(false));
        return result;
    }
}
