package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.drift.Column;
import io.edgeai.monitor.drift.ColumnDrift;
import io.edgeai.monitor.drift.DriftReport;
import io.edgeai.monitor.drift.DriftTest;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says whether the columns of one table are distributed as those of another. */
@Command(description = "Compare the columns of two tables, or find changes in a stream; exit 1 where there are some.")
final class DriftCommand extends ToolCommand {
    @Parameters(
            arity = "0..2",
            paramLabel = "REF.csv CUR.csv",
            description = "The reference and what is there now, as .npy or .npz too.")
    private List<Path> tables = new ArrayList<>();

    @Option(
            names = "--level",
            paramLabel = "Q",
            description = "Accepted share of false findings among all (default: 0.05).")
    private double level = 0.05;

    @Option(
            names = "--without",
            split = ",",
            paramLabel = "NAME",
            description = "Columns that are not compared, such as row numbers.")
    private List<String> without = new ArrayList<>();

    @Option(
            names = "--stream",
            paramLabel = "FILE",
            description = "Look for changes in the rows of one column instead.")
    private @Nullable Path stream;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            description = "Of --stream (default: the only one, value or error).")
    private @Nullable String column;

    @Option(
            names = "--detector",
            paramLabel = "NAME",
            description =
                    "Of --stream: error-rate, adwin, page-hinkley, cusum, likelihood-ratio, kswin, ddm, eddm, hddm"
                            + " (default: error-rate for values of 0 and 1, else cusum).")
    private @Nullable String detector;

    DriftCommand(Terminal terminal) {
        super(terminal);
    }

    /** One column of the answer; figures that do not apply are null. */
    record Line(
            String column,
            String kind,
            boolean tested,
            boolean drifted,
            int reference,
            int current,
            @Nullable Double pValue,
            @Nullable Double adjustedPValue,
            @Nullable Double ksDistance,
            @Nullable Double psi,
            @Nullable Double medianShift,
            @Nullable Double spreadRatio,
            @Nullable Double wasserstein,
            @Nullable Double jensenShannon,
            @Nullable Double unseenShare,
            @Nullable Double minimumDetectable) {
        static Line of(ColumnDrift drift) {
            return new Line(
                    drift.name(),
                    drift.categorical() ? "text" : "number",
                    drift.tested(),
                    drift.drifted(),
                    drift.referenceCount(),
                    drift.currentCount(),
                    finite(drift.pValue()),
                    finite(drift.adjustedPValue()),
                    finite(drift.ksDistance()),
                    finite(drift.psi()),
                    finite(drift.medianShift()),
                    finite(Math.exp(drift.logSpreadRatio())),
                    finite(drift.effects().wasserstein()),
                    finite(drift.effects().jensenShannon()),
                    finite(drift.effects().unseenShare()),
                    finite(drift.effects().minimumDetectable()));
        }

        private static @Nullable Double finite(double value) {
            return Double.isFinite(value) ? (Double) value : null;
        }
    }

    /** The answer of {@code --json}. */
    record Answer(boolean drifted, double level, List<Line> columns) {}

    @Override
    public Integer call() {
        if (stream != null) {
            return new DriftStream(terminal(), json()).run(stream, column, detector) ? FINDING : OK;
        }
        if (tables.size() != 2) {
            throw new InvalidInputException(
                    "Two tables are needed, not (" + tables.size() + "). Maybe: edgeai drift REF.csv CUR.csv.");
        }
        DriftTest test = DriftTest.of(level, 1);
        DriftColumns before = DriftColumns.read(tables.get(0));
        DriftColumns now = DriftColumns.read(tables.get(1));
        DriftReport report = compare(test, before, now);
        List<Line> lines = report.columns().stream().map(Line::of).toList();
        if (json()) {
            terminal().json(new Answer(report.drifted(), level, lines));
        } else {
            print(report, lines);
        }
        return report.drifted() ? FINDING : OK;
    }

    private DriftReport compare(DriftTest test, DriftColumns before, DriftColumns now) {
        List<String> old = before.names();
        List<String> fresh = now.names();
        if (old.size() != fresh.size()) {
            throw new InvalidInputException("The tables have (" + old.size() + ") and (" + fresh.size()
                    + ") columns. Maybe they are of different sets.");
        }
        for (String name : without) {
            if (!before.has(name)) {
                throw new InvalidInputException("--without (" + name + ") is no column. Maybe one of " + old + ".");
            }
        }
        List<Column> reference = new ArrayList<>();
        List<Column> current = new ArrayList<>();
        for (int c = 0; c < old.size(); c++) {
            String name = old.get(c);
            if (without.contains(name)) {
                continue;
            }
            String other = before.named() && now.named() ? name : fresh.get(c);
            if (!now.has(other)) {
                throw new InvalidInputException(
                        "Column (" + name + ") is not in (" + tables.get(1) + "). Maybe it was renamed.");
            }
            if (before.text(name) != now.text(other)) {
                throw new InvalidInputException("Column (" + name + ") is text in one table and numbers in the"
                        + " other. Maybe a stray word stands among the numbers.");
            }
            if (before.counts(name) && now.counts(other)) {
                terminal().notice("column (" + name + ") counts its rows: maybe --without " + name);
            }
            reference.add(before.column(name, name));
            current.add(now.column(other, name));
        }
        return test.compare(reference, current);
    }

    private void print(DriftReport report, List<Line> lines) {
        TextTable table = TextTable.of("column", "kind", "rows", "now", "drifted", "adjusted p", "KS", "PSI", "shift");
        for (Line line : lines) {
            table.row(
                    line.column(),
                    line.kind(),
                    line.reference(),
                    line.current(),
                    line.tested() ? line.drifted() ? "yes" : "no" : "too few rows",
                    text(line.adjustedPValue()),
                    text(line.ksDistance()),
                    text(line.psi()),
                    text(line.medianShift()));
        }
        table.print(terminal());
        long drifted = lines.stream().filter(Line::drifted).count();
        terminal()
                .line(
                        report.drifted()
                                ? drifted + " of " + lines.size() + " columns drifted"
                                : "no drift found at level " + level);
    }

    private static String text(@Nullable Double value) {
        return value == null
                ? ""
                : String.format(Locale.ROOT, value != 0 && Math.abs(value) < 0.001 ? "%.1e" : "%.3f", value);
    }
}
