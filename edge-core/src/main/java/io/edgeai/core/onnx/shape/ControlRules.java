package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Operators with graphs inside: their outputs follow from walking these. */
final class ControlRules {
    /** Each round widens at least one dimension, so a loop settles soon; beyond this nothing is claimed. */
    private static final int MOST_ROUNDS = 24;

    private ControlRules() {}

    static void register(Map<String, Rule> table) {
        table.put("If", ControlRules::branches);
        table.put("Loop", ControlRules::loop);
        table.put("Scan", ControlRules::scan);
    }

    private static OnnxGraph graph(Op op, String key) {
        if (op.node().attributes().get(key) instanceof OnnxAttribute.OfGraph graph) {
            return graph.value();
        }
        throw new Contradiction("has no graph (" + key + ")");
    }

    private static void branches(Op op) {
        OnnxGraph thenBranch = graph(op, "then_branch");
        OnnxGraph elseBranch = graph(op, "else_branch");
        List<Fact> then = op.scope().walkNested(thenBranch, List.of());
        List<Fact> otherwise = op.scope().walkNested(elseBranch, List.of());
        Term condition = op.in(0).single();
        if (condition.exact()) {
            op.scope().neverRuns(condition.is(0) ? thenBranch : elseBranch);
        }
        for (int i = 0; i < op.outputs(); i++) {
            Fact a = i < then.size() ? then.get(i) : Fact.UNKNOWN;
            Fact b = i < otherwise.size() ? otherwise.get(i) : Fact.UNKNOWN;
            op.out(i, condition.exact() ? condition.is(0) ? b : a : Fact.either(a, b));
        }
    }

    private static void loop(Op op) {
        OnnxGraph body = graph(op, "body");
        int carried = op.inputs() - 2;
        List<Fact> state = new ArrayList<>();
        for (int i = 0; i < carried; i++) {
            state.add(op.in(i + 2).withData(null));
        }
        List<Fact> results = settle(
                op,
                body,
                state,
                List.of(Fact.tensor(ElementType.INT64), op.in(1).withData(null)));
        for (int i = 0; i < op.outputs(); i++) {
            Fact result = i + 1 < results.size() ? results.get(i + 1) : Fact.UNKNOWN;
            op.out(i, i < carried ? state.get(i) : stacked(result, Term.UNKNOWN, 0));
        }
    }

    /** Widens the state until one more round through the body changes nothing. */
    private static List<Fact> settle(Op op, OnnxGraph body, List<Fact> state, List<Fact> first) {
        for (int round = 0; ; round++) {
            List<Fact> inputs = new ArrayList<>(first);
            inputs.addAll(state);
            List<Fact> results = op.scope().walkNested(body, inputs);
            boolean settled = true;
            for (int i = 0; i < state.size(); i++) {
                Fact next = i + 1 < results.size() ? results.get(i + 1).withData(null) : Fact.UNKNOWN;
                Fact wide = round > MOST_ROUNDS ? Fact.UNKNOWN : Fact.either(state.get(i), next);
                settled &= wide.equals(state.get(i));
                state.set(i, wide);
            }
            if (settled) {
                return results;
            }
        }
    }

    /** One more dimension of that size at that place. */
    private static Fact stacked(Fact each, Term size, int axis) {
        if (each.dims() == null || axis < 0 || axis > each.rank()) {
            return Fact.tensor(each.element(), (List<Term>) null);
        }
        List<Term> dims = new ArrayList<>(each.dims());
        dims.add(axis, size);
        return Fact.tensor(each.element(), dims);
    }

    private static void scan(Op op) {
        OnnxGraph body = graph(op, "body");
        int scanned = (int) op.attribute("num_scan_inputs", 0);
        int states = op.inputs() - scanned;
        if (op.opset() < 9 || scanned < 1 || states < 0) {
            return;
        }
        long[] axes = op.attributes("scan_input_axes");
        List<Fact> inputs = new ArrayList<>();
        Term length = Term.UNKNOWN;
        for (int i = 0; i < op.inputs(); i++) {
            Fact in = op.in(i).withData(null);
            if (i >= states && in.dims() != null) {
                int axis = Op.axis(axes == null ? 0 : axes[i - states], in.rank());
                length = length.exact() || in.dim(axis) == Term.UNKNOWN ? length : in.dim(axis);
                in = in.withDims(ReductionRules.without(in.dims(), new int[] {axis}, false));
            }
            inputs.add(in);
        }
        List<Fact> results = op.scope().walkNested(body, inputs);
        long[] outAxes = op.attributes("scan_output_axes");
        for (int i = 0; i < op.outputs(); i++) {
            Fact result = i < results.size() ? results.get(i) : Fact.UNKNOWN;
            if (i < states) {
                op.out(i, result.withData(null));
            } else {
                long axis = outAxes == null || i - states >= outAxes.length ? 0 : outAxes[i - states];
                op.out(i, stacked(result, length, (int) (axis < 0 ? axis + result.rank() + 1 : axis)));
            }
        }
    }
}
