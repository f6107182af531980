package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.samples.data.Cells;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.IdxFile;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.data.NpzFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A model's answers as files and as rows of text. Stateless and thread-safe. */
public final class OutputData {
    private OutputData() {}

    /**
     * Fails early on a file {@link #write} could not write.
     *
     * @throws InvalidInputException for an unknown ending
     */
    public static void check(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (!name.endsWith(".npz")
                && !name.endsWith(".npy")
                && !name.endsWith(".csv")
                && !name.endsWith(".json")
                && !IdxFile.named(file)) {
            throw new InvalidInputException(
                    "Output file (" + file + ") has an unknown ending. Maybe .npz, .npy, .csv, .json or .idx.");
        }
    }

    /**
     * Writes all outputs by the file's ending: {@code .npz} and {@code .json} hold any, {@code .npy} and IDX one,
     * {@code .csv} one row for each sample with outputs side by side.
     */
    public static void write(Map<String, Tensor> outputs, Path file) {
        check(file);
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npz")) {
            NpzFile.write(outputs, file);
        } else if (name.endsWith(".json")) {
            JsonTensors.write(outputs, file);
        } else if (name.endsWith(".csv")) {
            writeCsv(outputs, file);
        } else {
            if (outputs.size() != 1) {
                throw new InvalidInputException("Output file (" + file + ") holds one tensor but there are ("
                        + outputs.keySet() + "). Maybe choose one with --method, or write .npz.");
            }
            Tensor only = outputs.values().iterator().next();
            if (name.endsWith(".npy")) {
                NpyFile.write(only, file);
            } else {
                IdxFile.write(only, file);
            }
        }
    }

    private static void writeCsv(Map<String, Tensor> outputs, Path file) {
        List<Block> blocks = blocks(outputs);
        int rows = commonRows(blocks);
        DataFiles.write(file, out -> {
            StringBuilder line = new StringBuilder(String.join(
                    ",", titles(blocks).stream().map(OutputData::quoted).toList()));
            for (int r = 0; r < rows; r++) {
                line.append('\n');
                out.write(line.toString().getBytes(StandardCharsets.UTF_8));
                line.setLength(0);
                for (Block block : blocks) {
                    for (int c = 0; c < block.width; c++) {
                        line.append(line.length() == 0 ? "" : ",").append(quoted(block.text(r, c)));
                    }
                }
            }
            out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        });
    }

    /** Column titles: an output's name, with {@code _0}, {@code _1}, … where it has several values for a sample. */
    public static List<String> titles(Map<String, Tensor> outputs) {
        return titles(blocks(outputs));
    }

    /**
     * The first rows as text, one for each sample.
     *
     * @throws InvalidInputException where outputs have different numbers of rows
     */
    public static List<List<String>> rows(Map<String, Tensor> outputs, int most, int mostColumns) {
        List<Block> blocks = blocks(outputs);
        List<List<String>> rows = new ArrayList<>();
        for (int r = 0; r < Math.min(most, commonRows(blocks)); r++) {
            List<String> row = new ArrayList<>();
            for (Block block : blocks) {
                for (int c = 0; c < block.width && row.size() < mostColumns; c++) {
                    row.add(block.text(r, c));
                }
            }
            rows.add(row);
        }
        return rows;
    }

    /** Rows of each output if they are equally many, else -1. */
    public static int commonRowsOrNone(Map<String, Tensor> outputs) {
        List<Integer> counts =
                blocks(outputs).stream().map(block -> block.rows).distinct().toList();
        return counts.size() == 1 ? counts.get(0) : -1;
    }

    private static int commonRows(List<Block> blocks) {
        List<Integer> counts =
                blocks.stream().map(block -> block.rows).distinct().toList();
        if (counts.size() != 1) {
            throw new InvalidInputException("Outputs have different numbers of rows ("
                    + blocks.stream()
                            .map(block -> block.name + ": " + block.rows)
                            .toList()
                    + "), so they do not fit one table. Maybe choose one with --method, or write .npz.");
        }
        return counts.get(0);
    }

    private static List<String> titles(List<Block> blocks) {
        List<String> titles = new ArrayList<>();
        for (Block block : blocks) {
            for (int c = 0; c < block.width; c++) {
                titles.add(block.width == 1 ? block.name : block.name + "_" + c);
            }
        }
        return titles;
    }

    private static List<Block> blocks(Map<String, Tensor> outputs) {
        List<Block> blocks = new ArrayList<>();
        outputs.forEach((name, tensor) -> blocks.add(new Block(name, tensor)));
        return blocks;
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain && !cell.isEmpty() ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    /** One output as a matrix of samples by values. */
    private static final class Block {
        private final String name;
        private final Cells cells;
        private final int rows;
        private final int width;

        Block(String name, Tensor tensor) {
            this.name = name;
            this.cells = Cells.of(tensor);
            long[] shape = tensor.shape();
            this.rows = shape.length == 0 ? 1 : (int) shape[0];
            this.width = (int) Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
        }

        String text(int row, int column) {
            return cells.text(row * width + column);
        }
    }
}
