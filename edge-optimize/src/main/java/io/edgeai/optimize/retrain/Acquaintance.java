package io.edgeai.optimize.retrain;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.train.data.Augmentation;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.optimize.data.LabelledData;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How well a model knows the examples, asked about some of them before training: how often it is right, and which changes
 * of images it takes for the same. One that calls mirrored digits something else says that digits must not be mirrored.
 */
final class Acquaintance {
    private static final int ASKED = 128;
    private static final int LEAST_SIDE = 16;
    private static final int MOST_SHIFT = 8;
    private static final double SAME = 0.9;
    private static final double KNOWN = 0.95;
    private static final double BETTER_THAN_CHANCE = 0.5;

    private final InferenceRuntime runtime;
    private final OnnxGraph asked;
    private final OnnxGraph model;
    private final TrainingData examples;
    private final int count;
    private final int[] classes;

    /**
     * Asks a model.
     *
     * @param asked the teacher, or the model itself
     * @param model whose inputs the examples are
     */
    Acquaintance(InferenceRuntime runtime, OnnxGraph asked, OnnxGraph model, TrainingData examples) {
        this.runtime = runtime;
        this.asked = asked;
        this.model = model;
        this.examples = examples;
        this.count = Math.min(ASKED, examples.size());
        this.classes = answers(Augmentation.NONE);
    }

    /** Whether it is right about at least 19 of 20: then labels say little that it does not. */
    boolean knows() {
        return right() >= KNOWN;
    }

    /** Mirroring, and moving by a sixteenth of the images' side, each where 9 of 10 answers stay the same. */
    ImageAugmentation bears() {
        if (!images(examples) || !discerning()) {
            return ImageAugmentation.NONE;
        }
        int shift = Math.min(MOST_SHIFT, shortestSide(examples) / LEAST_SIDE);
        return new ImageAugmentation(
                same(new ImageAugmentation(true, 0)), same(new ImageAugmentation(false, shift)) ? shift : 0);
    }

    private boolean discerning() {
        return Arrays.stream(classes).distinct().count() > 1 && !(right() < BETTER_THAN_CHANCE);
    }

    private boolean same(ImageAugmentation change) {
        return share(answers(change), classes) >= SAME;
    }

    /** Share of right answers; NaN without labels. */
    private double right() {
        Tensor labels = batch().get(LabelledData.LABELS);
        return labels == null || labels.elements() != count
                ? Double.NaN
                : share(
                        classes,
                        Arrays.stream(labels.longs()).mapToInt(Math::toIntExact).toArray());
    }

    private static double share(int[] these, int[] those) {
        long same = IntStream.range(0, these.length)
                .filter(i -> these[i] == those[i])
                .count();
        return (double) same / these.length;
    }

    private Map<String, Tensor> batch() {
        Map<String, Tensor> batch = examples.allocate(count);
        examples.read(IntStream.range(0, count).toArray(), batch);
        return batch;
    }

    /** Whether they are images large enough to be moved. */
    static boolean images(TrainingData examples) {
        return shortestSide(examples) >= LEAST_SIDE;
    }

    private static int shortestSide(TrainingData examples) {
        return examples.allocate(1).values().stream()
                .filter(tensor -> tensor.type() == ElementType.FLOAT && tensor.shape().length == 4)
                .mapToInt(tensor -> (int) Math.min(tensor.shape()[2], tensor.shape()[3]))
                .min()
                .orElse(0);
    }

    private int[] answers(Augmentation change) {
        Tensor scores = TeacherAnswers.of(runtime, asked, model, new Changed(examples, change), count, Progress.NONE);
        float[] values = scores.floats();
        int row = values.length / count;
        return IntStream.range(0, count).map(i -> best(values, i * row, row)).toArray();
    }

    private static int best(float[] scores, int at, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            best = scores[at + i] > scores[at + best] ? i : best;
        }
        return best;
    }

    /** Examples that are changed as they are read. */
    private record Changed(TrainingData data, Augmentation change) implements TrainingData {
        @Override
        public int size() {
            return data.size();
        }

        @Override
        public Map<String, Tensor> allocate(int rows) {
            return data.allocate(rows);
        }

        @Override
        public void read(int[] numbers, Map<String, Tensor> batch) {
            data.read(numbers, batch);
            if (change != Augmentation.NONE) {
                change.apply(batch, new SplittableRandom(numbers[0]));
            }
        }
    }
}
