package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Gradients of whole networks: for each parameter tensor g and a random normal direction v, g·v against the central
 * difference of the reference's loss along v. Since v is random, |g·v - difference| / |g| estimates the relative error of
 * all of g at once.
 */
final class DirectionalCheck {
    static final double PER_NETWORK = 2e-5;

    /** So small that hardly any Relu changes sides. */
    private static final double STEP = 1e-7;

    /** A tensor whose true gradient is 0, as a bias before batch normalization, is measured by the whole gradient. */
    private static final double SMALL = 1e-2;

    private DirectionalCheck() {}

    /** Checks every {@code stride}-th tensor and gives the largest error. */
    static double verify(
            OnnxGraph model,
            GradientGraph gradient,
            Map<String, Tensor> feed,
            boolean batchStatistics,
            int stride,
            GradientCheck.Reference reference) {
        Map<String, Tensor> answers = GradientCheck.run(model, gradient, feed);
        Map<String, Doubles> given = new HashMap<>();
        model.inputs()
                .forEach(input -> given.put(input.name(), Doubles.of(Objects.requireNonNull(feed.get(input.name())))));
        DoubleModel doubles = new DoubleModel(model, batchStatistics);
        double loss = reference.loss(doubles.run(given));
        assertThat((double) Objects.requireNonNull(answers.get("loss")).floats()[0])
                .isCloseTo(loss, org.assertj.core.api.Assertions.within(1e-5 * Math.max(1, Math.abs(loss))));
        float[] flat = Objects.requireNonNull(answers.get("gradient")).floats();
        double whole = 0;
        for (float g : flat) {
            whole += (double) g * g;
        }
        double worst = 0;
        for (int s = 0; s < gradient.parameters().slots().size(); s += stride) {
            ParameterLayout.Slot slot = gradient.parameters().slots().get(s);
            Random random = new Random(s);
            Doubles parameter =
                    Doubles.of(Objects.requireNonNull(model.initializers().get(slot.name())));
            double[] above = parameter.values().clone();
            double[] below = parameter.values().clone();
            double product = 0;
            double square = 0;
            for (int i = 0; i < slot.size(); i++) {
                double v = random.nextGaussian();
                above[i] += STEP * v;
                below[i] -= STEP * v;
                double g = flat[slot.offset() + i];
                product += g * v;
                square += g * g;
            }
            double difference = loss(doubles, given, slot.name(), parameter, above, reference)
                    - loss(doubles, given, slot.name(), parameter, below, reference);
            double size = Math.max(Math.sqrt(square), SMALL * Math.sqrt(whole));
            double error = Math.abs(product - difference / (2 * STEP)) / size;
            worst = Math.max(worst, error);
            assertThat(error)
                    .as("error along a direction of %s, |g| = %s", slot.name(), Math.sqrt(square))
                    .isLessThanOrEqualTo(PER_NETWORK);
        }
        return worst;
    }

    private static double loss(
            DoubleModel doubles,
            Map<String, Doubles> given,
            String name,
            Doubles like,
            double[] values,
            GradientCheck.Reference reference) {
        Map<String, Doubles> changed = new HashMap<>(given);
        changed.put(name, new Doubles(values, like.dims()));
        return reference.loss(doubles.run(changed));
    }

    /** Cross entropy of logits [N, classes]. */
    static double crossEntropy(Doubles logits, long[] labels) {
        int classes = logits.dims()[1];
        double sum = 0;
        for (int n = 0; n < labels.length; n++) {
            double total = 0;
            for (int c = 0; c < classes; c++) {
                total += Math.exp(logits.values()[n * classes + c]);
            }
            sum += Math.log(total) - logits.values()[n * classes + (int) labels[n]];
        }
        return sum / labels.length;
    }

    static Tensor labels(Random random, int count, int classes) {
        return Tensor.of(random.longs(count, 0, classes).toArray(), count);
    }
}
