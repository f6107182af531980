package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.monitor.drift.DriftReference;
import io.edgeai.samples.data.CsvTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Training data from a file, as what later inputs are compared with: a table of numbers, or samples in a tensor. */
public final class ReferenceRows {
    private ReferenceRows() {}

    /**
     * The rows of a file: those of a table, or whatever follows the first dimension of {@code .npy}, IDX or the only tensor of
     * {@code .npz} and {@code .json}.
     *
     * @throws InvalidInputException for another file, for texts, and for fewer than 30 rows
     */
    public static DriftReference read(Path file) {
        InputData data = InputData.read(file, InputData.Reading.DEFAULT, Set.of());
        String origin = String.valueOf(file.getFileName());
        if (data instanceof InputData.Table table) {
            return DriftReference.of(origin, rows(file, table.table()));
        }
        if (data instanceof InputData.Single single) {
            return DriftReference.of(origin, single.tensor());
        }
        List<Tensor> named = List.copyOf(((InputData.Named) data).byName().values());
        if (named.size() != 1) {
            throw new InvalidInputException("File (" + file + ") holds (" + named.size()
                    + ") tensors, and drift is tested on one. Maybe write the first input alone.");
        }
        return DriftReference.of(origin, named.get(0));
    }

    private static List<float[]> rows(Path file, CsvTable table) {
        for (CsvTable.Column column : table.columns()) {
            if (column.kind() == CsvTable.Kind.TEXT) {
                throw new InvalidInputException("Column (" + column.name() + ") of (" + file
                        + ") is text, and a model's inputs are numbers. Maybe leave it out, as it is no input.");
            }
        }
        List<float[]> rows = new ArrayList<>(table.rows());
        for (int row = 0; row < table.rows(); row++) {
            float[] values = new float[table.columns().size()];
            for (int c = 0; c < values.length; c++) {
                values[c] = (float) table.columns().get(c).number(row);
            }
            rows.add(values);
        }
        return rows;
    }
}
