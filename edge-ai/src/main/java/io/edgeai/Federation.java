package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.RoundResult;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.evaluation.SiteFigures;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.TrainedModel;
import io.edgeai.federated.transport.grpc.GrpcCoordinator;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Federated learning of one model: say who takes part and how, then run. The model learned is registered as a version,
 * tagged with its rounds and accuracy. Not thread-safe.
 */
public final class Federation {
    private static final String RUN = "federation";

    private final EdgeModelRegistry registry;
    private final String model;
    private final FederatedCoordinator.Builder coordinator = FederatedCoordinator.builder();
    private @Nullable ModelVersion origin;
    private @Nullable Function<FederatedRun, OnnxGraph> export;
    private @Nullable Standardization standardization;
    private @Nullable GrpcCoordinator door;
    private int registerEvery;
    private boolean best;

    Federation(EdgeModelRegistry registry, String model) {
        this.registry = registry;
        this.model = model;
    }

    /** What is learned, from whom, by which strategy, for how many rounds. */
    public Federation plan(Consumer<FederatedCoordinator.Builder> settings) {
        settings.accept(coordinator);
        return this;
    }

    /** How updates become a model; default {@link FederatedCoordinator.Builder#strategy}'s. */
    public Federation strategy(Strategy how) {
        coordinator.strategy(how);
        return this;
    }

    /** See {@link FederatedCoordinator.Builder#rounds}. */
    public Federation rounds(int count) {
        coordinator.rounds(count);
        return this;
    }

    /** Differential privacy of every participant; the version learned is tagged with the epsilon spent. */
    public Federation privacy(Privacy how) {
        coordinator.privacy(how);
        return this;
    }

    /** The coordinator learns only sums of updates. */
    public Federation secureAggregation() {
        coordinator.secureAggregation();
        return this;
    }

    /** See {@link FederatedCoordinator.Builder#secureAggregation(SecureAggregation)}. */
    public Federation secureAggregation(SecureAggregation how) {
        coordinator.secureAggregation(how);
        return this;
    }

    /** Records the version that learning began with as the parent of the result. */
    public Federation derivedFrom(ModelVersion version) {
        this.origin = version;
        return this;
    }

    /**
     * All versions standardize their inputs themselves, for a model that is trained on standardized data. Instead of
     * {@link #export}.
     */
    public Federation standardization(Standardization inputs) {
        this.standardization = inputs;
        return this;
    }

    /**
     * How the run becomes a graph, e.g. with layers of your own; default {@code run.toOnnx(model)}. Goes with
     * neither {@link #registerEvery} nor {@link #keepBest}, whose models would lack what it adds.
     */
    public Federation export(Function<FederatedRun, OnnxGraph> how) {
        this.export = how;
        return this;
    }

    /**
     * Participants in other processes, who come through this door: it is told when the rounds are over, and stays open for
     * the caller to close. Needs gRPC on the class path.
     */
    public Federation remote(GrpcCoordinator participants) {
        this.door = participants;
        return this;
    }

    /**
     * Registers the model after every {@code rounds} rounds too, each derived from the one before, tagged with its round,
     * its accuracy and the privacy spent. Default the last only. A run that goes on from its journal derives its versions
     * from those of the process before, and registers the one that this had no time for.
     */
    public Federation registerEvery(int rounds) {
        if (rounds < 1) {
            throw new InvalidInputException("registerEvery (" + rounds + ") must be at least 1.");
        }
        this.registerEvery = rounds;
        return this;
    }

    /** Registers the round of greatest accuracy instead of the last; without an evaluation in the plan, the last. */
    public Federation keepBest() {
        this.best = true;
        return this;
    }

    /**
     * Runs all rounds on this thread.
     *
     * @throws io.edgeai.core.error.QuorumNotReachedException where a round has too few usable updates
     * @throws io.edgeai.core.error.OperationCancelledException where progress asks to stop; nothing is registered then
     */
    public Federated run() {
        Rounds rounds = prepared();
        FederatedCoordinator built = coordinator.build();
        rounds.identity = built.identity();
        return rounds.finished(built.run());
    }

    private Rounds prepared() {
        if (export != null && (registerEvery > 0 || best)) {
            throw new InvalidInputException(
                    "(export) makes a graph of the last model only, and "
                            + (best ? "(keepBest)" : "(registerEvery)")
                            + " registers others without what it adds. Maybe leave one out, and choose run.best() in the export.");
        }
        if (export != null && standardization != null) {
            throw new InvalidInputException(
                    "(export) and (standardization) both say how a run becomes a graph. Maybe leave" + " one out.");
        }
        Rounds rounds = new Rounds(origin, export, door, registerEvery, best);
        if (door != null) {
            coordinator.population(door.population());
        }
        if (registerEvery > 0) {
            coordinator.onModel(rounds::committed);
            coordinator.onResume(rounds::resumed);
        }
        return rounds;
    }

