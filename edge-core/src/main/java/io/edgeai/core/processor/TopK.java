package io.edgeai.core.processor;

import io.edgeai.core.error.InvalidInputException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The best classes, the best first; of equal scores the lower index.
 *
 * @param labels names by index; empty for the numbers as names
 * @param k most classes, at least 1
 */
public record TopK(List<String> labels, int k) implements Processor<float[], List<Classification>> {
    public TopK {
        labels = List.copyOf(labels);
        if (k < 1) {
            throw new InvalidInputException("k (" + k + ") must be at least 1.");
        }
    }

    /** @throws InvalidInputException where there are names for another number of classes */
    @Override
    public List<Classification> apply(float[] scores) {
        requireFit(labels, scores.length);
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
                .limit(k)
                .map(i -> new Classification(label(labels, i), i, scores[i]))
                .toList();
    }

    static String label(List<String> labels, int index) {
        return labels.isEmpty() ? Integer.toString(index) : labels.get(index);
    }

    static void requireFit(List<String> labels, int classes) {
        if (!labels.isEmpty() && labels.size() != classes) {
            throw new InvalidInputException("The model gives (" + classes + ") scores but there are (" + labels.size()
                    + ") labels. Maybe they are another model's, or a background class is missing.");
        }
    }
}
