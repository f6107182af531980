package io.edgeai.samples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.edgeai.ServedBandit;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.experiment.BanditStanding;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How a bandit stands, by what its server says or by what the process that serves it keeps beside the registry. */
@Command(description = "Show what each version of a bandit has earned, its share, and how likely it is the best.")
final class BanditStatus extends ToolCommand {
    @Parameters(paramLabel = "NAME", description = "The model.")
    private String name = "";

    @Mixin
    private RegistryPlace place = new RegistryPlace();

    @Mixin
    private ServerPlace server = new ServerPlace();

    @Option(names = "--env", paramLabel = "NAME", description = "The environment (default: default).")
    private String environment = EdgeModelRegistry.DEFAULT_ENVIRONMENT;

    BanditStatus(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        Optional<ExperimentServer> asked = server.named("bandit");
        BanditStanding standing = asked.isPresent() ? told(asked.get()) : kept();
        if (json()) {
            terminal().json(standing);
            return OK;
        }
        TextTable table = TextTable.of("version", "rewards", "mean", "share", "best");
        for (BanditStanding.Arm arm : standing.arms()) {
            table.row(arm.version(), text(arm.rewards()), text(arm.mean()), text(arm.share()), text(arm.best()));
        }
        table.lines().forEach(terminal()::line);
        if (Boolean.FALSE.equals(standing.inForce())) {
            terminal()
                    .line("requests are not dealt by it now: a version lost its requests, or the model is not loaded");
        }
        return OK;
    }

    private BanditStanding told(ExperimentServer asked) {
        try {
            return JsonTensors.mapperForDocuments().treeToValue(asked.status(name), BanditStanding.class);
        } catch (JsonProcessingException e) {
            throw new EdgeException("The server's answer is no bandit's. Maybe it is of another release.", e);
        }
    }

    private BanditStanding kept() {
        place.requireBegun();
        try (EdgeModelRegistry registry = place.open()) {
            if (registry.versions(name).isEmpty()) {
                throw new InvalidInputException("There is no model (" + name + "). Maybe see 'edgeai registry list'.");
            }
            return ServedBandit.shown(registry, name, environment)
                    .orElseThrow(() -> new InvalidInputException("Of model (" + name
                            + ") no bandit is kept in environment (" + environment
                            + "). Maybe begin one with 'edgeai bandit start', or in a program with"
                            + " edge.serve(name, s -> s.split(…).bandit(0.02, 100))."));
        }
    }

    private static String text(@Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.4g", value);
    }
}
