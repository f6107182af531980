package io.edgeai.formats.xgboost;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/** How XGBoost's objectives turn a margin into a prediction. */
enum Objective {
    IDENTITY(
            "reg:squarederror",
            "reg:linear",
            "reg:pseudohubererror",
            "reg:absoluteerror",
            "reg:squaredlogerror",
            "reg:normal",
            "binary:logitraw",
            "rank:pairwise",
            "rank:ndcg",
            "rank:map"),
    LOGISTIC("binary:logistic", "reg:logistic"),
    HINGE("binary:hinge"),
    EXPONENTIAL("count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft"),
    QUANTILES("reg:quantileerror"),
    SORTED_QUANTILES(),
    EXPECTILES("reg:expectileerror"),
    SOFTPROB("multi:softprob"),
    SOFTMAX("multi:softmax");

    /** The least that two expectiles are apart. */
    static final float APART = 1e-6f;

    private static final List<Integer> SORTING = List.of(3, 4);

    private final String[] names;

    Objective(String... names) {
        this.names = names;
    }

    /** By the name and the version in a file; since 3.4 XGBoost sorts the quantiles of a row, so that they do not cross. */
    static Optional<Objective> named(String name, List<Integer> version) {
        return Arrays.stream(values())
                .filter(o -> Arrays.asList(o.names).contains(name))
                .map(o -> o == QUANTILES && atLeast(version, SORTING) ? SORTED_QUANTILES : o)
                .findFirst();
    }

    private static boolean atLeast(List<Integer> version, List<Integer> least) {
        return version.size() >= 2 && Arrays.compare(ints(version), ints(least)) >= 0;
    }

    private static int[] ints(List<Integer> version) {
        return version.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Predictions from one row's margins; as many, or for classes one. */
    float[] predictions(float[] margins) {
        float[] answer = this == SOFTMAX ? new float[1] : margins.clone();
        switch (this) {
            case IDENTITY, QUANTILES -> {}
            case SORTED_QUANTILES -> Arrays.sort(answer);
            case EXPECTILES -> {
                for (int i = 1; i < answer.length; i++) {
                    answer[i] = answer[i - 1] + (APART + (float) softplus(margins[i]));
                }
            }
            case LOGISTIC -> each(answer, m -> 1 / (1 + Math.exp(-m)));
            case EXPONENTIAL -> each(answer, Math::exp);
            case HINGE -> each(answer, m -> m > 0 ? 1 : 0);
            case SOFTPROB -> softmax(answer);
            case SOFTMAX -> {
                int best = 0;
                for (int i = 1; i < margins.length; i++) {
                    best = margins[i] > margins[best] ? i : best;
                }
                answer[0] = best;
            }
        }
        return answer;
    }

    private static void each(float[] values, DoubleUnaryOperator function) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) function.applyAsDouble(values[i]);
        }
    }

    private static void softmax(float[] values) {
        double most = Double.NEGATIVE_INFINITY;
        for (float value : values) {
            most = Math.max(most, value);
        }
        double sum = 0;
        for (float value : values) {
            sum += Math.exp(value - most);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (Math.exp(values[i] - most) / sum);
        }
    }

    private static double softplus(double margin) {
        return Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
    }

    /** The margins that base scores in output space stand for. */
    float[] margins(float[] scores) {
        float[] margins = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            margins[i] = (float)
                    switch (this) {
                        case LOGISTIC -> -Math.log(1 / (double) scores[i] - 1);
                        case EXPONENTIAL -> Math.log(scores[i]);
                        case EXPECTILES -> i == 0 ? scores[0] : softplusInverse(scores[i] - scores[i - 1] - APART);
                        default -> scores[i];
                    };
        }
        return margins;
    }

    private static double softplusInverse(double value) {
        double positive = Math.max(value, APART);
        return positive + Math.log(-Math.expm1(-positive));
    }
}
