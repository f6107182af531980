package io.edgeai.formats.xgboost;

import java.util.Arrays;
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
            "reg:quantileerror",
            "binary:logitraw",
            "rank:pairwise",
            "rank:ndcg",
            "rank:map"),
    LOGISTIC("binary:logistic", "reg:logistic"),
    HINGE("binary:hinge"),
    EXPONENTIAL("count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft"),
    SOFTPROB("multi:softprob"),
    SOFTMAX("multi:softmax");

    private final String[] names;

    Objective(String... names) {
        this.names = names;
    }

    static Optional<Objective> named(String name) {
        return Arrays.stream(values())
                .filter(o -> Arrays.asList(o.names).contains(name))
                .findFirst();
    }

    /** Predictions from one row's margins; as many, or for classes one. */
    float[] predictions(float[] margins) {
        float[] answer = this == SOFTMAX ? new float[1] : margins.clone();
        switch (this) {
            case IDENTITY -> {}
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

    /** The margin that a base score in output space stands for. */
    double margin(double score) {
        return switch (this) {
            case LOGISTIC -> -Math.log(1 / score - 1);
            case EXPONENTIAL -> Math.log(score);
            default -> score;
        };
    }
}
