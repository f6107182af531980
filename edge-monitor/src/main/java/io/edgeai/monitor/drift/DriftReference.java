package io.edgeai.monitor.drift;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What inputs, and perhaps answers, are compared with: the training data, as rows of the numbers that a call takes and gives.
 * Of more than 10,000 rows as many are kept, evenly spread. Immutable.
 */
public final class DriftReference {
    /** Rows kept at most. */
    public static final int MOST = 10_000;

    private static final int LEAST = 30;

    private final String origin;
    private final List<float[]> inputs;
    private final List<float[]> outputs;

    private DriftReference(String origin, List<float[]> inputs, List<float[]> outputs) {
        this.origin = origin;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /**
     * Rows of inputs; answers are compared with the first 1000 that are sampled.
     *
     * @param origin where they are from, for people: {@code "train.csv"}
     * @param inputs one array of numbers for each row, 30 or more, all as long as a call's
     */
    public static DriftReference of(String origin, List<float[]> inputs) {
        return new DriftReference(origin(origin, inputs.size()), rows("inputs", inputs), List.of());
    }

    /** The same with the model's answers to rows like these, 30 or more. */
    public static DriftReference of(String origin, List<float[]> inputs, List<float[]> outputs) {
        return new DriftReference(origin(origin, inputs.size()), rows("inputs", inputs), rows("answers", outputs));
    }

    /** Rows of inputs: whatever follows the first dimension is one row. */
    public static DriftReference of(String origin, Tensor inputs) {
        long[] shape = inputs.shape();
        if (shape.length == 0 || shape[0] < 1) {
            throw new InvalidInputException("Reference of shape (" + Arrays.toString(shape)
                    + ") has no rows. Maybe its first dimension does not count samples.");
        }
        float[] values = inputs.floats();
        int rows = (int) shape[0];
        int width = values.length / rows;
        List<float[]> all = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            all.add(Arrays.copyOfRange(values, row * width, (row + 1) * width));
        }
        return of(origin, all);
    }

    /** Where the rows are from, and how many of how many were kept where that is not all. */
    public String origin() {
        return origin;
    }

    /** Numbers in a row of inputs. */
    public int width() {
        return inputs.get(0).length;
    }

    /** Rows of inputs. */
    public int size() {
        return inputs.size();
    }

    List<float[]> inputs() {
        return inputs;
    }

    List<float[]> outputs() {
        return outputs;
    }

    private static String origin(String origin, int rows) {
        if (origin.isBlank() || origin.length() > 200) {
            throw new InvalidInputException("Origin (" + origin + ") is empty or longer than 200 characters. Maybe name"
                    + " the file that the rows are from.");
        }
        return rows > MOST ? origin + ", " + MOST + " of " + rows + " rows" : origin;
    }

    private static List<float[]> rows(String what, List<float[]> given) {
        if (given.size() < LEAST) {
            throw new InvalidInputException("Reference of (" + given.size() + ") " + what
                    + " is too small to test against. Maybe give 30 rows or more; 1000 see much more.");
        }
        int width = given.get(0).length;
        int kept = Math.min(MOST, given.size());
        List<float[]> rows = new ArrayList<>(kept);
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i).length != width || width == 0) {
                throw new InvalidInputException("Row (" + i + ") of the reference's " + what + " has ("
                        + given.get(i).length + ") numbers, the first has (" + width
                        + "). Maybe the rows are of different tables.");
            }
        }
        for (int i = 0; i < kept; i++) {
            rows.add(given.get((int) ((long) i * given.size() / kept)).clone());
        }
        return List.copyOf(rows);
    }
}
