package io.edgeai.samples.labelled;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.federated.data.DataShape;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.samples.data.CsvTable;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.inference.InputData;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a site's own data, within limits that hold before memory is taken. Stateless and thread-safe. */
public final class LabelledFiles {
    private LabelledFiles() {}

    /**
     * A table ({@code .csv .tsv}) whose labels are a column of it, or an array ({@code .npy} or IDX) with the labels in a file of
     * their own.
     *
     * @param label name of the column; null for {@code label}
     * @param labels file of an array's labels; null for a table
     * @param shape what the federation's samples look like
     * @throws InvalidInputException naming what is missing, is no number, is no class or does not fit the shape
     */
    public static LabelledSet read(
            Path data, @Nullable String label, @Nullable Path labels, DataShape shape, DataLimits limits) {
        String name = data.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            if (labels != null) {
                throw new InvalidInputException("The labels of a table (" + data + ") are a column of it, not a file ("
                        + labels + "). Maybe name the column, --label NAME.");
            }
            CsvTable table = CsvTable.read(data, CsvTable.Header.YES, Set.of(), limits);
            if (table.rows() == 0) {
                throw new InvalidInputException(
                        "Table (" + data + ") has a header and no rows. Maybe its header is missing.");
            }
            return new LabelledTable(table, data, label == null ? "label" : label, shape).read();
        }
        if (labels == null || label != null) {
            throw new InvalidInputException("The labels of arrays (" + data
                    + ") are in a file of their own, and there is "
                    + (labels == null ? "none" : "no column (" + label + ")") + ". Maybe give --labels FILE only.");
        }
        return LabelledArrays.read(array(data, limits), data, array(labels, limits), labels, shape);
    }

    private static Tensor array(Path file, DataLimits limits) {
        if (InputData.read(file, new InputData.Reading(CsvTable.Header.AUTO, null, limits), Set.of())
                instanceof InputData.Single single) {
            return single.tensor();
        }
        throw new InvalidInputException(
                "File (" + file + ") is not one array. Maybe give .npy or IDX files, or a table as CSV.");
    }
}
