package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.samples.data.CsvTable;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.IdxFile;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.data.Normalization;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.data.NpzFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one input file holds, before it is matched with a model's inputs. */
public sealed interface InputData {
    /**
     * Several tensors, or one of which the file knows the name.
     *
     * @param byName in the file's order
     * @param samples whether the first dimension counts samples
     */
    record Named(Map<String, Tensor> byName, boolean samples) implements InputData {}

    /**
     * One tensor without a name.
     *
     * @param tensor its values
     * @param samples whether the first dimension counts samples
     */
    record Single(Tensor tensor, boolean samples) implements InputData {}

    /** A table; each row is a sample. */
    record Table(CsvTable table) implements InputData {}

    /**
     * How files are read.
     *
     * @param header whether a CSV's first row names its columns
     * @param normalization applied to byte images, or null
     * @param limits bounds of size
     */
    record Reading(CsvTable.Header header, @Nullable Normalization normalization, DataLimits limits) {
        public static final Reading DEFAULT = new Reading(CsvTable.Header.AUTO, null, DataLimits.DEFAULT);
    }

    /**
     * Reads a file by its name's ending: {@code .npy .npz .csv .tsv .json} or IDX.
     *
     * @param expected names of the model's inputs, which mark a CSV's first row as a header
     * @throws InvalidInputException for other endings and damaged files
     */
    static InputData read(Path file, Reading how, Set<String> expected) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npz")) {
            Map<String, Tensor> arrays = new LinkedHashMap<>(NpzFile.read(file, how.limits()));
            arrays.replaceAll((array, tensor) -> normalized(tensor, how));
            return new Named(arrays, false);
        }
        if (name.endsWith(".npy")) {
            return new Single(normalized(NpyFile.read(file, how.limits()), how), false);
        }
        if (IdxFile.named(file)) {
            return new Single(normalized(IdxFile.read(file, how.limits()), how), true);
        }
        if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            return new Table(CsvTable.read(file, how.header(), expected, how.limits()));
        }
        if (name.endsWith(".json")) {
            Map<String, Tensor> tensors = JsonTensors.read(file, how.limits());
            Tensor unnamed = tensors.get(JsonTensors.UNNAMED);
            return unnamed != null && tensors.size() == 1 ? new Single(unnamed, true) : new Named(tensors, true);
        }
        throw new InvalidInputException("Input file (" + file + ") has an unknown ending. Maybe .npy, .npz, .csv, .tsv,"
                + " .json, or IDX: .idx3.gz, -idx3-ubyte.");
    }

    private static Tensor normalized(Tensor tensor, Reading how) {
        Normalization normalization = how.normalization();
        return normalization != null && tensor.type() == ElementType.UINT8 ? normalization.apply(tensor) : tensor;
    }
}
