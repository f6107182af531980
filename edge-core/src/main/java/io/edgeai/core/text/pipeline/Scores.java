package io.edgeai.core.text.pipeline;

import java.util.Arrays;

/** What a graph gives for one encoding in one output: rows of numbers, one for each token or one in all. Immutable. */
final class Scores {
    private final float[] values;
    private final int from;
    private final int rows;
    private final int width;

    Scores(float[] values, int from, int rows, int width) {
        this.values = values;
        this.from = from;
        this.rows = rows;
        this.width = width;
    }

    int rows() {
        return rows;
    }

    int width() {
        return width;
    }

    float at(int row, int column) {
        return values[from + row * width + column];
    }

    /** A copy of one row. */
    float[] row(int row) {
        return Arrays.copyOfRange(values, from + row * width, from + (row + 1) * width);
    }
}
