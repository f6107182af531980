package io.edgeai.samples.cli;

import io.edgeai.ServedExperiment;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.experiment.ExperimentStanding;
import io.edgeai.samples.terminal.Terminal;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How an experiment stands, by what its server says or by what the process that serves it keeps beside the registry. */
@Command(description = "Show what an experiment has shown so far; exit 1 where its units do not fit the shares.")
final class ExperimentStatus extends ToolCommand {
    @Parameters(paramLabel = "NAME", description = "The model.")
    private String name = "";

    @Mixin
    private RegistryPlace place = new RegistryPlace();

    @Mixin
    private ServerPlace server = new ServerPlace();

    @Option(names = "--env", paramLabel = "NAME", description = "The environment (default: default).")
    private String environment = EdgeModelRegistry.DEFAULT_ENVIRONMENT;

    ExperimentStatus(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        Optional<ExperimentServer> asked = server.named();
        ExperimentStanding standing = asked.isPresent() ? asked.get().standing(name) : kept();
        if (json()) {
            terminal().json(standing);
        } else {
            ExperimentPage.print(standing, terminal());
        }
        return standing.trustworthy() ? OK : FINDING;
    }

    private ExperimentStanding kept() {
        place.requireBegun();
        try (EdgeModelRegistry registry = place.open()) {
            if (registry.versions(name).isEmpty()) {
                throw new InvalidInputException("There is no model (" + name + "). Maybe see 'edgeai registry list'.");
            }
            return ServedExperiment.shown(registry, name, environment)
                    .map(report -> ExperimentStanding.of(name, report, null))
                    .orElseThrow(() -> new InvalidInputException("Of model (" + name
                            + ") no experiment is kept in environment (" + environment
                            + "). Maybe begin one with 'edgeai experiment start', or in a program with"
                            + " edge.serve(name, s -> s.split(…).experiment())."));
        }
    }
}
