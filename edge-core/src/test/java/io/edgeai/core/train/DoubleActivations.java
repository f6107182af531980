package io.edgeai.core.train;

import io.edgeai.core.onnx.OnnxNode;
import java.util.List;

/** Functions of one number, from their definitions. */
final class DoubleActivations {
    private DoubleActivations() {}

    static Doubles apply(OnnxNode node, List<Doubles> in) {
        Doubles x = in.get(0);
        double alpha = node.floatAttribute("alpha", defaultAlpha(node.op()));
        return switch (node.op()) {
            case "Neg" -> x.map(v -> -v);
            case "Sqrt" -> x.map(Math::sqrt);
            case "Reciprocal" -> x.map(v -> 1 / v);
            case "Exp" -> x.map(Math::exp);
            case "Log" -> x.map(Math::log);
            case "Abs" -> x.map(Math::abs);
            case "Sin" -> x.map(Math::sin);
            case "Cos" -> x.map(Math::cos);
            case "Erf" -> x.map(DoubleActivations::erf);
            case "Relu" -> x.map(v -> Math.max(0, v));
            case "LeakyRelu" -> x.map(v -> v > 0 ? v : alpha * v);
            case "ThresholdedRelu" -> x.map(v -> v > alpha ? v : 0);
            case "PRelu" -> x.with(in.get(1), (v, slope) -> v > 0 ? v : slope * v);
            case "Sigmoid" -> x.map(DoubleActivations::sigmoid);
            case "Tanh" -> x.map(Math::tanh);
            case "Elu" -> x.map(v -> v > 0 ? v : alpha * Math.expm1(v));
            case "Selu" -> {
                double gamma = node.floatAttribute("gamma", 1.050701f);
                yield x.map(v -> gamma * (v > 0 ? v : alpha * Math.expm1(v)));
            }
            case "Celu" -> x.map(v -> Math.max(0, v) + Math.min(0, alpha * Math.expm1(v / alpha)));
            case "Softplus" -> x.map(DoubleActivations::softplus);
            case "Softsign" -> x.map(v -> v / (1 + Math.abs(v)));
            case "HardSigmoid" -> {
                double beta = node.floatAttribute("beta", 0.5f);
                yield x.map(v -> Math.max(0, Math.min(1, alpha * v + beta)));
            }
            case "HardSwish" -> x.map(v -> v * Math.max(0, Math.min(1, v / 6 + 0.5)));
            case "Clip" -> {
                double low = in.size() > 1 && in.get(1) != null ? in.get(1).values()[0] : Double.NEGATIVE_INFINITY;
                double high = in.size() > 2 && in.get(2) != null ? in.get(2).values()[0] : Double.POSITIVE_INFINITY;
                yield x.map(v -> Math.max(low, Math.min(high, v)));
            }
            case "Gelu" ->
                node.stringAttribute("approximate", "none").equals("tanh")
                        ? x.map(v -> v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))))
                        : x.map(v -> v / 2 * (1 + erf(v / Math.sqrt(2))));
            case "Mish" -> x.map(v -> v * Math.tanh(softplus(v)));
            default -> throw new AssertionError("the reference has no operator " + node);
        };
    }

    private static float defaultAlpha(String op) {
        return switch (op) {
            case "LeakyRelu" -> 0.01f;
            case "HardSigmoid" -> 0.2f;
            case "Selu" -> 1.6732632f;
            default -> 1;
        };
    }

    static double sigmoid(double v) {
        return 1 / (1 + Math.exp(-v));
    }

    static double softplus(double v) {
        return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
    }

    /** Maclaurin series (Abramowitz and Stegun 7.1.6), which has no cancellation. */
    static double erf(double v) {
        if (Math.abs(v) > 6) {
            return Math.signum(v);
        }
        double term = v;
        double sum = v;
        for (int n = 1; n < 200; n++) {
            term *= 2 * v * v / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-v * v) * sum;
    }
}
