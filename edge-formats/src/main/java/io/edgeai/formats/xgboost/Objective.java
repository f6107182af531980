package io.edgeai.formats.xgboost;

import java.util.Arrays;
import java.util.Optional;

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

    /** The margin that a base score in output space stands for. */
    double margin(double score) {
        return switch (this) {
            case LOGISTIC -> -Math.log(1 / score - 1);
            case EXPONENTIAL -> Math.log(score);
            default -> score;
        };
    }
}
