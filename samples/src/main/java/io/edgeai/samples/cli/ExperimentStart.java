package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.ExperimentState.Metric;
import io.edgeai.experiment.ExperimentDefinition;
import io.edgeai.experiment.ExperimentDefinition.Share;
import io.edgeai.experiment.ExperimentJson;
import io.edgeai.experiment.ExperimentStanding;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Begins an experiment on a server. */
@Command(
        description = "Begin an experiment between versions on a server: units are dealt among them and compared.",
        footer = {"", "  edgeai experiment start defects --server URL --split 1=9 --split 2=1 --metric returned=lower"})
final class ExperimentStart extends ToolCommand {
    @Parameters(paramLabel = "NAME", description = "The model.")
    private String name = "";

    @Mixin
    private ServerPlace server = new ServerPlace();

    @Option(
            names = "--split",
            paramLabel = "VERSION=WEIGHT",
            description = "A version and its weight; repeatable, the control first.")
    private Map<Integer, Double> split = new LinkedHashMap<>();

    @Option(
            names = "--metric",
            paramLabel = "NAME=WAY",
            description = "What outcomes are told of, and which way is better: higher or lower; repeatable.")
    private Map<String, String> metrics = new LinkedHashMap<>();

    @Option(
            names = "--guard-errors",
            paramLabel = "P",
            description =
                    "Takes a version out that fails more often; P is the probability of doing so wrongly, e.g. 0.01"
                            + " (default: 0, no guard).")
    private double guardErrors;

    @Option(names = "--alpha", paramLabel = "P", description = "Probability of any wrong verdict (default: 0.05).")
    private double alpha = ExperimentDefinition.DEFAULT_ALPHA;

    @Option(
            names = "--sharpest-at",
            paramLabel = "N",
            description = "Pairs of units at which it is sharpest (default: 10000).")
    private long sharpestAt = ExperimentDefinition.DEFAULT_SHARPEST_AT;

    @Option(names = "--max-pairs", paramLabel = "N", description = "Fixes the size (default: 0, open).")
    private long maxPairs;

    @Option(
            names = "--definition",
            paramLabel = "FILE",
            description = "All of this as JSON, as the server takes it, in place of the options.")
    private @Nullable Path file;

    ExperimentStart(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        ExperimentServer asked = server.required();
        ExperimentDefinition definition = definition();
        ExperimentStanding standing = asked.start(name, ExperimentJson.bytes(definition));
        if (json()) {
            terminal().json(standing);
        } else {
            terminal()
                    .line("an experiment on " + name + " began: "
                            + String.join(
                                    ", ",
                                    definition.arms(name).stream()
                                            .map(arm -> arm.version() + " with weight " + arm.weight())
                                            .toList()));
        }
        return OK;
    }

    private ExperimentDefinition definition() {
        if (file != null) {
            if (!split.isEmpty() || !metrics.isEmpty()) {
                throw new InvalidInputException("Both --definition (" + file
                        + ") and --split or --metric are given. Maybe" + " keep one of them.");
            }
            try {
                return ExperimentJson.definition(Files.readAllBytes(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        List<Share> shares = split.entrySet().stream()
                .map(one -> new Share(one.getKey(), one.getValue()))
                .toList();
        List<Metric> compared = metrics.entrySet().stream()
                .map(one -> new Metric(one.getKey(), ExperimentJson.direction(one.getValue())))
                .toList();
        return new ExperimentDefinition(shares, compared, guardErrors, alpha, sharpestAt, maxPairs);
    }
}