    /** Registers what comes of one run. */
    private final class Rounds {
        private final @Nullable Function<FederatedRun, OnnxGraph> how;
        private final @Nullable GrpcCoordinator open;
        private final int every;
        private final boolean keepBest;
        private @Nullable ModelVersion parent;
        private String identity = "";
        private int registered;

        Rounds(
                @Nullable ModelVersion from,
                @Nullable Function<FederatedRun, OnnxGraph> how,
                @Nullable GrpcCoordinator open,
                int every,
                boolean keepBest) {
            this.parent = from;
            this.how = how;
            this.open = open;
            this.every = every;
            this.keepBest = keepBest;
        }

        /** Finds what an earlier process registered of this run: the newest of its versions up to the last round. */
        void resumed(RoundResult last, TrainedModel learned) {
            registry.versions(model).stream()
                    .filter(version -> identity.equals(version.tags().get(RUN)))
                    .filter(version -> round(version) <= last.round())
                    .max(Comparator.comparingInt(ModelVersion::number))
                    .ifPresent(version -> {
                        parent = version;
                        registered = round(version);
                    });
            committed(last, learned);
        }

        private static int round(ModelVersion version) {
            return Integer.parseInt(version.tags().getOrDefault("rounds", "0"));
        }

        void committed(RoundResult round, TrainedModel learned) {
            if (round.round() % every == 0 && round.round() > registered) {
                registered = round.round();
                parent = register(graph(learned), round.round(), round.accuracy(), atSites(round), round.epsilon());
            }
        }

        Federated finished(FederatedRun run) {
            if (open != null) {
                open.finish();
            }
            RoundResult last = run.rounds().get(run.rounds().size() - 1);
            Optional<RoundResult> best = keepBest ? best(run) : Optional.empty();
            OnnxGraph graph = how != null ? how.apply(run) : graph(best.isPresent() ? run.best() : run.model());
            int round = best.orElse(last).round();
            double accuracy = best.isPresent() ? best.get().accuracy() : run.accuracy();
            return new Federated(register(graph, round, accuracy, atSites(best.orElse(last)), last.epsilon()), run);
        }

        private OnnxGraph graph(TrainedModel learned) {
            Standardization inputs = standardization;
            return inputs == null ? learned.toOnnx(model) : learned.toOnnx(model, inputs);
        }

        /** The first round of the greatest accuracy; of that at the sites where nothing else was measured. */
        private static Optional<RoundResult> best(FederatedRun run) {
            boolean evaluated = !Double.isNaN(run.accuracy());
            return run.rounds().stream()
                    .filter(round -> !Double.isNaN(accuracy(round, evaluated)))
                    .reduce((best, next) -> accuracy(next, evaluated) > accuracy(best, evaluated) ? next : best);
        }

        private static double accuracy(RoundResult round, boolean evaluated) {
            return evaluated ? round.accuracy() : atSites(round);
        }

        private static double atSites(RoundResult round) {
            SiteFigures sites = round.sites();
            return sites == null ? Double.NaN : sites.accuracy();
        }

        private ModelVersion register(OnnxGraph graph, int round, double accuracy, double atSites, double epsilon) {
            ModelVersion from = parent;
            return registry.register(model, OnnxWriter.toBytes(graph), registration -> {
                registration
                        .workload(from == null ? WorkloadType.FEDERATED_LEARNING : from.workload())
                        .tag("rounds", Integer.toString(round));
                if (from != null) {
                    registration.derivedFrom(from.ref(), "federated");
                }
                if (!Double.isNaN(accuracy)) {
                    registration.tag(Workloads.ACCURACY, Double.toString(accuracy));
                }
                if (every > 0 && !identity.isEmpty()) {
                    registration.tag(RUN, identity);
                }
                if (!Double.isNaN(atSites)) {
                    registration.tag("siteAccuracy", Double.toString(atSites));
                }
                if (!Double.isNaN(epsilon)) {
                    registration.tag("epsilon", Double.toString(epsilon));
                }
            });
        }
    }

    /**
     * {@link #run()} on a thread of its own. Cancelling the future stops the run before its next participant; nothing is
     * registered then.
     *
     * @throws io.edgeai.core.error.InvalidInputException where the plan is incomplete; all else comes by the future
     */
    public CompletableFuture<Federated> start() {
        Rounds rounds = prepared();
        FederatedCoordinator built = coordinator.build();
        rounds.identity = built.identity();
        CompletableFuture<FederatedRun> running = built.start();
        CompletableFuture<Federated> result = running.thenApply(rounds::finished);
        var unused = result.whenComplete((done, failure) -> running.cancel(false));
        return result;
    }
}
