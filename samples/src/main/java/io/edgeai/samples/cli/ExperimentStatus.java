package io.edgeai.samples.cli;

import io.edgeai.ServedExperiment;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.ComparisonReport;
import io.edgeai.core.experiment.ExperimentReport;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How an experiment stands, by what the process that serves it keeps beside the registry. */
@Command(description = "Show what an experiment has shown so far; exit 1 where its units do not fit the shares.")
final class ExperimentStatus extends RegistryTool {
    @Parameters(paramLabel = "NAME", description = "The model.")
    private String name = "";

    @Option(names = "--env", paramLabel = "NAME", description = "The environment (default: default).")
    private String environment = EdgeModelRegistry.DEFAULT_ENVIRONMENT;

    ExperimentStatus(Terminal terminal) {
        super(terminal, false);
    }

    /** The answer of {@code --json}. */
    record Answer(
            String model,
            Map<String, Long> units,
            double sampleRatioPValue,
            boolean trustworthy,
            List<Row> comparisons,
            List<ExperimentVerdict> verdicts) {}

    /** A treatment against the control in one metric; null for what is not known yet. */
    record Row(
            String treatment,
            String metric,
            long pairs,
            @Nullable Double difference,
            @Nullable Double low,
            @Nullable Double high,
            double pValue,
            String outcome) {
        static Row of(ComparisonReport one) {
            return new Row(
                    one.treatment(),
                    one.metric(),
                    one.pairs(),
                    finite(one.difference()),
                    finite(one.interval().low()),
                    finite(one.interval().high()),
                    one.pValue(),
                    one.outcome().name());
        }

        private static @Nullable Double finite(double value) {
            return Double.isFinite(value) ? value : null;
        }
    }

    @Override
    int call(EdgeModelRegistry registry) {
        if (registry.versions(name).isEmpty()) {
            throw new InvalidInputException("There is no model (" + name + "). Maybe see 'edgeai registry list'.");
        }
        ExperimentReport report = ServedExperiment.shown(registry, name, environment)
                .orElseThrow(() -> new InvalidInputException("Of model (" + name
                        + ") no experiment is kept in environment (" + environment
                        + "). Maybe a program begins one with edge.serve(name, s -> s.split(…).experiment())."));
        List<ExperimentVerdict> verdicts = ExperimentVerdict.of(report);
        List<Row> rows = report.comparisons().stream().map(Row::of).toList();
        if (json()) {
            terminal()
                    .json(new Answer(
                            name, report.requests(), report.sampleRatioPValue(), report.trustworthy(), rows, verdicts));
        } else {
            print(report, rows, verdicts);
        }
        return report.trustworthy() ? OK : FINDING;
    }

    private void print(ExperimentReport report, List<Row> rows, List<ExperimentVerdict> verdicts) {
        TextTable units = TextTable.of("arm", "units");
        report.requests().forEach(units::row);
        units.lines().forEach(terminal()::line);
        terminal()
                .line(String.format(
                        Locale.ROOT,
                        "units %s the planned shares, p = %.3g",
                        report.trustworthy() ? "fit" : "do not fit",
                        report.sampleRatioPValue()));
        TextTable table = TextTable.of("treatment", "metric", "pairs", "difference", "from", "to", "p");
        for (Row row : rows) {
            table.row(
                    row.treatment(),
                    row.metric(),
                    row.pairs(),
                    text(row.difference()),
                    text(row.low()),
                    text(row.high()),
                    text(row.pValue()));
        }
        table.lines().forEach(terminal()::line);
        verdicts.forEach(verdict ->
                terminal().line(verdict.treatment() + ": " + verdict.decision() + ", since " + verdict.reason()));
    }

    private static String text(@Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.4g", value);
    }
}
