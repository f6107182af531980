package io.edgeai.core.vision;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.processor.Box;
import io.edgeai.core.processor.Detection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The head of FastestDet: one box for each cell of a grid, [1, 5 + classes, rows, columns]. The middle lies tanh of two
 * numbers from the cell's corner, in cells; the sides are the sigmoid of two more, as parts of the image. The score is
 * objectness^0.6 · class^0.4.
 *
 * @param output the output's name; empty for the first
 */
public record FastestDetHead(String output) implements DetectionHead {
    private static final int FIRST_CLASS = 5;

    public static FastestDetHead ofDefaults() {
        return new FastestDetHead("");
    }

    @Override
    public List<Detection> decode(Map<String, Tensor> outputs, Size frame, List<String> labels, double least) {
        Tensor tensor = Rows.output(outputs, output);
        long[] shape = tensor.shape();
        if (shape.length != 4 || shape[0] != 1 || shape[1] <= FIRST_CLASS) {
            throw new InvalidInputException(
                    "Output " + tensor + " is not [1, 5 + classes, rows, columns]. Maybe another head reads it.");
        }
        int channels = (int) shape[1];
        int rows = (int) shape[2];
        int columns = (int) shape[3];
        int cells = rows * columns;
        float[] values = tensor.floats();
        List<Detection> found = new ArrayList<>();
        for (int cell = 0; cell < cells; cell++) {
            int best = FIRST_CLASS;
            for (int channel = FIRST_CLASS + 1; channel < channels; channel++) {
                best = values[channel * cells + cell] > values[best * cells + cell] ? channel : best;
            }
            double score = Math.pow(values[cell], 0.6) * Math.pow(values[best * cells + cell], 0.4);
            if (score >= least) {
                int row = cell / columns;
                double x = (cell % columns + Math.tanh(values[cells + cell])) / columns;
                double y = (row + Math.tanh(values[2 * cells + cell])) / rows;
                Box box = Box.centred(
                        x * frame.width(),
                        y * frame.height(),
                        sigmoid(values[3 * cells + cell]) * frame.width(),
                        sigmoid(values[4 * cells + cell]) * frame.height());
                found.add(new Detection(Rows.label(labels, best - FIRST_CLASS), best - FIRST_CLASS, score, box));
            }
        }
        return found;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
