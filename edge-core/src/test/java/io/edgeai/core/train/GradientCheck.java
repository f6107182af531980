package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/**
 * Compares gradients with central differences of the loss that the reference computes in doubles. A model is a few nodes
 * over values that are all trained; the batch is either part of those values or, where free, an input.
 */
final class GradientCheck {
    static final double PER_OPERATOR = 2e-6;
    private static final double STEP = 1e-5;

    final GraphBuilder b;
    final Random random;
    final Map<String, Tensor> feed = new LinkedHashMap<>();
    private final boolean free;
    private final List<String> also = new ArrayList<>();
    private final long seed;
    private boolean batchStatistics;

    GradientCheck(long seed, boolean free) {
        this(17, seed, free);
    }

    GradientCheck(long opset, long seed, boolean free) {
        this.b = new GraphBuilder(opset, seed);
        this.random = new Random(seed * 31 + 17);
        this.free = free;
        this.seed = seed;
    }

    GradientCheck batchStatistics() {
        batchStatistics = true;
        return this;
    }

    /** A trained value, normally distributed. */
    String value(String name, long... dims) {
        return value(name, v -> v, dims);
    }

    /** A trained value; where the batch is free, a trained factor of an input with these dimensions. */
    String value(String name, DoubleUnaryOperator map, long... dims) {
        float[] values = Ort.normal(random, Doubles.count(Doubles.ints(dims)));
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) map.applyAsDouble(values[i]);
        }
        also.add(name);
        if (!free || dims.length == 0) {
            b.constant(name, io.edgeai.core.onnx.OnnxTensor.ofFloats(values, dims));
            return name;
        }
        long[] one = dims.clone();
        long[] any = dims.clone();
        one[0] = 1;
        any[0] = -1;
        b.input(name + "_data", any);
        feed.put(name + "_data", Tensor.of(values, dims));
        float[] factors = new float[Doubles.count(Doubles.ints(one))];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = 0.5f + random.nextFloat();
        }
        b.constant(name, io.edgeai.core.onnx.OnnxTensor.ofFloats(factors, one));
        b.node("Mul", name + "_scaled", name + "_data", name);
        return name + "_scaled";
    }

    /** A trained constant that is the same with a free batch. */
    String weight(String name, long... dims) {
        also.add(name);
        b.weight(name, 0.5, dims);
        return name;
    }

    /** Checks the squared distance of a value from random targets. */
    void verify(String output) {
        verify(output, PER_OPERATOR);
    }

    void verify(String output, double bound) {
        OnnxGraph model = b.output(output).graph();
        Doubles y = answers(model).run(given(model)).get(output);
        long[] dims = java.util.Arrays.stream(Objects.requireNonNull(y).dims())
                .mapToLong(d -> d)
                .toArray();
        feed.put("targets", Ort.tensor(random, dims));
        GradientGraph gradient = GradientGraph.builder(model)
                .loss(Loss.meanSquaredError())
                .alsoTrainable(also.toArray(String[]::new))
                .batchNormalization(batchStatistics ? BatchMode.BATCH : BatchMode.FROZEN)
                .build();
        Doubles targets = Doubles.of(Objects.requireNonNull(feed.get("targets")));
        compare(model, gradient, bound, values -> {
            Doubles answer = Objects.requireNonNull(values.get(output));
            double sum = 0;
            for (int i = 0; i < answer.values().length; i++) {
                sum += Math.pow(answer.values()[i] - targets.values()[i], 2);
            }
            return sum / answer.values().length;
        });
    }

    /** A loss computed from all values of the model. */
    interface Reference {
        double loss(Map<String, Doubles> values);
    }

    /** Checks every element of every parameter. */
    void compare(OnnxGraph model, GradientGraph gradient, double bound, Reference reference) {
        Map<String, Tensor> answers = run(model, gradient, feed);
        Map<String, Doubles> given = given(model);
        DoubleModel doubles = answers(model);
        double loss = reference.loss(doubles.run(given));
        assertThat((double) Objects.requireNonNull(answers.get("loss")).floats()[0])
                .as("loss, seed %s", seed)
                .isCloseTo(loss, org.assertj.core.api.Assertions.within(1e-5 * Math.max(1, Math.abs(loss))));
        float[] flat = Objects.requireNonNull(answers.get("gradient")).floats();
        for (ParameterLayout.Slot slot : gradient.parameters().slots()) {
            Doubles parameter =
                    Doubles.of(Objects.requireNonNull(model.initializers().get(slot.name())));
            double most = 0;
            double worst = 0;
            for (int i = 0; i < slot.size(); i++) {
                double[] shifted = parameter.values().clone();
                shifted[i] += STEP;
                double above = reference.loss(doubles.run(with(given, slot.name(), parameter, shifted)));
                shifted[i] -= 2 * STEP;
                double below = reference.loss(doubles.run(with(given, slot.name(), parameter, shifted)));
                double expected = (above - below) / (2 * STEP);
                most = Math.max(most, Math.abs(expected));
                worst = Math.max(worst, Math.abs(expected - flat[slot.offset() + i]));
            }
            assertThat(worst / Math.max(most, 1e-4))
                    .as("error of the gradient of %s, seed %s, largest %s", slot.name(), seed, most)
                    .isLessThanOrEqualTo(bound);
        }
    }

    static Map<String, Tensor> run(OnnxGraph model, GradientGraph gradient, Map<String, Tensor> data) {
        Map<String, Tensor> feed = new HashMap<>(data);
        int size = gradient.parameters().size();
        feed.put(GradientGraph.THETA, Tensor.of(gradient.parameters().read(model), size));
        if (gradient.statistics().size() > 0) {
            feed.put(
                    GradientGraph.STATISTICS,
                    Tensor.of(
                            gradient.statistics().read(model),
                            gradient.statistics().size()));
        }
        return Ort.run(gradient.graph(), feed);
    }

    private DoubleModel answers(OnnxGraph model) {
        return new DoubleModel(model, batchStatistics);
    }

    private Map<String, Doubles> given(OnnxGraph model) {
        Map<String, Doubles> given = new HashMap<>();
        model.inputs()
                .forEach(input -> given.put(
                        input.name(), Doubles.of(Objects.requireNonNull(feed.get(input.name()), input.name()))));
        return given;
    }

    private static Map<String, Doubles> with(Map<String, Doubles> given, String name, Doubles like, double[] values) {
        Map<String, Doubles> changed = new HashMap<>(given);
        changed.put(name, new Doubles(values, like.dims()));
        return changed;
    }
}
