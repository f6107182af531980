package io.edgeai.core.ensemble;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Models of one signature that answer together, as a {@link ModelGraph} that the caller may still change before it is built.
 * All outputs must be FLOAT. Stateless.
 */
public final class Ensembles {
    private static final String JOIN = "join";

    private Ensembles() {}

    /** Every output is the mean of the models' outputs. */
    public static ModelGraph.Builder averaging(List<InferenceSession> models) {
        double[] equal = new double[models.size()];
        Arrays.fill(equal, 1);
        return averaging(models, equal);
    }

    /**
     * Every output is the weighted mean of the models' outputs.
     *
     * @param weights one for each model, at least 0, not all 0
     */
    public static ModelGraph.Builder averaging(List<InferenceSession> models, double... weights) {
        double sum = Arrays.stream(weights).sum();
        boolean fit = weights.length == models.size() && Arrays.stream(weights).allMatch(w -> w >= 0);
        if (!fit || !(sum > 0) || Double.isInfinite(sum)) {
            throw new InvalidInputException("Weights (" + Arrays.toString(weights) + ") must be " + models.size()
                    + " finite numbers of at least 0, not all 0.");
        }
        return joined(models, answers -> mean(answers, weights, sum));
    }

    /**
     * Every output is the share of models that give each class, the last dimension, the largest score: 1 where all agree.
     * Of equal scores in one model the first counts.
     */
    public static ModelGraph.Builder voting(List<InferenceSession> models) {
        return joined(models, Ensembles::votes);
    }

    private static ModelGraph.Builder joined(List<InferenceSession> models, Function<List<Tensor>, Tensor> join) {
        if (models.isEmpty()) {
            throw new InvalidInputException("An ensemble of (0) models answers nothing. Maybe give at least one.");
        }
        Signature signature = models.get(0).signature();
        ModelGraph.Builder builder = ModelGraph.builder();
        signature.inputs().forEach(builder::input);
        for (int i = 0; i < models.size(); i++) {
            requireSame(signature, models.get(i).signature(), i);
            String suffix = "#" + i;
            builder.step("model" + suffix, models.get(i), wiring -> signature
                    .outputs()
                    .forEach(out -> wiring.output(out.name(), out.name() + suffix)));
        }
        builder.step(JOIN, answers -> join(signature, answers, models.size(), join), wiring -> {
            for (TensorSpec output : signature.outputs()) {
                for (int i = 0; i < models.size(); i++) {
                    wiring.input(output.name() + "#" + i);
                }
                wiring.output(output);
            }
        });
        signature.outputs().forEach(builder::output);
        return builder;
    }

    private static void requireSame(Signature first, Signature other, int index) {
        boolean same = first.outputs().size() == other.outputs().size()
                && first.inputs().size() == other.inputs().size();
        for (int i = 0; same && i < first.outputs().size(); i++) {
            TensorSpec one = first.outputs().get(i);
            TensorSpec two = other.outputs().get(i);
            same = one.type() == ElementType.FLOAT && one.name().equals(two.name()) && Specs.agree(one, two);
        }
        if (!same) {
            throw new InvalidInputException("Model " + index + " of the ensemble has signature (" + other
                    + "), the first (" + first + "); they must have the same inputs and the same FLOAT outputs."
                    + " Maybe wire a ModelGraph, which may rename them.");
        }
    }

    private static Map<String, Tensor> join(
            Signature signature, Map<String, Tensor> answers, int models, Function<List<Tensor>, Tensor> join) {
        Map<String, Tensor> joined = new LinkedHashMap<>();
        for (TensorSpec output : signature.outputs()) {
            List<Tensor> each = java.util.stream.IntStream.range(0, models)
                    .mapToObj(i -> java.util.Objects.requireNonNull(answers.get(output.name() + "#" + i)))
                    .toList();
            long[] shape = each.get(0).shape();
            each.forEach(tensor -> requireShape(shape, tensor, output));
            joined.put(output.name(), join.apply(each));
        }
        return joined;
    }

    private static void requireShape(long[] shape, Tensor tensor, TensorSpec output) {
        if (!Arrays.equals(shape, tensor.shape())) {
            throw new InvalidInputException("Models of the ensemble gave output (" + output + ") as "
                    + Arrays.toString(shape) + " and as " + tensor + ". Maybe they take other inputs.");
        }
    }

    private static Tensor mean(List<Tensor> answers, double[] weights, double sum) {
        double[] total = new double[(int) answers.get(0).elements()];
        for (int model = 0; model < weights.length; model++) {
            float[] values = answers.get(model).floats();
            for (int i = 0; i < total.length; i++) {
                total[i] += weights[model] * values[i];
            }
        }
        float[] mean = new float[total.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (total[i] / sum);
        }
        return Tensor.of(mean, answers.get(0).shape());
    }

    private static Tensor votes(List<Tensor> answers) {
        long[] shape = answers.get(0).shape();
        int classes = shape.length == 0 ? 1 : (int) shape[shape.length - 1];
        float[] shares = new float[(int) answers.get(0).elements()];
        for (Tensor answer : answers) {
            float[] scores = answer.floats();
            for (int row = 0; row < scores.length; row += classes) {
                int best = row;
                for (int i = row + 1; i < row + classes; i++) {
                    best = scores[i] > scores[best] ? i : best;
                }
                shares[best]++;
            }
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= answers.size();
        }
        return Tensor.of(shares, shape);
    }
}
