package io.edgeai.samples.cli;

import io.edgeai.experiment.ExperimentStanding;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How an experiment stands, for people. */
final class ExperimentPage {
    private ExperimentPage() {}

    static void print(ExperimentStanding standing, Terminal terminal) {
        TextTable units = TextTable.of("arm", "units");
        standing.units().forEach(units::row);
        units.lines().forEach(terminal::line);
        terminal.line(String.format(
                Locale.ROOT,
                "units %s the planned shares, p = %.3g",
                standing.trustworthy() ? "fit" : "do not fit",
                standing.sampleRatioPValue()));
        TextTable table = TextTable.of("treatment", "metric", "pairs", "difference", "from", "to", "p");
        for (ExperimentStanding.Row row : standing.comparisons()) {
            table.row(
                    row.treatment(),
                    row.metric(),
                    row.pairs(),
                    text(row.difference()),
                    text(row.low()),
                    text(row.high()),
                    text(row.pValue()));
        }
        table.lines().forEach(terminal::line);
        standing.verdicts().forEach(verdict -> terminal.line(verdict.toString()));
        if (Boolean.FALSE.equals(standing.inForce())) {
            terminal.line("requests are not dealt by it now: a version lost its requests, or the model is not loaded");
        }
    }

    private static String text(@Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.4g", value);
    }
}
