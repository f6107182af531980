package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.sklearn.graph.Emitter;
import java.util.ArrayList;
import java.util.List;

/**
 * Class probabilities from those of all pairs, by the iteration of Wu, Lin and Weng (2004, algorithm 2) with libsvm's
 * order of steps and its stop, row by row: a Loop in which rows that have converged stay as they are.
 */
final class PairwiseCoupling {
    private static final double SMALLEST = 1e-7;

    private PairwiseCoupling() {}

    static String emit(Emitter out, String pairs, double[] a, double[] b, int k) {
        // sigmoid_predict: 1 / (1 + exp(A f + B))
        String first = Scores.sigmoid(out, out.op("Neg", out.add(out.mul(pairs, out.row(a)), out.row(b))));
        first = out.clip(first, SMALLEST, 1 - SMALLEST);
        String second = out.sub(out.scalar(1), first);
        String[][] r = new String[k][k];
        int p = 0;
        for (int i = 0; i < k; i++) {
            for (int j = i + 1; j < k; j++) {
                r[i][j] = out.columns(first, p);
                r[j][i] = out.columns(second, p++);
            }
        }
        List<String> rows = new ArrayList<>();
        for (int t = 0; t < k; t++) {
            List<String> row = new ArrayList<>();
            for (int j = 0; j < k; j++) {
                row.add(t == j ? diagonal(out, r, t, k) : out.op("Neg", out.mul(r[j][t], r[t][j])));
            }
            rows.add(out.unsqueeze(out.concat(1, row), 1));
        }
        String q = out.concat(1, rows);
        String start = out.repeat(first, out.row(Scalers.filled(k, 1.0 / k)));
        String active = out.op("Greater", out.columns(first, 0), out.scalar(0));
        OnnxNode loop = out.graph()
                .add(
                        "Loop",
                        out.fresh("coupling"),
                        List.of(
                                out.initializer(OnnxTensor.scalar((long) Math.max(100, k))),
                                out.initializer(OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1})),
                                start,
                                active),
                        List.of(out.fresh("probabilities"), out.fresh("active")));
        loop.attribute("body", new OnnxAttribute.OfGraph(body(out, q, k, loop.name())));
        return loop.output(0);
    }

    private static String diagonal(Emitter out, String[][] r, int t, int k) {
        List<String> squares = new ArrayList<>();
        for (int j = 0; j < k; j++) {
            if (j != t) {
                squares.add(out.square(r[j][t]));
            }
        }
        return Members.sum(out, squares);
    }

    private static OnnxGraph body(Emitter outer, String q, int k, String prefix) {
        OnnxGraph graph = new OnnxGraph("coupling", outer.graph().info());
        Emitter out = new Emitter(graph, prefix + "_");
        String iteration = out.fresh("iteration");
        String condition = out.fresh("condition");
        String p = out.fresh("p");
        String active = out.fresh("active");
        graph.inputs().add(OnnxValue.tensor(iteration, ElementType.INT64));
        graph.inputs().add(OnnxValue.tensor(condition, ElementType.BOOL));
        graph.inputs().add(new OnnxValue(p, OnnxType.OfTensor.of(ElementType.DOUBLE, -1, k)));
        graph.inputs().add(new OnnxValue(active, OnnxType.OfTensor.of(ElementType.BOOL, -1, 1)));
        String qp = out.squeeze(out.op("MatMul", q, out.unsqueeze(p, 2)), 2);
        String pqp = out.sum(out.mul(p, qp));
        String error = out.max(out.op("Abs", out.sub(qp, pqp)));
        String going = out.op("And", active, out.op("GreaterOrEqual", error, out.scalar(0.005 / k)));
        String next = p;
        for (int t = 0; t < k; t++) {
            String row = out.squeeze(out.gather(q, out.longs((long) t), 1), 1);
            String diagonal = out.columns(row, t);
            String own = out.columns(qp, t);
            String step = out.div(out.sub(pqp, own), diagonal);
            String grown = out.plus(step, 1);
            double[] unit = new double[k];
            unit[t] = 1;
            next = out.div(out.add(next, out.mul(step, out.row(unit))), grown);
            String gain = out.mul(step, out.add(out.mul(step, diagonal), out.scale(own, 2)));
            pqp = out.div(out.div(out.add(pqp, gain), grown), grown);
            qp = out.div(out.add(qp, out.mul(step, row)), grown);
        }
        String kept = out.where(going, next, p);
        String any =
                out.cast(out.reduce("ReduceMax", out.cast(going, ElementType.INT32), false, 0, 1), ElementType.BOOL);
        graph.outputs().add(OnnxValue.tensor(any, ElementType.BOOL));
        graph.outputs().add(new OnnxValue(kept, OnnxType.OfTensor.of(ElementType.DOUBLE, -1, k)));
        graph.outputs().add(new OnnxValue(going, OnnxType.OfTensor.of(ElementType.BOOL, -1, 1)));
        return graph;
    }
}
