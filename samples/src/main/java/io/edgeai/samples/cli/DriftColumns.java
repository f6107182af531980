package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.monitor.drift.Column;
import io.edgeai.samples.data.Cells;
import io.edgeai.samples.data.CsvTable;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.data.NpzFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a file: those of a table, or whatever follows the first dimension of {@code .npy} and of each array of
 * {@code .npz}. Arrays of one value a row bear the array's name, others with a number behind it.
 */
final class DriftColumns {
    private static final int LEAST_COUNTED = 10;
    private static final int MOST = 4096;

    private final Map<String, Values> columns;
    private final boolean named;

    /** One column: numbers, or texts where those are null. */
    private static final class Values {
        private final double @Nullable [] numbers;
        private final List<String> texts;

        Values(double @Nullable [] numbers, List<String> texts) {
            this.numbers = numbers;
            this.texts = List.copyOf(texts);
        }
    }

    private DriftColumns(Map<String, Values> columns, boolean named) {
        this.columns = columns;
        this.named = named;
    }

    /**
     * @throws InvalidInputException for arrays without rows or of different numbers of them, and for more than 4096 columns of
     *     arrays
     */
    static DriftColumns read(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".npy")) {
            return arrays(file, Map.of("", NpyFile.read(file, DataLimits.DEFAULT)), false);
        }
        if (name.endsWith(".npz")) {
            return arrays(file, NpzFile.read(file, DataLimits.DEFAULT), true);
        }
        return table(CsvTable.read(file, CsvTable.Header.AUTO, Set.of(), DataLimits.DEFAULT));
    }

    private static DriftColumns table(CsvTable table) {
        Map<String, Values> columns = new LinkedHashMap<>();
        for (CsvTable.Column column : table.columns()) {
            IntStream rows = IntStream.range(0, table.rows());
            columns.put(
                    column.name(),
                    column.kind() == CsvTable.Kind.TEXT
                            ? new Values(null, rows.mapToObj(column::text).toList())
                            : new Values(rows.mapToDouble(column::number).toArray(), List.of()));
        }
        return new DriftColumns(columns, table.header());
    }

    private static DriftColumns arrays(Path file, Map<String, Tensor> arrays, boolean named) {
        Map<String, Values> columns = new LinkedHashMap<>();
        long rows = -1;
        for (Map.Entry<String, Tensor> each : arrays.entrySet()) {
            Tensor tensor = each.getValue();
            long[] shape = tensor.shape();
            long here = shape.length == 0 ? 0 : shape[0];
            long width = here == 0 ? 0 : tensor.elements() / here;
            if (here == 0 || width == 0 || (rows >= 0 && rows != here)) {
                throw new InvalidInputException("Array (" + each.getKey() + ") of (" + file + ") has (" + here
                        + ") rows" + (rows < 0 ? "" : ", another (" + rows + ")")
                        + ". Maybe its first dimension is not that of samples.");
            }
            if (columns.size() + width > MOST) {
                throw new InvalidInputException("File (" + file + ") has more than (" + MOST
                        + ") columns. Maybe compare embeddings as a whole, by DistanceTest.");
            }
            rows = here;
            add(columns, each.getKey(), tensor, (int) here, (int) width, shape.length == 1);
        }
        return new DriftColumns(columns, named);
    }

    private static void add(
            Map<String, Values> columns, String name, Tensor tensor, int rows, int width, boolean single) {
        Cells cells = Cells.of(tensor);
        for (int c = 0; c < width; c++) {
            int first = c;
            IntStream at = IntStream.range(0, rows).map(row -> row * width + first);
            String title = single && !name.isEmpty() ? name : name + "[" + c + "]";
            columns.put(
                    title,
                    tensor.type() == ElementType.STRING
                            ? new Values(null, at.mapToObj(cells::text).toList())
                            : new Values(
                                    at.mapToDouble(i -> number(cells.at(i))).toArray(), List.of()));
        }
    }

    private static double number(Object value) {
        return value instanceof Number number ? number.doubleValue() : Boolean.TRUE.equals(value) ? 1 : 0;
    }

    /** Whether columns have names of their own, and not those of their places. */
    boolean named() {
        return named;
    }

    List<String> names() {
        return new ArrayList<>(columns.keySet());
    }

    boolean has(String name) {
        return columns.containsKey(name);
    }

    boolean text(String name) {
        return values(name).numbers == null;
    }

    /** Whether each row has one more than the row before. */
    boolean counts(String name) {
        double[] numbers = values(name).numbers;
        return numbers != null
                && numbers.length >= LEAST_COUNTED
                && IntStream.range(1, numbers.length).allMatch(row -> numbers[row] - numbers[row - 1] == 1);
    }

    /** A column under another name. */
    Column column(String name, String title) {
        Values values = values(name);
        double[] numbers = values.numbers;
        return numbers == null ? Column.categorical(title, values.texts) : Column.numeric(title, numbers);
    }

    private Values values(String name) {
        Values found = columns.get(name);
        if (found == null) {
            throw new InvalidInputException("Column (" + name + ") is not there. Maybe one of " + names() + ".");
        }
        return found;
    }
}
