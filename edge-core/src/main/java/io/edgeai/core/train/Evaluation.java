package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** Judges a model between epochs, as it would be served: an ordinary session with the parameters as constants. */
@FunctionalInterface
public interface Evaluation {
    /** A score; more is better. */
    double score(InferenceSession session);

    /**
     * The share of examples whose largest value in the model's first output is at the labelled place.
     *
     * @param input the model's only input
     * @param examples all of them along the first dimension
     * @param labels a class for each
     */
    static Evaluation accuracy(String input, Tensor examples, long[] labels) {
        long[] shape = examples.shape();
        if (shape.length == 0 || shape[0] != labels.length || labels.length == 0) {
            throw new InvalidInputException("Examples " + examples + " and labels (" + labels.length
                    + ") are of different number, or none. Maybe the first dimension is not that of the examples.");
        }
        return session -> {
            int right = 0;
            for (int from = 0; from < labels.length; from += 256) {
                int to = Math.min(labels.length, from + 256);
                Tensor output = session.run(Map.of(input, rows(examples, from, to)))
                        .get(session.signature().outputs().get(0).name());
                if (output == null || output.type() != ElementType.FLOAT || output.elements() % (to - from) != 0) {
                    throw new InvalidInputException("The model answers (" + output + ") for " + (to - from)
                            + " examples, not FLOAT rows of scores. Maybe evaluate it by a function of your own.");
                }
                right += right(output.floats(), labels, from, to);
            }
            return (double) right / labels.length;
        };
    }

    private static int right(float[] scores, long[] labels, int from, int to) {
        int classes = scores.length / (to - from);
        int right = 0;
        for (int row = 0; row < to - from; row++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (scores[row * classes + c] > scores[row * classes + best]) {
                    best = c;
                }
            }
            right += best == labels[from + row] ? 1 : 0;
        }
        return right;
    }

    private static Tensor rows(Tensor all, int from, int to) {
        long[] shape = all.shape();
        ByteBuffer bytes = all.buffer();
        int row = (int) (bytes.capacity() / shape[0]);
        ByteBuffer part = bytes.slice(from * row, (to - from) * row).order(ByteOrder.nativeOrder());
        shape[0] = to - from;
        return Tensor.ofBuffer(all.type(), part, shape);
    }
}
