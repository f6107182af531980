package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.drift.stream.Change;
import io.edgeai.monitor.drift.stream.ChangeDetector;
import io.edgeai.monitor.drift.stream.ChangeDetectors;
import io.edgeai.samples.data.CsvTable;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs one column of a file through a detector of changes, row by row. */
final class DriftStream {
    private final Terminal terminal;
    private final boolean json;

    DriftStream(Terminal terminal, boolean json) {
        this.terminal = terminal;
        this.json = json;
    }

    /** A change found; {@code after} is null where the detector keeps none. */
    record Found(long row, long since, double before, @Nullable Double after) {}

    /** The answer of {@code --json}. */
    record Answer(String column, String detector, int rows, List<Found> changes) {}

    /**
     * @param column null for the only one, or the one named value or error
     * @param detector null for {@code error-rate} where all values are 0 or 1, else {@code cusum}
     * @return whether something changed
     */
    boolean run(Path file, @Nullable String column, @Nullable String detector) {
        CsvTable table = CsvTable.read(file, CsvTable.Header.AUTO, Set.of(), DataLimits.DEFAULT);
        CsvTable.Column values = pick(table, column);
        ChangeDetectors kind = detector == null ? fitting(values, table.rows()) : ChangeDetectors.named(detector);
        ChangeDetector running = kind.create();
        List<Found> changes = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            if (running.update(values.number(row))) {
                running.lastChange().map(DriftStream::found).ifPresent(changes::add);
            }
        }
        if (json) {
            terminal.json(new Answer(values.name(), kind.label(), table.rows(), changes));
        } else {
            changes.forEach(change -> terminal.line(sentence(change)));
            terminal.line(changes.size() + " changes of " + values.name() + " in " + table.rows() + " rows by "
                    + kind.label());
        }
        return !changes.isEmpty();
    }

    private static CsvTable.Column pick(CsvTable table, @Nullable String name) {
        List<CsvTable.Column> columns = table.columns();
        CsvTable.Column picked = name != null
                ? table.column(name)
                : columns.size() == 1
                        ? columns.get(0)
                        : columns.stream()
                                .filter(each -> Set.of("value", "error").contains(each.name()))
                                .findFirst()
                                .orElse(null);
        List<String> names = columns.stream().map(CsvTable.Column::name).toList();
        if (picked == null) {
            throw new InvalidInputException("Column (" + (name == null ? "value" : name) + ") is not among " + names
                    + ". Maybe name one with --column.");
        }
        if (picked.kind() == CsvTable.Kind.TEXT) {
            throw new InvalidInputException(
                    "Column (" + picked.name() + ") holds text. Maybe name a column of numbers with --column.");
        }
        return picked;
    }

    private static ChangeDetectors fitting(CsvTable.Column values, int rows) {
        for (int row = 0; row < rows; row++) {
            double value = values.number(row);
            if (!Double.isNaN(value) && value != 0 && value != 1) {
                return ChangeDetectors.CUSUM;
            }
        }
        return ChangeDetectors.ERROR_RATE;
    }

    private static Found found(Change change) {
        return new Found(
                change.row(),
                change.since(),
                change.before(),
                Double.isNaN(change.after()) ? null : (Double) change.after());
    }

    private static String sentence(Found change) {
        String from = String.format(
                Locale.ROOT,
                "row %d: changed since about row %d, mean before %.4g",
                change.row(),
                change.since(),
                change.before());
        return change.after() == null ? from : from + String.format(Locale.ROOT, ", after %.4g", change.after());
    }
}
