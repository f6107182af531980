package io.edgeai.samples.cli;

import io.edgeai.EdgeAI;
import io.edgeai.Federated;
import io.edgeai.Federation;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.simulation.FederatedSimulation;
import io.edgeai.samples.terminal.Terminal;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a coordinator registers what was learned. */
final class LearnedVersions {
    @Option(
            names = "--register",
            paramLabel = "NAME",
            description = "Registers what is learned as a version of this model, in the registry that the options below"
                    + " name (default: nowhere).")
    private @Nullable String name;

    @Option(
            names = "--register-every",
            paramLabel = "N",
            description =
                    "Registers the model after every N rounds too; each version is derived from the one before, also"
                            + " where the coordinator went on from a journal.")
    private int every;

    @Option(names = "--keep-best", description = "Registers the round of greatest accuracy instead of the last.")
    private boolean best;

    @Mixin
    private RegistryPlace place = new RegistryPlace();

    /** Registers by the facade; null where nothing is to be registered. */
    FederatedSimulation.@Nullable Runner runner(Terminal terminal) {
        String model = name;
        if (model == null) {
            if (every != 0 || best) {
                throw new InvalidInputException("Options --register-every (" + every + ") and --keep-best (" + best
                        + ") are of --register. Maybe give --register NAME.");
            }
            return null;
        }
        return (plan, standardization) -> registered(model, plan, standardization, terminal);
    }

    private FederatedRun registered(
            String model,
            Consumer<FederatedCoordinator.Builder> plan,
            Optional<Standardization> standardization,
            Terminal terminal) {
        try (EdgeAI edge =
                EdgeAI.builder().home(place.home()).registry(place::set).build()) {
            Federation federation = edge.federate(model).plan(plan);
            standardization.ifPresent(federation::standardization);
            if (every != 0) {
                federation.registerEvery(every);
            }
            if (best) {
                federation.keepBest();
            }
            Federated learned = federation.run();
            terminal.notice("learned " + learned.version().ref() + ", in (" + place.home() + ")");
            return learned.run();
        }
    }
}
