package io.edgeai.samples.cli;

import io.edgeai.experiment.BanditDefinition;
import io.edgeai.experiment.ExperimentJson;
import io.edgeai.samples.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Begins a bandit on a server. */
@Command(
        description = "Begin a bandit between versions on a server: each gets the requests that its rewards earn it.",
        footer = {"", "  edgeai bandit start offers --server URL --version 1 --version 2"})
final class BanditStart extends ToolCommand {
    @Parameters(paramLabel = "NAME", description = "The model.")
    private String name = "";

    @Mixin
    private ServerPlace server = new ServerPlace();

    @Option(
            names = "--version",
            paramLabel = "N",
            description = "A version that takes part; repeatable, first the one to go back to.")
    private List<Integer> versions = new ArrayList<>();

    @Option(names = "--floor", paramLabel = "SHARE", description = "The least share of a version (default: 0.02).")
    private double floor = BanditDefinition.DEFAULT_FLOOR;

    @Option(names = "--every", paramLabel = "N", description = "Rewards until shares change (default: 100).")
    private int every = BanditDefinition.DEFAULT_EVERY;

    BanditStart(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        ExperimentServer asked = server.required("bandit");
        BanditDefinition definition = new BanditDefinition(versions, floor, every);
        var standing = asked.post(name, "start", ExperimentJson.bytes(definition));
        if (json()) {
            terminal().json(standing);
        } else {
            terminal().line("a bandit on " + name + " began: " + definition.refs(name));
        }
        return OK;
    }
}
