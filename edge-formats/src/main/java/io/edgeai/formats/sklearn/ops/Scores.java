package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;

/** How scores become classes and probabilities, the same for many estimators. Stateless. */
final class Scores {
    private Scores() {}

    /** INT64 [N]: 1 where a condition [N, 1] holds. */
    static String flag(Emitter out, String condition) {
        return out.squeeze(out.cast(condition, ElementType.INT64), 1);
    }

    /** Index of the class a linear decision means: above zero for two classes, else the largest. */
    static String decided(Emitter out, String decision, int width) {
        return width == 1 ? flag(out, out.op("Greater", decision, out.scalar(0))) : out.argmax(decision);
    }

    /** Decision and prediction of a linear-like classifier. */
    static Fitted linear(Emitter out, String decision, int width, Labels labels) {
        return new Fitted().decision(decision, width).classes(out, labels, decided(out, decision, width));
    }

    /** 1 / (1 + exp(-a)), without overflow and exact where it is tiny. */
    static String sigmoid(Emitter out, String a) {
        String e = out.op("Exp", out.op("Neg", out.op("Abs", a)));
        String top = out.where(out.op("Less", a, out.scalar(0)), e, out.scalar(1));
        return out.div(top, out.plus(e, 1));
    }

    /** Sigmoid of each score, normalized over classes (scikit-learn's one-versus-rest probabilities). */
    static String oneVersusRest(Emitter out, String decision, int width) {
        String p = sigmoid(out, decision);
        return width == 1 ? out.both(p) : out.div(p, out.sum(p));
    }

    static String normalize(Emitter out, String a) {
        return out.div(a, out.sum(a));
    }

    /** The last value of a running sum over axis 1 of [N, T, C]: members added in order, as scikit-learn does. */
    static String sumInOrder(Emitter out, String members, int count) {
        if (count == 1) {
            return out.squeeze(members, 1);
        }
        String running = out.op("CumSum", members, out.initializer(io.edgeai.core.onnx.OnnxTensor.scalar(1L)));
        return out.gather(running, out.initializer(io.edgeai.core.onnx.OnnxTensor.scalar(count - 1L)), 1);
    }
}
